import { describe, expect, test } from 'vitest';
import { resolvePointer, type Schema } from '../../src/contract/contract.ts';
import { loadContract } from '../../src/contract/load.ts';
import { stepMicroversion } from '../../src/contract/microversion.ts';
import { Schemas } from '../../src/contract/schemas.ts';

const contract = loadContract();

/**
 * The keys of each body, from the microversion on; `?` marks those that may be absent. Read from Nova's code and seen on
 * five releases, apart from the documents in specs/ (nova/api/openstack/compute/volume_attachments.py@master:36, :267,
 * nova/api/openstack/compute/schemas/volume_attachments.py@master:44).
 */
const bodies: Record<string, Record<string, string>> = {
  Attachment: {
    '2.1': 'device? id serverId volumeId',
    '2.70': 'device? id serverId tag volumeId',
    '2.79': 'delete_on_termination device? id serverId tag volumeId',
    '2.89': 'attachment_id bdm_uuid delete_on_termination device? serverId tag volumeId',
  },
  AttachResponseProperties: {
    '2.1': 'device id serverId volumeId',
    '2.70': 'device id serverId tag volumeId',
    '2.79': 'delete_on_termination device id serverId tag volumeId',
    '2.101': 'none',
  },
  AttachRequestProperties: {
    '2.1': 'device? volumeId',
    '2.49': 'device? tag? volumeId',
    '2.79': 'delete_on_termination? device? tag? volumeId',
  },
  UpdateRequestProperties: {
    '2.1': 'volumeId',
    '2.85': 'delete_on_termination? device? id? serverId? tag? volumeId',
  },
};

const rows = Object.entries(bodies).flatMap(([name, table]) => {
  const starts = Object.entries(table);
  return starts.flatMap(([from, keys], index) => {
    const next = starts[index + 1]?.[0];
    const last = next === undefined ? contract.newest : stepMicroversion(next, -1);
    return [from, last].map(microversion => ({ name, microversion, keys }));
  });
});

test.each(rows)('$name at $microversion: $keys', ({ name, microversion, keys }) => {
  const schema = resolvePointer(contract.documentAt(microversion), `/components/schemas/${name}`) as Schema | undefined;
  expect(schema ? written(schema) : 'none').toBe(keys);
  expect(schema?.additionalProperties ?? false).toBe(false);
});

describe.each(contract.classes)('at %s', from => {
  const schemas = new Schemas(contract.documentAt(from));
  const document = contract.documentAt(from);
  const bodyOf = (path: string, method: string, status: number) => {
    const content = `/paths/${path.replaceAll('/', '~1')}/${method}/responses/${status}/content`;
    return resolvePointer(document, `${content}/application~1json/schema`) as Schema | undefined;
  };
  const collection = '/servers/{server_id}/os-volume_attachments';

  test('each body is wrapped in one key, and nothing else is beside it', () => {
    expect(bodyOf(collection, 'get', 200)).toMatchObject({
      required: ['volumeAttachments'],
      properties: { volumeAttachments: { type: 'array' } },
      additionalProperties: false,
    });
    for (const schema of [bodyOf(`${collection}/{volume_id}`, 'get', 200), bodyOf(collection, 'post', 200)]) {
      if (schema) expect(schema).toMatchObject({ required: ['volumeAttachment'], additionalProperties: false });
    }
  });

  test('update and detach, and from 2.101 on attach, answer without a body', () => {
    const statuses = contract.operationsAt(from).map(({ name, responses }) => [name, responses[0]]);
    const attach = from === '2.101' ? '202' : '200';
    expect(Object.fromEntries(statuses)).toEqual({
      list: '200',
      show: '200',
      attach,
      update: '202',
      detach: '202',
    });
    expect(bodyOf(collection, 'post', 202)).toBeUndefined();
    expect(bodyOf(`${collection}/{volume_id}`, 'put', 202)).toBeUndefined();
    expect(bodyOf(`${collection}/{volume_id}`, 'delete', 202)).toBeUndefined();
  });

  test('a device that nobody knows is absent in list and show, and null in the answer of attach', () => {
    const [shown, answered] = ['Attachment', 'AttachResponseProperties'].map(name =>
      resolvePointer(document, `/components/schemas/${name}/properties/device`),
    );
    expect(shown).toEqual({ type: 'string' });
    if (from !== '2.101') expect(answered).toEqual({ type: ['string', 'null'] });
  });

  test('no error of a published operation is left out', () => {
    const refusals = { list: '400 401 403 404 406 415', show: '400 401 403 404 406 415' };
    const changing = '400 401 403 404 406 409 415';
    for (const { name, responses } of contract.operationsAt(from)) {
      expect(responses.slice(1).join(' '), name).toBe(refusals[name as keyof typeof refusals] ?? changing);
    }
  });

  test('what an answer may hold in its fields', () => {
    const item = resolvePointer(document, '/components/schemas/Attachment/properties') as Record<string, Schema>;
    const types = Object.fromEntries(Object.entries(item).map(([key, { type, format }]) => [key, format ?? type]));
    expect(types).toMatchObject({ serverId: 'uuid', volumeId: 'uuid', device: 'string' });
    for (const key of ['id', 'attachment_id', 'bdm_uuid']) expect(['uuid', undefined]).toContain(types[key]);
    expect([undefined, ['string', 'null']]).toContainEqual(types.tag);
    expect([undefined, 'boolean']).toContain(types.delete_on_termination);
    expect(schemas.errors('/components/schemas/Fault', { code: 404, message: 'gone' })).toEqual([]);
  });
});

/** The keys of an object schema, sorted, those that may be absent with a question mark. */
function written({ properties, required }: Schema): string {
  const needed = (required ?? []) as string[];
  const keys = Object.keys(properties ?? {}).toSorted();
  return keys.map(key => (needed.includes(key) ? key : `${key}?`)).join(' ');
}
