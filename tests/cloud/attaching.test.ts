import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, nowhere, openBench, until, wish } from './client.ts';

let bench: Bench;
let server: string;
let second: string;
beforeAll(async () => {
  bench = await openBench();
  [server, second] = await Promise.all([bench.server(), bench.server()]);
});
afterAll(() => bench.stop());

const list = (id = server) => `/servers/${id}/os-volume_attachments`;
const post = (body: unknown, version?: string, id = server) => bench.nova('POST', list(id), { version, body });

async function detach(volume: string, id = server): Promise<void> {
  expect((await bench.nova('DELETE', `${list(id)}/${volume}`)).status).toBe(202);
  await until(async () => (await bench.nova('GET', `${list(id)}/${volume}`)).status, 404);
}

const inner = (text: string) => `Invalid input for field/attribute ${text}`;

describe('the body of an attach', () => {
  test.each<[version: string, body: unknown, message: string]>([
    ['2.1', undefined, "None is not of type 'object'"],
    ['2.1', [], "[] is not of type 'object'"],
    ['2.1', {}, "'volumeAttachment' is a required property"],
    ['2.1', { volumeAttachment: null }, inner("volumeAttachment. Value: None. None is not of type 'object'")],
    ['2.1', { volumeAttachment: {} }, inner("volumeAttachment. Value: {}. 'volumeId' is a required property")],
    ['2.1', wish('abc'), inner("volumeId. Value: abc. 'abc' is not a 'uuid'")],
    ['2.1', wish(null), inner("volumeId. Value: None. None is not of type 'string'")],
    ['2.1', wish(1), inner("volumeId. Value: 1. 1 is not of type 'string'")],
    [
      '2.1',
      { volumeAttachment: { volumeId: 'f81d4fae-7dec-11d0-a765-00a0c91e6bf6' }, foo: 1 },
      "Additional properties are not allowed ('foo' was unexpected)",
    ],
    [
      '2.48',
      wish('f81d4fae7dec11d0a76500a0c91e6bf6', { tag: 'a' }),
      "Additional properties are not allowed ('tag' was unexpected)",
    ],
    ['2.49', wish('f81d4fae7dec11d0a76500a0c91e6bf6', { tag: '' }), inner("tag. Value: . '' should be non-empty")],
    [
      '2.78',
      wish('f81d4fae7dec11d0a76500a0c91e6bf6', { delete_on_termination: true }),
      "('delete_on_termination' was unexpected)",
    ],
    [
      '2.79',
      wish('f81d4fae7dec11d0a76500a0c91e6bf6', { delete_on_termination: 1 }),
      "1 is not of type 'boolean', 'string'",
    ],
    [
      '2.79',
      wish('f81d4fae7dec11d0a76500a0c91e6bf6', { delete_on_termination: 't' }),
      "'t' is not one of [True, 'True'",
    ],
  ])('%s %j is refused', async (version, body, message) => {
    const answer = await post(body, version);
    expect(answer.status).toBe(400);
    expect(answer.body.badRequest.message).toContain(message);
  });

  test.each<[name: string, value: unknown, status: number]>([
    ...['/dev/vdb', '/dev/xvdb', '/dev/sda1', '/dev/fake', '/dev/vd0', '/dev/aaaa12', '/dev/vdb\n', null].map(
      value => ['device', value, 404] as [string, unknown, number],
    ),
    ...['', 'vdb', '/dev/', '/dev/VDB', '/dev/disk/by-id', '/dev/vdb1a', ' /dev/vdb', 1].map(
      value => ['device', value, 400] as [string, unknown, number],
    ),
    ...['a'.repeat(60), 'a b', 'ü'.repeat(60), 'a\nb'].map(value => ['tag', value, 404] as [string, unknown, number]),
    ...['', 'a'.repeat(61), 'a,b', 'a/b', null, 1].map(value => ['tag', value, 400] as [string, unknown, number]),
    ...[true, false, 'true', 'ON', '0', 'No'].map(
      value => ['delete_on_termination', value, 404] as [string, unknown, number],
    ),
    ...[null, 0, 'maybe', ''].map(value => ['delete_on_termination', value, 400] as [string, unknown, number]),
  ])('%s %j is %i', async (name, value, status) => {
    expect((await post(wish(nowhere(), { [name]: value }), '2.79')).status).toBe(status);
  });

  test.each([
    (id: string) => id.toUpperCase(),
    (id: string) => id.replaceAll('-', ''),
    (id: string) => `{${id}}`,
    (id: string) => `urn:uuid:${id}`,
  ])('other spellings of a UUID pass the schema', async spell => {
    const id = spell(nowhere());
    expect((await post(wish(id))).body.itemNotFound.message).toBe(`Volume ${id} could not be found.`);
  });
});

test.each([
  ['2.1', ['id', 'serverId', 'volumeId', 'device']],
  ['2.70', ['id', 'serverId', 'volumeId', 'device', 'tag']],
  ['2.79', ['id', 'serverId', 'volumeId', 'device', 'tag', 'delete_on_termination']],
  ['2.100', ['id', 'serverId', 'volumeId', 'device', 'tag', 'delete_on_termination']],
])('attach at %s answers 200 with its keys, and the row is there', async (version, keys) => {
  const volume = await bench.volume();
  const answer = await post(wish(volume), version);
  expect(answer.status).toBe(200);
  expect(Object.keys(answer.body.volumeAttachment)).toEqual(keys);
  expect((await bench.nova('GET', `${list()}/${volume}`)).status).toBe(200);
  await until(() => bench.volumeStatus(volume), 'in-use');
  await detach(volume);
});

test('attach at 2.101 answers 202 with nothing, and the row follows', async () => {
  const volume = await bench.volume();
  const answer = await post(wish(volume, { delete_on_termination: true, tag: 't' }), '2.101');
  expect([answer.status, answer.text]).toEqual([202, '']);
  expect(answer.headers).toMatchObject({ 'content-length': '0', 'content-type': 'text/html; charset=UTF-8' });
  await until(() => bench.volumeStatus(volume), 'in-use');
  const { body } = await bench.nova('GET', `${list()}/${volume}`, { version: '2.101' });
  expect(body.volumeAttachment).toMatchObject({ tag: 't', delete_on_termination: true });
  await detach(volume);
});

test('at 2.101 what the host refuses is dropped in silence', async () => {
  const volume = await bench.volume();
  const answer = await post(wish(volume, { device: '/dev/vda' }), '2.101');
  expect(answer.status).toBe(202);
  const other = await bench.volume();
  await bench.attach(server, other);
  expect(await bench.volumeStatus(volume)).toBe('available');
  const action = await bench.nova(
    'GET',
    `/servers/${server}/os-instance-actions/${answer.headers['x-openstack-request-id']}`,
  );
  expect(action.status).toBe(404);
  await detach(other);
});

test('the echo of a string flag is the string, and any string is stored as true', async () => {
  const volume = await bench.volume();
  const answer = await bench.attach(server, volume, { body: wish(volume, { delete_on_termination: 'false' }) });
  expect(answer.body.volumeAttachment.delete_on_termination).toBe('false');
  const { body } = await bench.nova('GET', `${list()}/${volume}`, { version: '2.79' });
  expect(body.volumeAttachment.delete_on_termination).toBe(true);
  await bench.nova('PUT', `${list()}/${volume}`, {
    version: '2.85',
    body: wish(volume, { delete_on_termination: false }),
  });
  await detach(volume);
});

async function message(body: unknown, version?: string, id?: string): Promise<[number, string]> {
  const answer = await post(body, version, id);
  return [answer.status, answer.body[Object.keys(answer.body)[0] ?? ''].message];
}

test('refusals for the sake of the volume', async () => {
  const [volume, shared, theirs] = await Promise.all([
    bench.volume(),
    bench.volume({ volume_type: 'multiattach' }),
    bench.volume({}, 'other'),
  ]);
  expect(await message(wish(theirs))).toEqual([404, `Volume ${theirs} could not be found.`]);
  await bench.attach(server, volume);
  const attached = `Invalid volume: volume ${volume} is already attached to instances: ${server}`;
  expect(await message(wish(volume))).toEqual([400, attached]);
  expect(await message(wish(volume), '2.104', second)).toEqual([400, attached]);
  expect(await message(wish(shared), '2.59')).toEqual([
    400,
    'Multiattach volumes are only supported starting with compute API version 2.60.',
  ]);
  await bench.attach(server, shared);
  expect(await message(wish(shared), '2.60')).toEqual([400, `Invalid volume: volume ${shared} already attached`]);
  await bench.attach(second, shared);
  const used = await message(wish(await bench.volume(), { device: '/dev/sdb' }));
  expect(used).toEqual([409, 'The supplied device path (/dev/sdb) is in use.']);
  await detach(shared, second);
  await until(() => bench.volumeStatus(shared), 'in-use');
  await detach(shared);
  await detach(volume);
});

test.each(['error', 'creating', 'maintenance', 'reserved', 'attaching', 'detaching', 'error_extending', 'retyping'])(
  'a volume that is %s is refused with 400 and leaves no row',
  async status => {
    const volume = await bench.volume();
    await bench.cinder('POST', `/volumes/${volume}/action`, { as: 'admin', body: { 'os-reset_status': { status } } });
    const answer = await post(wish(volume));
    expect(answer.status).toBe(400);
    expect(answer.body.badRequest.message).toMatch(/^Invalid input received: Invalid volume: .*\(HTTP 400\)/);
    expect((await bench.nova('GET', `${list()}/${volume}`)).status).toBe(404);
  },
);

test('detach: unknown, not attached, twice at once, and after the end', async () => {
  const volume = await bench.volume();
  const remove = (id: string) => bench.nova('DELETE', `${list()}/${id}`);
  const unknown = nowhere();
  expect((await remove(unknown)).body.itemNotFound.message).toBe(`Volume ${unknown} could not be found.`);
  const gone = `Instance ${server} is not attached to volume ${volume}`;
  expect((await remove(volume)).body.itemNotFound.message).toBe(gone);
  await bench.attach(server, volume);
  const [first, again] = await Promise.all([remove(volume), remove(volume)]);
  // The second may come too late to find the first at work.
  expect([first.status, again.status]).toContain(202);
  expect([first.status, again.status].filter(status => status === 400 || status === 404)).toHaveLength(1);
  await until(async () => (await bench.nova('GET', `${list()}/${volume}`)).status, 404);
  expect(await bench.volumeStatus(volume)).toBe('available');
  expect((await remove(volume)).body.itemNotFound.message).toBe(gone);
});

test('one of two racing attaches of a volume wins', async () => {
  const volume = await bench.volume();
  const answers = await Promise.all([post(wish(volume)), post(wish(volume), undefined, second)]);
  const statuses = answers.map(({ status }) => status);
  expect(statuses).toEqual(statuses[0] === 200 ? [200, 400] : [400, 200]);
});

test('an instance action is kept under the request id', async () => {
  const volume = await bench.volume();
  const id = (await bench.attach(server, volume)).headers['x-openstack-request-id'];
  const read = () => bench.nova('GET', `/servers/${server}/os-instance-actions/${id}`, { version: '2.51' });
  await until(async () => (await read()).body.instanceAction.events[0]?.result, 'Success');
  const { action, events, message } = (await read()).body.instanceAction;
  expect([action, events[0].event, message]).toEqual(['attach_volume', 'compute_attach_volume', null]);
  await detach(volume);
});
