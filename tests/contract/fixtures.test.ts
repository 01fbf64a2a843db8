import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { compareMicroversions } from '../../src/contract/microversion.ts';
import { Schemas } from '../../src/contract/schemas.ts';
import { fill } from '../../src/plan/placeholders.ts';
import { packageRoot } from '../../src/root.ts';

const contract = loadContract();

/** The names that Nova's own samples have, by microversion (doc/api_samples/os-volumes@master). */
const names: Record<string, string[]> = {
  '2.1': ['attach req', 'attach resp', 'list', 'detail', 'swap'],
  '2.49': ['attach req', 'attach resp', 'list', 'detail', 'swap'],
  '2.70': ['attach req', 'attach resp', 'list', 'detail', 'swap'],
  '2.79': ['attach req', 'attach resp', 'list', 'detail', 'swap'],
  '2.85': ['attach req', 'attach resp', 'list', 'detail', 'swap', 'flag'],
  '2.89': ['attach req', 'attach resp', 'list', 'detail', 'flag'],
  '2.101': ['attach req', 'list', 'detail', 'flag'],
};

const fileOf: Record<string, string> = {
  'attach req': 'attach-volume-to-server-req',
  'attach resp': 'attach-volume-to-server-resp',
  list: 'list-volume-attachments-resp',
  detail: 'volume-attachment-detail-resp',
  swap: 'update-volume-req',
  flag: 'update-volume-attachment-delete-flag-req',
};

/** Where in a document the schema of a sample is. */
const schemaOf: Record<string, string> = {
  'attach req': 'AttachRequest',
  'attach resp': 'AttachResponse',
  list: 'AttachmentList',
  detail: 'AttachmentBody',
  swap: 'UpdateRequest',
  flag: 'UpdateRequest',
};

/** Keys of the attachment in each sample, sorted; a list has them in each of its items. */
const keys: Record<string, Record<string, string>> = {
  'attach req': {
    '2.1': 'device volumeId',
    '2.49': 'tag volumeId',
    '2.79': 'delete_on_termination tag volumeId',
  },
  'attach resp': {
    '2.1': 'device id serverId volumeId',
    '2.70': 'device id serverId tag volumeId',
    '2.79': 'delete_on_termination device id serverId tag volumeId',
  },
  shown: {
    '2.1': 'device id serverId volumeId',
    '2.70': 'device id serverId tag volumeId',
    '2.79': 'delete_on_termination device id serverId tag volumeId',
    '2.89': 'attachment_id bdm_uuid delete_on_termination device serverId tag volumeId',
  },
  swap: { '2.1': 'volumeId' },
  flag: {
    '2.85': 'delete_on_termination volumeId',
    '2.89': 'delete_on_termination device id serverId tag volumeId',
  },
};

const schemas = new Map(contract.classes.map(from => [from, new Schemas(contract.documentAt(from))]));
const uuid = (digit: number) => `${digit}b9d4c1e-53a6-4f7e-8d21-6c7e5a9b3f42`;
const values = {
  server_id: uuid(1),
  volume_id: uuid(2),
  other_volume_id: uuid(3),
  attachment_id: uuid(4),
  other_attachment_id: uuid(5),
  bdm_uuid: uuid(6),
  other_bdm_uuid: uuid(7),
  device: '/dev/vdb',
  other_device: '/dev/vdc',
  free_device: '/dev/vdd',
  tag: 'novaspec',
};

test('the samples have the names that Nova gives them', () => {
  const found = Object.fromEntries(
    contract.data.samples.map(({ from, byName }) => [from, Object.keys(byName).toSorted()]),
  );
  const wanted = Object.entries(names).map(([from, short]) => [from, short.map(name => fileOf[name] ?? '').toSorted()]);
  expect(found).toEqual(Object.fromEntries(wanted));
});

test('there is nothing else in the folder', () => {
  const folder = join(packageRoot, 'fixtures', 'os-volumes');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file => /\.\w+$/.test(file));
  const wanted = Object.entries(names).flatMap(([from, short]) =>
    short.map(name => `${from === '2.1' ? '' : `v${from}/`}${fileOf[name]}.json`),
  );
  expect(files.filter(file => file.endsWith('.json')).toSorted()).toEqual(wanted.toSorted());
  for (const file of wanted) expect(readFileSync(join(folder, file), 'utf8')).toMatch(/^\{[\s\S]*\}\n$/);
});

const samples = Object.entries(names).flatMap(([from, short]) => short.map(name => ({ from, name })));

describe.each(samples)('$name at $from', ({ from, name }) => {
  const sample = contract.data.samples.find(each => each.from === from)?.byName[fileOf[name] ?? ''];

  test('has only known placeholders', () => {
    expect(JSON.stringify(fill(sample, values))).not.toContain('{{');
  });

  test('fits the schema of its microversion', () => {
    const errors = schemas.get(from)?.errors(`/components/schemas/${schemaOf[name]}`, fill(sample, values));
    expect(errors).toEqual([]);
  });

  test('has the keys that Nova shows there', () => {
    const table = keys[name] ?? keys.shown ?? {};
    const [wanted] = Object.entries(table)
      .filter(([since]) => compareMicroversions(since, from) <= 0)
      .map(([, text]) => text)
      .slice(-1);
    const outer = name === 'list' ? 'volumeAttachments' : 'volumeAttachment';
    expect(Object.keys(sample as object)).toEqual([outer]);
    const attachments = [(sample as Record<string, unknown>)[outer]].flat() as object[];
    expect(attachments).toHaveLength(name === 'list' ? 2 : 1);
    for (const attachment of attachments) expect(Object.keys(attachment).toSorted().join(' ')).toBe(wanted);
  });
});

test('a sample is the newest one at or below a microversion', () => {
  const tagOf = (microversion: string) => JSON.stringify(contract.sampleAt(microversion, fileOf['attach resp'] ?? ''));
  expect(tagOf('2.69')).not.toContain('tag');
  expect(tagOf('2.70')).toContain('tag');
  expect(tagOf('2.78')).not.toContain('delete_on_termination');
  expect(contract.sampleAt('2.84', fileOf.flag ?? '')).toBeUndefined();
  expect(contract.sampleAt('2.104', 'no-such-sample')).toBeUndefined();
});
