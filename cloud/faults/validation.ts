import type { Behaviour } from '../behaviour/behaviour.ts';
import type { Schema } from '../nova/validation/schema.ts';
import type { Fault } from './fault.ts';
import { drop, inner, present, reschema } from './patching.ts';

const anything: Schema['type'] = ['string', 'null', 'boolean', 'object', 'array'];

/** Mistakes in the schemas of requests; a table. */
export const validationFaults: readonly Fault[] = [
  fault('create-extra-property-accepted', 'Attach accepts unknown properties of the attachment.', b => {
    for (const schema of inner(b, 'create')) delete schema.additionalProperties;
  }),
  fault('create-extra-outer-property-accepted', 'Attach accepts unknown properties beside the attachment.', b => {
    for (const { schema } of b.schemas.create) delete schema.additionalProperties;
  }),
  fault('create-volume-id-optional', 'Attach does not require volumeId.', b => {
    for (const schema of inner(b, 'create')) schema.required = [];
  }),
  fault('create-volume-id-any-string', 'Attach accepts a volumeId that is no UUID.', b =>
    reschema(b, 'create', 'volumeId', schema => delete schema.format),
  ),
  fault('create-volume-id-any-type', 'Attach accepts a volumeId that is null.', b =>
    reschema(b, 'create', 'volumeId', schema => {
      schema.type = ['string', 'null'];
    }),
  ),
  fault('create-device-unchecked', 'Attach accepts any text as the device.', b =>
    reschema(b, 'create', 'device', schema => delete schema.pattern),
  ),
  fault('create-device-null-refused', 'Attach refuses a device that is null.', b =>
    reschema(b, 'create', 'device', schema => {
      schema.type = ['string'];
    }),
  ),
  fault('create-device-required', 'Attach requires a device.', b => {
    for (const schema of inner(b, 'create')) schema.required = ['volumeId', 'device'];
  }),
  fault('create-device-any-type', 'Attach accepts a device that is no text.', b =>
    reschema(b, 'create', 'device', schema => {
      schema.type = anything;
    }),
  ),
  fault('create-tag-too-early', 'Attach accepts a tag from 2.48 on.', b => {
    present(b.schemas.create[1], 'create').from = 48;
  }),
  fault('create-tag-too-late', 'Attach accepts a tag only from 2.50 on.', b => {
    present(b.schemas.create[1], 'create').from = 50;
  }),
  fault('create-tag-empty-accepted', 'Attach accepts an empty tag.', b =>
    reschema(b, 'create', 'tag', schema => delete schema.minLength),
  ),
  fault('create-tag-long-accepted', 'Attach accepts a tag of more than 60 characters.', b =>
    reschema(b, 'create', 'tag', schema => delete schema.maxLength),
  ),
  fault('create-tag-limit-59', 'Attach refuses a tag of 60 characters.', b =>
    reschema(b, 'create', 'tag', schema => {
      schema.maxLength = 59;
    }),
  ),
  fault('create-tag-comma-accepted', 'Attach accepts a tag with a comma or a slash.', b =>
    reschema(b, 'create', 'tag', schema => delete schema.pattern),
  ),
  fault('create-tag-slash-accepted', 'Attach accepts a tag with a slash.', b =>
    reschema(b, 'create', 'tag', schema => {
      schema.pattern = { source: '^[^,]*$', test: /^[^,]*$/ };
    }),
  ),
  fault('create-tag-null-accepted', 'Attach accepts a tag that is null.', b =>
    reschema(b, 'create', 'tag', schema => {
      schema.type = ['string', 'null'];
    }),
  ),
  fault('create-flag-too-early', 'Attach accepts delete_on_termination from 2.78 on.', b => {
    present(b.schemas.create[2], 'create').from = 78;
  }),
  fault('create-flag-too-late', 'Attach accepts delete_on_termination only from 2.80 on.', b => {
    present(b.schemas.create[2], 'create').from = 80;
  }),
  fault('create-flag-any-string', 'Attach accepts any text as delete_on_termination.', b =>
    reschema(b, 'create', 'delete_on_termination', schema => delete schema.enum),
  ),
  fault('create-flag-null-accepted', 'Attach accepts a delete_on_termination that is null.', b =>
    reschema(b, 'create', 'delete_on_termination', schema => {
      schema.type = anything;
      delete schema.enum;
    }),
  ),
  fault('create-flag-strings-refused', 'Attach refuses delete_on_termination as text.', b =>
    reschema(b, 'create', 'delete_on_termination', schema => {
      schema.type = ['boolean'];
    }),
  ),
  fault('create-body-unchecked', 'Attach looks at the body without a schema.', b => drop(b.sequences.create, 'schema')),
  fault('update-extra-property-accepted', 'Update accepts unknown properties of the attachment.', b => {
    for (const schema of inner(b, 'update')) delete schema.additionalProperties;
  }),
  fault('update-extra-outer-property-accepted', 'Update accepts unknown properties beside the attachment.', b => {
    for (const { schema } of b.schemas.update) delete schema.additionalProperties;
  }),
  fault('update-volume-id-optional', 'Update does not require volumeId.', b => {
    for (const schema of inner(b, 'update')) schema.required = [];
  }),
  fault('update-volume-id-any-string', 'Update accepts a volumeId that is no UUID.', b =>
    reschema(b, 'update', 'volumeId', schema => delete schema.format),
  ),
  fault('update-flag-too-early', 'Update knows the properties of 2.85 from 2.84 on.', b => {
    present(b.schemas.update[1], 'update').from = 84;
  }),
  fault('update-flag-too-late', 'Update knows the properties of 2.85 only from 2.86 on.', b => {
    present(b.schemas.update[1], 'update').from = 86;
  }),
  fault('update-flag-any-string', 'Update accepts any text as delete_on_termination.', b =>
    reschema(b, 'update', 'delete_on_termination', schema => delete schema.enum),
  ),
  fault('update-flag-null-accepted', 'Update accepts a delete_on_termination that is null.', b =>
    reschema(b, 'update', 'delete_on_termination', schema => {
      schema.type = anything;
      delete schema.enum;
    }),
  ),
  fault('update-tag-null-accepted', 'Update accepts a tag that is null.', b =>
    reschema(b, 'update', 'tag', schema => {
      schema.type = ['string', 'null'];
    }),
  ),
  ...(['tag', 'device', 'id', 'serverId'] as const).map(property =>
    fault(`update-${property.toLowerCase()}-unchecked`, `Update takes any text as ${property} and ignores it.`, b => {
      reschema(b, 'update', property, schema => {
        delete schema.minLength;
        delete schema.maxLength;
        delete schema.pattern;
        delete schema.format;
      });
      drop(b.sequences.update, `immutable-${property}`);
    }),
  ),
  fault('update-attachment-id-accepted', 'Update accepts attachment_id and bdm_uuid.', b => {
    const { properties } = present(inner(b, 'update')[1], 'update');
    for (const name of ['attachment_id', 'bdm_uuid']) if (properties) properties[name] = { type: ['string', 'null'] };
  }),
  fault('list-unknown-query-accepted', 'List ignores unknown query parameters at 2.75 and later too.', b => {
    b.schemas.listQuery.splice(1);
  }),
  fault('list-unknown-query-too-early', 'List refuses unknown query parameters from 2.74 on.', b => {
    present(b.schemas.listQuery[1], 'listQuery').from = 74;
  }),
  fault('list-unknown-query-too-late', 'List refuses unknown query parameters only from 2.76 on.', b => {
    present(b.schemas.listQuery[1], 'listQuery').from = 76;
  }),
  fault('list-limit-unchecked', 'List takes a malformed limit for none.', b => unchecked(b, 'limit')),
  fault('list-offset-unchecked', 'List takes a malformed offset for none.', b => unchecked(b, 'offset')),
  fault('list-empty-limit-accepted', 'List accepts an empty limit.', b => emptyAccepted(b, 'limit')),
  fault('list-empty-offset-accepted', 'List accepts an empty offset.', b => emptyAccepted(b, 'offset')),
  fault('content-type-unchecked', 'A request of any content type is read as JSON.', b => {
    for (const steps of [
      b.sequences.list,
      b.sequences.show,
      b.sequences.create,
      b.sequences.update,
      b.sequences.delete,
    ]) {
      drop(steps, 'content-type');
    }
  }),
  fault('project-in-url-unchecked', 'The project in the URL need not be the one of the token.', b => {
    for (const steps of [
      b.sequences.list,
      b.sequences.show,
      b.sequences.create,
      b.sequences.update,
      b.sequences.delete,
    ]) {
      drop(steps, 'project-url');
    }
  }),
];

function fault(id: string, sentence: string, patch: (behaviour: Behaviour) => void): Fault {
  return { id, sentence, kind: 'validation', patch };
}

function items(behaviour: Behaviour, name: string): Schema[] {
  return behaviour.schemas.listQuery.map(({ schema }) => present(schema.properties?.[name]?.items, name));
}

function unchecked(behaviour: Behaviour, name: string): void {
  for (const item of items(behaviour, name)) {
    delete item.pattern;
    delete item.minLength;
  }
  const { pick } = behaviour.paging;
  behaviour.paging.pick = values => {
    const value = pick(values);
    return value !== undefined && /^[0-9]+$/.test(value) ? value : undefined;
  };
}

function emptyAccepted(behaviour: Behaviour, name: string): void {
  for (const item of items(behaviour, name)) delete item.minLength;
}
