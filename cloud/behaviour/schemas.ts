import type { Schema } from '../nova/validation/schema.ts';

/** The schema of one operation from a minor microversion on, until the next one. */
export interface VersionedSchema {
  from: number;
  readonly schema: Schema;
}

/** The request schemas, each list in ascending order. */
export interface Schemas {
  readonly create: VersionedSchema[];
  readonly update: VersionedSchema[];
  readonly listQuery: VersionedSchema[];
}

const yes = 'True TRUE true 1 ON On on YES Yes yes'.split(' ');
const no = 'False FALSE false 0 OFF Off off NO No no'.split(' ');

/** Makes each property anew, so that a patch of one schema leaves the others alone. */
const properties = {
  volumeId: (): Schema => ({ type: ['string'], format: 'uuid' }),
  // Python's `$` also matches before a final newline.
  device: (): Schema => ({
    type: ['string', 'null'],
    pattern: {
      source: '(^/dev/x{0,1}[a-z]{0,1}d{0,1})([a-z]+)[0-9]*$',
      test: /(^\/dev\/x{0,1}[a-z]{0,1}d{0,1})([a-z]+)[0-9]*\n?$/,
    },
  }),
  tag: (): Schema => ({
    type: ['string'],
    minLength: 1,
    maxLength: 60,
    pattern: { source: '^[^,/]*$', test: /^[^,/]*$/ },
  }),
  delete_on_termination: (): Schema => ({ type: ['boolean', 'string'], enum: [true, ...yes, false, ...no] }),
  serverId: (): Schema => ({ type: ['string'], format: 'uuid' }),
  id: (): Schema => ({ type: ['string'], format: 'uuid' }),
};

function attachment(...names: (keyof typeof properties)[]): Schema {
  return {
    type: ['object'],
    properties: {
      volumeAttachment: {
        type: ['object'],
        properties: Object.fromEntries(names.map(name => [name, properties[name]()])),
        required: ['volumeId'],
        additionalProperties: false,
      },
    },
    required: ['volumeAttachment'],
    additionalProperties: false,
  };
}

function digits(): Schema {
  const pattern = { source: '^[0-9]*$', test: /^[0-9]*\n?$/ };
  return { type: ['array'], items: { type: ['string'], minLength: 1, pattern } };
}

function paging(additionalProperties: boolean): Schema {
  return { type: ['object'], properties: { limit: digits(), offset: digits() }, additionalProperties };
}

/** The schemas of the real Nova, the same in all releases. */
export function createSchemas(): Schemas {
  return {
    create: [
      { from: 1, schema: attachment('volumeId', 'device') },
      { from: 49, schema: attachment('volumeId', 'device', 'tag') },
      { from: 79, schema: attachment('volumeId', 'device', 'tag', 'delete_on_termination') },
    ],
    update: [
      { from: 1, schema: attachment('volumeId') },
      { from: 85, schema: attachment('volumeId', 'device', 'tag', 'delete_on_termination', 'serverId', 'id') },
    ],
    listQuery: [
      { from: 1, schema: paging(true) },
      { from: 75, schema: paging(false) },
    ],
  };
}
