import { ApiError } from '../http/api-error.ts';
import type { Schema } from '../nova/validation/schema.ts';
import { str } from '../python.ts';
import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';
import { drop, everySequence, inner, insertAfter, insertBefore, present, reschema, rewrite } from './patching.ts';
import { traceback } from './traceback.ts';

const fault = ofKind('validation');
const gate = ofKind('microversion-gate');

const anything: Schema['type'] = ['string', 'null', 'boolean', 'object', 'array'];

/** The operations with a body, in the words of sentences and rules. */
const writes = [
  ['create', 'Attach', 'attach'],
  ['update', 'Update', 'update'],
] as const;

/** Mistakes in the schemas of requests; a table. */
export const validationFaults: readonly Fault[] = [
  fault(
    'create-extra-property-accepted',
    'Attach accepts unknown properties of the attachment.',
    ['attach.request.invalid'],
    b => {
      for (const schema of inner(b, 'create')) delete schema.additionalProperties;
    },
  ),
  fault(
    'create-extra-outer-property-accepted',
    'Attach accepts unknown properties beside the attachment.',
    ['attach.request.invalid'],
    b => {
      for (const { schema } of b.schemas.create) delete schema.additionalProperties;
    },
  ),
  fault('create-volume-id-optional', 'Attach does not require volumeId.', ['attach.request.invalid'], b => {
    for (const schema of inner(b, 'create')) schema.required = [];
  }),
  fault('create-volume-id-any-string', 'Attach accepts a volumeId that is no UUID.', ['attach.request.invalid'], b =>
    reschema(b, 'create', 'volumeId', schema => delete schema.format),
  ),
  fault('create-volume-id-any-type', 'Attach accepts a volumeId that is null.', ['attach.request.invalid'], b =>
    reschema(b, 'create', 'volumeId', schema => {
      schema.type = ['string', 'null'];
    }),
  ),
  fault('create-device-unchecked', 'Attach accepts any text as the device.', ['attach.request.invalid'], b =>
    reschema(b, 'create', 'device', schema => delete schema.pattern),
  ),
  fault(
    'create-device-null-refused',
    'Attach refuses a device that is null.',
    ['attach.device', 'attach.request.valid'],
    b =>
      reschema(b, 'create', 'device', schema => {
        schema.type = ['string'];
      }),
  ),
  fault('create-device-required', 'Attach requires a device.', ['attach.success'], b => {
    for (const schema of inner(b, 'create')) schema.required = ['volumeId', 'device'];
  }),
  fault('create-device-any-type', 'Attach accepts a device that is no text.', ['attach.request.invalid'], b =>
    reschema(b, 'create', 'device', schema => {
      schema.type = anything;
    }),
  ),
  gate('create-tag-too-early', 'Attach accepts a tag from 2.48 on.', ['attach.request.invalid'], b => {
    present(b.schemas.create[1], 'create').from = 48;
  }),
  gate('create-tag-too-late', 'Attach accepts a tag only from 2.50 on.', ['attach.tag', 'attach.request.valid'], b => {
    present(b.schemas.create[1], 'create').from = 50;
  }),
  fault('create-tag-empty-accepted', 'Attach accepts an empty tag.', ['attach.request.invalid'], b =>
    reschema(b, 'create', 'tag', schema => delete schema.minLength),
  ),
  fault('create-tag-long-accepted', 'Attach accepts a tag of more than 60 characters.', ['attach.request.invalid'], b =>
    reschema(b, 'create', 'tag', schema => delete schema.maxLength),
  ),
  fault('create-tag-limit-59', 'Attach refuses a tag of 60 characters.', ['attach.request.valid'], b =>
    reschema(b, 'create', 'tag', schema => {
      schema.maxLength = 59;
    }),
  ),
  fault('create-tag-comma-accepted', 'Attach accepts a tag with a comma or a slash.', ['attach.request.invalid'], b =>
    reschema(b, 'create', 'tag', schema => delete schema.pattern),
  ),
  fault('create-tag-slash-accepted', 'Attach accepts a tag with a slash.', ['attach.request.invalid'], b =>
    reschema(b, 'create', 'tag', schema => {
      schema.pattern = { source: '^[^,]*$', test: /^[^,]*$/ };
    }),
  ),
  fault('create-tag-null-accepted', 'Attach accepts a tag that is null.', ['attach.request.invalid'], b =>
    reschema(b, 'create', 'tag', schema => {
      schema.type = ['string', 'null'];
    }),
  ),
  gate('create-flag-too-early', 'Attach accepts delete_on_termination from 2.78 on.', ['attach.request.invalid'], b => {
    present(b.schemas.create[2], 'create').from = 78;
  }),
  gate(
    'create-flag-too-late',
    'Attach accepts delete_on_termination only from 2.80 on.',
    ['attach.flag', 'attach.request.valid'],
    b => {
      present(b.schemas.create[2], 'create').from = 80;
    },
  ),
  fault('create-flag-any-string', 'Attach accepts any text as delete_on_termination.', ['attach.request.invalid'], b =>
    reschema(b, 'create', 'delete_on_termination', schema => delete schema.enum),
  ),
  fault(
    'create-flag-null-accepted',
    'Attach accepts a delete_on_termination that is null.',
    ['attach.request.invalid'],
    b =>
      reschema(b, 'create', 'delete_on_termination', schema => {
        schema.type = anything;
        delete schema.enum;
      }),
  ),
  fault('create-flag-strings-refused', 'Attach refuses delete_on_termination as text.', ['attach.request.valid'], b =>
    reschema(b, 'create', 'delete_on_termination', schema => {
      schema.type = ['boolean'];
    }),
  ),
  fault(
    'create-body-unchecked',
    'Attach looks at the body without a schema.',
    ['attach.request.invalid', 'attach.request.random', 'attach.body.empty-object'],
    b => drop(b.sequences.create, 'schema'),
  ),
  fault(
    'update-extra-property-accepted',
    'Update accepts unknown properties of the attachment.',
    ['update.request.invalid'],
    b => {
      for (const schema of inner(b, 'update')) delete schema.additionalProperties;
    },
  ),
  fault(
    'update-extra-outer-property-accepted',
    'Update accepts unknown properties beside the attachment.',
    ['update.request.invalid'],
    b => {
      for (const { schema } of b.schemas.update) delete schema.additionalProperties;
    },
  ),
  fault('update-volume-id-optional', 'Update does not require volumeId.', ['update.request.invalid'], b => {
    for (const schema of inner(b, 'update')) schema.required = [];
  }),
  fault('update-volume-id-any-string', 'Update accepts a volumeId that is no UUID.', ['update.request.invalid'], b =>
    reschema(b, 'update', 'volumeId', schema => delete schema.format),
  ),
  gate('update-flag-too-early', 'Update knows the properties of 2.85 from 2.84 on.', ['update.request.invalid'], b => {
    present(b.schemas.update[1], 'update').from = 84;
  }),
  gate(
    'update-flag-too-late',
    'Update knows the properties of 2.85 only from 2.86 on.',
    ['update.flag', 'update.request.valid'],
    b => {
      present(b.schemas.update[1], 'update').from = 86;
    },
  ),
  fault('update-flag-any-string', 'Update accepts any text as delete_on_termination.', ['update.request.invalid'], b =>
    reschema(b, 'update', 'delete_on_termination', schema => delete schema.enum),
  ),
  fault(
    'update-flag-null-accepted',
    'Update accepts a delete_on_termination that is null.',
    ['update.request.invalid'],
    b =>
      reschema(b, 'update', 'delete_on_termination', schema => {
        schema.type = anything;
        delete schema.enum;
      }),
  ),
  fault('update-tag-null-accepted', 'Update accepts a tag that is null.', ['update.request.invalid'], b =>
    reschema(b, 'update', 'tag', schema => {
      schema.type = ['string', 'null'];
    }),
  ),
  ...(['tag', 'device', 'id', 'serverId'] as const).map(property =>
    fault(
      `update-${property.toLowerCase()}-unchecked`,
      `Update takes any text as ${property} and ignores it.`,
      ['update.request.invalid', 'update.immutable'],
      b => {
        reschema(b, 'update', property, schema => {
          delete schema.minLength;
          delete schema.maxLength;
          delete schema.pattern;
          delete schema.format;
        });
        drop(b.sequences.update, `immutable-${property}`);
      },
    ),
  ),
  fault('update-attachment-id-accepted', 'Update accepts attachment_id and bdm_uuid.', ['update.ids.refused'], b => {
    const { properties } = present(inner(b, 'update')[1], 'update');
    for (const name of ['attachment_id', 'bdm_uuid']) if (properties) properties[name] = { type: ['string', 'null'] };
  }),
  fault(
    'content-type-unchecked',
    'A request of any content type is read as JSON.',
    ['request.content-type.refused'],
    b => {
      for (const steps of everySequence(b)) drop(steps, 'content-type');
    },
  ),
  fault(
    'project-in-url-unchecked',
    'The project in the URL need not be the one of the token.',
    ['request.project-url'],
    b => {
      for (const steps of everySequence(b)) drop(steps, 'project-url');
    },
  ),
  ...writes.flatMap(([operation, title, verb]) => [
    fault(
      `${operation}-attachment-optional`,
      `${title} does not require volumeAttachment.`,
      [`${verb}.body.empty-object`],
      b => {
        for (const { schema } of b.schemas[operation]) schema.required = [];
      },
    ),
    fault(`${operation}-empty-body-500`, `${title} breaks where there is no body.`, [`${verb}.body.empty`], b =>
      insertBefore(b.sequences[operation], 'schema', 'dereference', call => {
        if (call.body === null) throw new TypeError("'NoneType' object is not subscriptable");
      }),
    ),
  ]),
  ...writes.map(([operation, title, verb]) =>
    fault(
      `${operation}-list-body-500`,
      `${title} shows where it broke on a body that is a list.`,
      [`${verb}.request.invalid`, `${verb}.request.random`],
      b =>
        insertBefore(b.sequences[operation], 'schema', 'subscript', call => {
          if (Array.isArray(call.body)) throw traceback('TypeError: list indices must be integers, not str');
        }),
    ),
  ),
  fault(
    'create-tag-unicode-500',
    'Attach shows where it broke on a tag that is not ASCII.',
    ['attach.request.valid'],
    b =>
      insertAfter(b.sequences.create, 'schema', 'ascii', ({ wanted }) => {
        if (/\P{ASCII}/u.test(str(wanted.tag))) throw traceback("UnicodeEncodeError: 'ascii' codec can't encode");
      }),
  ),
  fault(
    'server-malformed-500',
    'A server id that is no UUID is 500 and shows where that broke.',
    ['access.server.malformed'],
    b => {
      for (const steps of everySequence(b)) {
        insertBefore(steps, 'server', 'server-id', ({ serverId }) => {
          if (!/^[0-9a-f-]{36}$/.test(serverId)) throw traceback('DataError: invalid input syntax for type uuid');
        });
      }
    },
  ),
  fault(
    'volume-malformed-500',
    'A volume id in the path that is no UUID is 500 and shows where that broke.',
    ['show.volume.unknown', 'detach.volume.unknown'],
    b => {
      for (const steps of [b.sequences.show, b.sequences.delete]) {
        insertBefore(steps, 'server', 'volume-id', ({ volumeId }) => {
          if (!/^[0-9a-f-]{36}$/.test(volumeId)) throw traceback('DataError: invalid input syntax for type uuid');
        });
      }
    },
  ),
  fault('update-nothing-refused', 'Update refuses a body that names nothing but the volume.', ['update.nothing'], b =>
    insertBefore(b.sequences.update, 'flag', 'something', call => {
      if (!call.swaps && Object.keys(call.wanted).length === 1) throw call.refusal('schema', { text: 'Nothing to do' });
    }),
  ),
  ...(['tag', 'device', 'id', 'serverId'] as const).map(property =>
    fault(
      `update-${property.toLowerCase()}-refused`,
      `Update refuses ${property} even where it does not change.`,
      ['update.same-values'],
      b =>
        rewrite(b.sequences.update, `immutable-${property}`, run => call => {
          if (call.wanted[property] !== undefined && !call.swaps) throw call.refusal('immutable', { property });
          return run(call);
        }),
    ),
  ),
  fault(
    'content-type-json-only',
    'Attach accepts application/json without parameters and nothing else.',
    ['request.content-type.accepted'],
    b =>
      insertBefore(b.sequences.create, 'json', 'json-only', call => {
        if (call.exchange.headers['content-type'] !== 'application/json') throw call.refusal('content-type');
      }),
  ),
  fault(
    'accept-enforced',
    'List and show refuse to answer who does not accept JSON.',
    ['request.accept.ignored'],
    b => {
      for (const steps of [b.sequences.list, b.sequences.show]) {
        insertBefore(steps, 'content-type', 'accept', call => {
          if (!/json|\*|^$/.test(call.exchange.headers.accept ?? '')) throw new ApiError(406, 'Not Acceptable');
        });
      }
    },
  ),
  fault(
    'project-in-url-refused',
    "Even the token's own project is refused in the URL.",
    ['request.project-url.own'],
    b => {
      for (const steps of everySequence(b)) {
        insertBefore(steps, 'project-url', 'no-project-url', call => {
          const url = call.exchange.params.project_id;
          if (url !== undefined) throw call.refusal('project-url', { url, token: 'None' });
        });
      }
    },
  ),
];
