import { describe, expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { Schemas } from '../../src/contract/schemas.ts';

const contract = loadContract();
const compiled = new Map<string, Schemas>();
const schemasAt = (microversion: string) => {
  const known = compiled.get(microversion) ?? new Schemas(contract.documentAt(microversion));
  compiled.set(microversion, known);
  return known;
};
const volume = '0b9d4c1e-53a6-4f7e-8d21-6c7e5a9b3f42';

/** What Nova took and refused when it was asked, property by property; a table. */
const observed: { property: string; from: string; accepted: unknown[]; refused: unknown[] }[] = [
  {
    property: 'volumeId',
    from: '2.1',
    accepted: [
      volume,
      volume.toUpperCase(),
      volume.replaceAll('-', ''),
      `{${volume}}`,
      `urn:uuid:${volume}`,
      `{urn:uuid:${volume}}`,
    ],
    refused: [null, 7, 'abc', '', `${volume}0`, volume.slice(1), [], {}, true, `(${volume})`, `${volume} `],
  },
  {
    property: 'device',
    from: '2.1',
    accepted: [null, '/dev/vdb', '/dev/xvdb', '/dev/sda1', '/dev/fake', '/dev/vd0', '/dev/aaaa12'],
    refused: ['', 'vdb', '/dev/', '/dev/VDB', '/dev/disk/by-id', '/dev/vdb1a', ' /dev/vdb', 7, true],
  },
  {
    property: 'tag',
    from: '2.49',
    accepted: ['t', 'a tag', 'é', 'n'.repeat(60), 'two\nlines'],
    refused: ['', 'n'.repeat(61), 'a,b', 'a/b', null, 7],
  },
  {
    property: 'delete_on_termination',
    from: '2.79',
    accepted: [
      true,
      false,
      'True',
      'TRUE',
      'true',
      '1',
      'ON',
      'On',
      'on',
      'YES',
      'Yes',
      'yes',
      'False',
      'FALSE',
      'false',
      '0',
      'OFF',
      'Off',
      'off',
      'NO',
      'No',
      'no',
    ],
    refused: [null, 0, 1, 't', 'maybe', '', 'tRUE', 'y'],
  },
];

describe.each(observed)('$property of an attach', ({ property, from, accepted, refused }) => {
  const errorsOf = (microversion: string, value: unknown) => {
    const body = { volumeAttachment: { volumeId: volume, [property]: value } };
    return schemasAt(microversion)
      .errors('/components/schemas/AttachRequest', body)
      .map(({ pointer }) => pointer);
  };

  test.each(accepted)('takes %j', value => {
    expect(errorsOf(from, value)).toEqual([]);
    expect(errorsOf(contract.newest, value)).toEqual([]);
  });

  test.each(refused)('refuses %j', value => {
    expect(new Set(errorsOf(from, value))).toEqual(new Set([`/volumeAttachment/${property}`]));
    expect(errorsOf(contract.newest, value)).not.toEqual([]);
  });
});

test('an update takes the same values, and UUIDs for id and serverId', () => {
  const schemas = schemasAt('2.85');
  const errorsOf = (more: object) =>
    schemas.errors('/components/schemas/UpdateRequest', { volumeAttachment: { volumeId: volume, ...more } });
  for (const { property, accepted, refused } of observed) {
    for (const value of accepted) expect(errorsOf({ [property]: value }), property).toEqual([]);
    for (const value of refused) expect(errorsOf({ [property]: value }), property).not.toEqual([]);
  }
  for (const property of ['id', 'serverId']) {
    expect(errorsOf({ [property]: volume.toUpperCase() })).toEqual([]);
    for (const value of [null, 7, 'abc']) expect(errorsOf({ [property]: value }), property).not.toEqual([]);
  }
  for (const property of ['attachment_id', 'bdm_uuid']) expect(errorsOf({ [property]: volume })).not.toEqual([]);
});

describe.each([
  { from: '2.1', strangers: true },
  { from: '2.74', strangers: true },
  { from: '2.75', strangers: false },
  { from: '2.104', strangers: false },
])('the query of a list at $from', ({ from, strangers }) => {
  const schemas = schemasAt(from);
  const pointer = '/paths/~1servers~1{server_id}~1os-volume_attachments/get/x-novaspec/query';

  test.each(['0', '1', '007', '99999999999999999999999'])('takes limit=%s and offset=%s', value => {
    expect(schemas.errors(pointer, { limit: value, offset: value })).toEqual([]);
  });

  test.each(['', 'abc', '-1', '1.5', '+1', ' 1', '0x1'])('refuses limit=%j', value => {
    expect(schemas.errors(pointer, { limit: value })).not.toEqual([]);
    expect(schemas.errors(pointer, { offset: value })).not.toEqual([]);
  });

  test('unknown names', () => {
    for (const name of ['LIMIT', 'marker', 'novaspec']) {
      expect(schemas.errors(pointer, { [name]: '1' }).length === 0, name).toBe(strangers);
    }
  });
});
