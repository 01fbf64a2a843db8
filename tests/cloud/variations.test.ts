import { afterEach, expect, test } from 'vitest';
import type { Deployment } from '../../cloud/deployment.ts';
import { type Answer, type Bench, openBench, wish } from './client.ts';

let bench: Bench;
let server: string;
let volumes: string[];
afterEach(() => bench.stop());

const path = (query = '') => `/servers/${server}/os-volume_attachments${query}`;
const read = async (query = '', version = '2.74'): Promise<string[]> => {
  const { body } = await bench.nova('GET', path(query), { version });
  return body.volumeAttachments.map((item: { volumeId: string }) => item.volumeId);
};

async function open(deployment: Deployment, attachments = 0): Promise<void> {
  bench = await openBench({ deployment });
  server = await bench.server();
  volumes = [];
  for (let left = attachments; left > 0; left--) {
    const volume = await bench.volume();
    await bench.attach(server, volume);
    volumes.push(volume);
  }
}

test.each([
  ['inserted', () => volumes],
  ['reversed', () => volumes.toReversed()],
  ['volume-id', () => volumes.toSorted()],
] as const)('a list may have the order %s, and pages follow it', async (listOrder, order) => {
  await open({ listOrder }, 4);
  expect(await read()).toEqual(order());
  // The root disk is in front in any case.
  expect(await read('?limit=3')).toEqual(order().slice(0, 2));
  expect(await read('?offset=2')).toEqual(order().slice(1));
});

test('a shuffled list has another order at each reading and always the same items', async () => {
  await open({ listOrder: 'shuffled' }, 4);
  const seen = new Set<string>();
  const short = new Set<number>();
  for (let reading = 0; reading < 100; reading++) {
    const items = await read();
    expect(items.toSorted()).toEqual(volumes.toSorted());
    seen.add(items.join());
    short.add((await read('?limit=1')).length);
  }
  expect(seen.size).toBeGreaterThan(1);
  // The root disk is somewhere among them.
  expect(short).toEqual(new Set([0, 1]));
});

test.each([
  [{ before: 1, after: 0 }, 0, 1, 2, 3],
  [{ before: 0, after: 1 }, 1, 2, 3, 3],
  [{ before: 2, after: 0 }, 0, 0, 1, 2],
  [{ before: 1, after: 2 }, 0, 1, 2, 3],
])('local disks %j count in the pages and are never shown', async (hiddenRows, ...shown) => {
  await open({ hiddenRows }, 3);
  expect(await read()).toEqual(volumes);
  for (const [index, count] of shown.entries()) expect(await read(`?limit=${index + 1}`)).toHaveLength(count);
  expect(await read('?offset=3')).toEqual(volumes.slice(3 - hiddenRows.before));
  const all = hiddenRows.before + hiddenRows.after + 3;
  expect(await read(`?offset=${all - hiddenRows.after}`)).toEqual([]);
  expect(await read(`?offset=${all}`)).toEqual([]);
});

test('a server that boots from a volume has one local disk less, and none goes with a detach', async () => {
  bench = await openBench({ deployment: { hiddenRows: { before: 2, after: 0 }, listOrder: 'reversed' } });
  const image = (await bench.send('GET', '/image/v2/images')).body.images[0].id;
  const root = { boot_index: 0, uuid: image, source_type: 'image', destination_type: 'volume', volume_size: 1 };
  server = await bench.server({ imageRef: undefined, block_device_mapping_v2: [root] });
  expect(await read()).toHaveLength(1);
  expect(await read('?limit=1')).toEqual([]);
  expect(await read('?limit=2')).toHaveLength(1);
});

test('a local disk takes a device of its own', async () => {
  await open({ hiddenRows: { before: 1, after: 2 } }, 1);
  expect((await bench.nova('GET', path())).body.volumeAttachments[0].device).toBe('/dev/vdd');
});

test('a driver that does not name devices as asked takes the next one', async () => {
  await open({ deviceNames: false }, 1);
  const volume = await bench.volume();
  const answer = await bench.attach(server, volume, { body: wish(volume, { device: '/dev/vdb' }) });
  expect(answer.body.volumeAttachment.device).toBe('/dev/vdc');
});

test.each([
  ['tags', { tags: false }, 'default', 400, 'Tagged volume attachment is not supported for this server instance.'],
  ['multiattach', { multiattach: false }, 'multiattach', 400, "has 'multiattach' set, which is not supported"],
  ['room for a disk', { diskLimit: 1 }, 'default', 403, 'The maximum allowed number of disk devices (1) to attach'],
] as const)(
  'a driver without %s refuses, behind the answer from 2.101 on',
  async (_, deployment, type, status, text) => {
    await open(deployment);
    const volume = await bench.volume({ volume_type: type });
    const body = wish(volume, { tag: 't' });
    const refused = await bench.nova('POST', path(), { version: '2.100', body });
    expect(refused.status).toBe(status);
    expect(refused.text).toContain(text);
    await dropped(await bench.nova('POST', path(), { version: '2.101', body }), volume);
  },
);

test('what the driver has no part in is accepted', async () => {
  await open({ tags: false, multiattach: false, diskLimit: 2 });
  const volume = await bench.volume();
  expect((await bench.attach(server, volume)).status).toBe(200);
});

async function dropped(answer: Answer, volume: string): Promise<void> {
  expect(answer.status).toBe(202);
  // A server takes longer to build than an attach.
  await bench.server();
  expect(await read()).toEqual([]);
  expect(await bench.volumeStatus(volume)).toBe('available');
}
