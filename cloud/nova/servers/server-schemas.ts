import type { VersionedSchema } from '../../behaviour/schemas.ts';
import type { Schema } from '../validation/schema.ts';

/** A name: not empty, no blanks around it (`nova/api/validation/parameter_types.py@34`). */
const name = (): Schema => ({
  type: ['string'],
  minLength: 1,
  maxLength: 255,
  pattern: { source: '^(?![\\s])[^\\x00-\\x1f]*(?<![\\s])$', test: /^\S(.*\S)?$/ },
});

const description = (): Schema => ({ type: ['string', 'null'], minLength: 0, maxLength: 255 });

const hostname = (): Schema => ({
  type: ['string'],
  minLength: 2,
  maxLength: 63,
  pattern: {
    source: '^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$',
    test: /^[a-zA-Z0-9]+[a-zA-Z0-9-]*[a-zA-Z0-9]+$/,
  },
});

const metadata = (): Schema => ({
  type: ['object'],
  patternProperties: { pattern: /^[a-zA-Z0-9-_:. ]{1,255}$/, schema: { type: ['string'], maxLength: 255 } },
  additionalProperties: false,
});

const addresses = {
  'OS-DCF:diskConfig': (): Schema => ({ type: ['string'], enum: ['AUTO', 'MANUAL'] }),
  accessIPv4: (): Schema => ({ type: ['string'], format: 'ipv4' }),
  accessIPv6: (): Schema => ({ type: ['string'], format: 'ipv6' }),
};

/** The properties of a body's one object by the minor microversion that brought them, and which of them it must have. */
function versions(
  key: string,
  since: readonly (readonly [minor: number, properties: Record<string, () => Schema>])[],
  required: string[] = [],
  type: Schema['type'] = ['object'],
): VersionedSchema[] {
  return since.map(([from], index) => {
    const known = since.slice(0, index + 1).flatMap(([, properties]) => Object.entries(properties));
    const inner: Schema = {
      type,
      properties: Object.fromEntries(known.map(([property, make]) => [property, make()])),
      required,
      additionalProperties: false,
    };
    return { from, schema: object(key, inner) };
  });
}

function object(key: string, inner: Schema): Schema {
  return { type: ['object'], properties: { [key]: inner }, required: [key], additionalProperties: false };
}

/** The body of `PUT /servers/{id}`. */
export const updateSchemas = versions('server', [
  [1, { name, ...addresses }],
  [19, { description }],
  [90, { hostname }],
]);

/** The body of `POST` and `PUT /servers/{id}/metadata`. */
export const metadataSchemas: VersionedSchema[] = [{ from: 1, schema: object('metadata', metadata()) }];

/** The body of `PUT /servers/{id}/metadata/{key}`. */
export const metadataItemSchemas: VersionedSchema[] = [
  { from: 1, schema: object('meta', { ...metadata(), minProperties: 1, maxProperties: 1 }) },
];

/** One tag. */
export const tagSchema: Schema = {
  type: ['string'],
  minLength: 1,
  maxLength: 60,
  pattern: { source: '^[^,/]*$', test: /^[^,/]*$/ },
};

/** The body of `PUT /servers/{id}/tags`. */
export const tagsSchemas: VersionedSchema[] = [
  { from: 1, schema: object('tags', { type: ['array'], items: tagSchema }) },
];

const anything = (): Schema => ({ type: ['string', 'null', 'boolean', 'object', 'array'] });
const password = (): Schema => ({ type: ['string'] });

/** The bodies of server actions that have one worth the name, by the action's key. */
export const actionSchemas: ReadonlyMap<string, readonly VersionedSchema[]> = new Map([
  [
    'rebuild',
    versions(
      'rebuild',
      [
        [
          1,
          {
            name,
            imageRef: () => ({ type: ['string'], format: 'uuid' }),
            adminPass: password,
            metadata,
            preserve_ephemeral: anything,
            personality: anything,
            ...addresses,
          },
        ],
        [19, { description }],
        [54, { key_name: () => ({ type: ['string', 'null'] }) }],
        [57, { user_data: () => ({ type: ['string', 'null'] }) }],
        [63, { trusted_image_certificates: anything }],
        [90, { hostname }],
      ],
      ['imageRef'],
    ),
  ],
  [
    'resize',
    versions(
      'resize',
      [[1, { flavorRef: anything, 'OS-DCF:diskConfig': addresses['OS-DCF:diskConfig'] }]],
      ['flavorRef'],
    ),
  ],
  [
    'reboot',
    versions(
      'reboot',
      [[1, { type: () => ({ type: ['string'], enum: ['HARD', 'Hard', 'hard', 'SOFT', 'Soft', 'soft'] }) }]],
      ['type'],
    ),
  ],
  [
    'os-resetState',
    versions('os-resetState', [[1, { state: () => ({ type: ['string'], enum: ['active', 'error'] }) }]], ['state']),
  ],
  [
    'rescue',
    versions(
      'rescue',
      [[1, { adminPass: password, rescue_image_ref: () => ({ type: ['string'], format: 'uuid' }) }]],
      [],
      ['object', 'null'],
    ),
  ],
  [
    'lock',
    [
      { from: 1, schema: { type: ['object'] } },
      ...versions(
        'lock',
        [[73, { locked_reason: () => ({ type: ['string'], minLength: 1, maxLength: 255 }) }]],
        [],
        ['object', 'null'],
      ),
    ],
  ],
  [
    'unshelve',
    [
      { from: 1, schema: { type: ['object'] } },
      ...versions(
        'unshelve',
        [
          [77, { availability_zone: () => ({ type: ['string', 'null'], maxLength: 255 }) }],
          [91, { host: () => ({ type: ['string'], minLength: 1, maxLength: 255 }) }],
        ],
        [],
        ['object', 'null'],
      ),
    ],
  ],
  [
    'migrate',
    [
      { from: 1, schema: { type: ['object'] } },
      ...versions(
        'migrate',
        [[56, { host: () => ({ type: ['string', 'null'], minLength: 1, maxLength: 255 }) }]],
        [],
        ['object', 'null'],
      ),
    ],
  ],
]);
