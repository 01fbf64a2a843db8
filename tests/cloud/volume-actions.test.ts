import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, openBench, until, wish } from './client.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.stop());

const act = (volume: string, name: string, options: unknown = null) =>
  bench.cinder('POST', `/volumes/${volume}/action`, { body: { [name]: options } });

/** One way of a volume through actions: name, status of the answer, status of the volume afterwards. */
type Walk = readonly (readonly [action: string, answer: number, status: string])[];

test.each<[string, Walk]>([
  [
    'available',
    [
      ['os-reserve', 202, 'attaching'],
      ['os-reserve', 400, 'attaching'],
      ['os-begin_detaching', 400, 'attaching'],
      ['os-roll_detaching', 202, 'attaching'],
      ['os-unreserve', 202, 'available'],
      ['os-unreserve', 202, 'available'],
      ['os-begin_detaching', 400, 'available'],
    ],
  ],
  [
    'in-use',
    [
      ['os-reserve', 400, 'in-use'],
      ['os-unreserve', 202, 'in-use'],
      ['os-begin_detaching', 202, 'detaching'],
      ['os-begin_detaching', 400, 'detaching'],
      ['os-unreserve', 202, 'detaching'],
      ['os-roll_detaching', 202, 'in-use'],
    ],
  ],
  [
    'shared',
    [
      ['os-reserve', 202, 'attaching'],
      ['os-unreserve', 202, 'in-use'],
      ['os-begin_detaching', 202, 'detaching'],
      ['os-roll_detaching', 202, 'in-use'],
    ],
  ],
])('a member reserves and detaches a volume that is %s', async (start, walk) => {
  const volume = await bench.volume(start === 'shared' ? { volume_type: 'multiattach' } : {});
  if (start !== 'available') await bench.attach(await bench.server(), volume);
  for (const [action, answer, status] of walk) {
    expect((await act(volume, action)).status).toBe(answer);
    expect(await bench.volumeStatus(volume)).toBe(status);
  }
});

test('a reserved volume cannot be attached, deleted, nor a detaching one detached', async () => {
  const server = await bench.server();
  const path = `/servers/${server}/os-volume_attachments`;
  const [held, attached] = await Promise.all([bench.volume(), bench.volume()]);
  await bench.attach(server, attached);
  await act(held, 'os-reserve');
  const refused = await bench.nova('POST', path, { body: wish(held) });
  expect(refused.body.badRequest.message).toContain('but the current status is attaching.');
  expect((await bench.nova('POST', path, { version: '2.101', body: wish(held) })).status).toBe(202);
  expect((await bench.cinder('DELETE', `/volumes/${held}`)).status).toBe(400);
  await act(attached, 'os-begin_detaching');
  expect((await bench.nova('DELETE', `${path}/${attached}`)).body.badRequest.message).toContain('Unable to detach');
  expect((await bench.nova('PUT', `${path}/${attached}`, { version: '2.85', body: wish(attached) })).status).toBe(202);
  // What was refused behind its answer may be listed for a moment.
  await expect.poll(async () => (await bench.nova('GET', path)).body.volumeAttachments).toHaveLength(1);
});

test('a member writes what Cinder knows of the image', async () => {
  const volume = await bench.volume();
  const seen = async () => (await bench.cinder('GET', `/volumes/${volume}`)).body.volume.volume_image_metadata;
  expect(await seen()).toBeUndefined();
  expect((await act(volume, 'os-set_image_metadata', { metadata: { a: '1', b: '2' } })).body).toEqual({
    metadata: { a: '1', b: '2' },
  });
  expect((await act(volume, 'os-set_image_metadata', {})).status).toBe(400);
  expect((await act(volume, 'os-unset_image_metadata', { key: 'a' })).status).toBe(200);
  expect((await act(volume, 'os-unset_image_metadata', { key: 'a' })).status).toBe(404);
  expect(await seen()).toEqual({ b: '2' });
});

test('a shared volume is not promised twice at a time', async () => {
  const [first, second, third] = await Promise.all([bench.server(), bench.server(), bench.server()]);
  const volume = await bench.volume({ volume_type: 'multiattach' });
  await bench.attach(first ?? '', volume);
  const ask = { version: '2.60', body: wish(volume) };
  const answer = await bench.nova('POST', `/servers/${second}/os-volume_attachments`, ask);
  expect(answer.status).toBe(200);
  const again = await bench.nova('POST', `/servers/${second}/os-volume_attachments`, ask);
  expect(again.body.badRequest.message).toContain('already attached');
  await until(() => bench.volumeStatus(volume), 'in-use');
  expect((await bench.nova('POST', `/servers/${third}/os-volume_attachments`, ask)).status).toBe(200);
  await until(() => bench.volumeStatus(volume), 'in-use');
  const { attachments } = (await bench.cinder('GET', `/volumes/${volume}`)).body.volume;
  expect(attachments).toHaveLength(3);
});
