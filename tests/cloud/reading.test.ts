import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, nowhere, openBench, wish } from './client.ts';

let bench: Bench;
let server: string;
let empty: string;
const volumes: string[] = [];
beforeAll(async () => {
  bench = await openBench();
  [server, empty] = await Promise.all([bench.server(), bench.server()]);
  for (let index = 0; index < 5; index++) {
    const volume = await bench.volume();
    volumes.push(volume);
    await bench.attach(server, volume);
  }
});
afterAll(() => bench.stop());

const list = (query = '') => `/servers/${server}/os-volume_attachments${query}`;

test.each([
  ['2.1', ['device', 'id', 'serverId', 'volumeId']],
  ['2.69', ['device', 'id', 'serverId', 'volumeId']],
  ['2.70', ['device', 'id', 'serverId', 'tag', 'volumeId']],
  ['2.78', ['device', 'id', 'serverId', 'tag', 'volumeId']],
  ['2.79', ['delete_on_termination', 'device', 'id', 'serverId', 'tag', 'volumeId']],
  ['2.88', ['delete_on_termination', 'device', 'id', 'serverId', 'tag', 'volumeId']],
  ['2.89', ['attachment_id', 'bdm_uuid', 'delete_on_termination', 'device', 'serverId', 'tag', 'volumeId']],
  ['2.104', ['attachment_id', 'bdm_uuid', 'delete_on_termination', 'device', 'serverId', 'tag', 'volumeId']],
])('list and show at %s have exactly their keys', async (version, keys) => {
  const all = await bench.nova('GET', list(), { version });
  const one = await bench.nova('GET', list(`/${volumes[0]}`), { version });
  expect(Object.keys(all.body)).toEqual(['volumeAttachments']);
  expect(Object.keys(all.body.volumeAttachments[0]).toSorted()).toEqual(keys);
  expect(one.body.volumeAttachment).toEqual(all.body.volumeAttachments[0]);
});

describe('paging counts the hidden root disk', () => {
  test.each([
    ['', 5],
    ['?limit=0', 5],
    ['?limit=1', 0],
    ['?limit=2', 1],
    ['?limit=2&offset=1', 2],
    ['?offset=1', 5],
    ['?offset=5', 1],
    ['?offset=6', 0],
    ['?offset=99999999999999999999999', 0],
    ['?limit=99999999999999999999999', 5],
    ['?limit=1&limit=3', 2],
    ['?limit=01', 0],
    ['?limit=2%0A', 1],
    ['?marker=x&foo=1&LIMIT=1', 5],
  ])('%s gives %i', async (query, count) => {
    const { body } = await bench.nova('GET', list(query), { version: '2.74' });
    expect(body.volumeAttachments.map((item: { volumeId: string }) => item.volumeId)).toHaveLength(count);
  });

  test.each([
    'limit=-1',
    'limit=+1',
    'limit=1.5',
    'limit=abc',
    'limit=',
    'limit=0x1',
    'limit=%201',
    'limit=1&limit=abc',
    'offset=-1',
    'offset=',
  ])('%s is 400', async query => {
    for (const version of ['2.1', '2.75']) {
      const answer = await bench.nova('GET', list(`?${query}`), { version });
      expect(answer.status).toBe(400);
      expect(answer.body.badRequest.message).toMatch(/^Invalid input for query parameters (limit|offset)\. Value: /);
    }
  });

  test('an unknown parameter is 400 from 2.75 on, and only on the list', async () => {
    const refused = await bench.nova('GET', list('?foo=1'), { version: '2.75' });
    expect(refused.body.badRequest.message).toBe("Additional properties are not allowed ('foo' was unexpected)");
    expect((await bench.nova('GET', list(`/${volumes[0]}?foo=1`), { version: '2.104' })).status).toBe(200);
  });

  test('a query that is no UTF-8 is 400', async () => {
    const answer = await bench.nova('GET', list('?limit=%FF'));
    expect(answer.body.badRequest.message).toBe('Query string is not UTF-8 encoded');
  });

  test('the query goes before the server', async () => {
    const answer = await bench.nova('GET', `/servers/${nowhere()}/os-volume_attachments?limit=x`);
    expect(answer.status).toBe(400);
  });
});

const at = (path: string, as: 'member' | 'other' = 'member') => bench.nova('GET', path, { as });

test('what does not exist is 404 in its own words', async () => {
  const other = (await at(list(), 'other')).body.itemNotFound;
  expect(other).toEqual({ code: 404, message: `Instance ${server} could not be found.` });
  expect((await at('/servers/abc/os-volume_attachments')).body.itemNotFound.message).toBe(
    'Instance abc could not be found.',
  );
  for (const volume of [nowhere(), 'abc']) {
    const { message } = (await at(list(`/${volume}`))).body.itemNotFound;
    expect(message).toBe(`Instance ${server} is not attached to volume ${volume}`);
  }
  expect((await at(`/servers/${empty}/os-volume_attachments/${volumes[0]}`)).status).toBe(404);
});

test('update: each property of 2.85 in turn', async () => {
  const [volume = ''] = volumes;
  const put = (body: unknown, version = '2.85') => bench.nova('PUT', list(`/${volume}`), { version, body });
  const shown = (await bench.nova('GET', list(`/${volume}`), { version: '2.85' })).body.volumeAttachment;
  for (const [property, value] of Object.entries({
    id: nowhere(),
    serverId: nowhere(),
    device: '/dev/vdq',
    tag: 'x',
  })) {
    const answer = await put(wish(volume, { [property]: value, delete_on_termination: true }));
    expect(answer.body.badRequest.message).toBe(`The ${property} property is not mutable`);
  }
  const { tag, ...rest } = shown;
  expect(tag).toBeNull();
  expect((await put({ volumeAttachment: shown })).status).toBe(400);
  const answer = await put({ volumeAttachment: { ...rest, delete_on_termination: 'on' } });
  expect([answer.status, answer.text, answer.headers['content-length']]).toEqual([202, '', '0']);
  expect(
    (await bench.nova('GET', list(`/${volume}`), { version: '2.85' })).body.volumeAttachment.delete_on_termination,
  ).toBe(true);
  expect((await put(wish(volume))).status).toBe(202);
  expect((await put(wish(volume, { attachment_id: nowhere() }), '2.89')).status).toBe(400);
  const stranger = nowhere();
  const missing = await bench.nova('PUT', list(`/${stranger}`), { version: '2.85', body: wish(stranger) });
  expect(missing.body.itemNotFound.message).toBe(`No volume Block Device Mapping with id ${stranger}.`);
});
