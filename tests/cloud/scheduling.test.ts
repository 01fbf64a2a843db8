import { afterEach, expect, test } from 'vitest';
import { type Bench, openBench, until, wish } from './client.ts';

let bench: Bench;
afterEach(() => bench.stop());

const own = (uuid: string, boot_index: number) => ({
  boot_index,
  uuid,
  source_type: 'volume',
  destination_type: 'volume',
});

/** A bootable volume whose image wants an architecture, and a data volume. */
async function disks(architecture: string): Promise<[root: string, data: string]> {
  const [root, data] = await Promise.all([bench.volume(), bench.volume()]);
  for (const body of [
    { 'os-set_bootable': { bootable: true } },
    { 'os-set_image_metadata': { metadata: { hw_architecture: architecture } } },
  ]) {
    await bench.cinder('POST', `/volumes/${root}/action`, { body });
  }
  return [root, data];
}

function boot(root: string, data: string) {
  const server = { name: 's', flavorRef: '42', block_device_mapping_v2: [own(root, 0), own(data, -1)] };
  return bench.nova('POST', '/servers', { body: { server } });
}

async function unschedulable(): Promise<[server: string, root: string, data: string]> {
  const [root, data] = await disks('cris');
  const { id } = (await boot(root, data)).body.server;
  await until(() => bench.status(id), 'ERROR');
  return [id, root, data];
}

test('a server whose image fits no host keeps its volumes reserved, without a device', async () => {
  bench = await openBench();
  const [id, root, data] = await unschedulable();
  const path = `/servers/${id}/os-volume_attachments`;
  const { server } = (await bench.nova('GET', `/servers/${id}`)).body;
  expect(server).toMatchObject({ 'OS-SRV-USG:launched_at': null, 'OS-EXT-STS:task_state': null, hostId: '' });
  expect(server.fault.message).toBe('No valid host was found. There are not enough hosts available.');
  expect([await bench.volumeStatus(root), await bench.volumeStatus(data)]).toEqual(['reserved', 'reserved']);
  const { volumeAttachments } = (await bench.nova('GET', path, { version: '2.89' })).body;
  expect(volumeAttachments.map((item: object) => 'device' in item)).toEqual([false, false]);
  const spare = await bench.volume();
  const answers = async () => [
    (await bench.nova('POST', path, { version: '2.101', body: wish(spare) })).status,
    (await bench.nova('DELETE', `${path}/${data}`)).status,
    (await bench.nova('DELETE', `${path}/${root}`)).status,
    (await bench.nova('PUT', `${path}/${data}`, { version: '2.85', body: wish(data) })).status,
    (await bench.nova('GET', `${path}/${data}`)).status,
  ];
  expect(await answers()).toEqual([409, 409, 400, 202, 200]);
  await bench.act(id, { 'os-resetState': { state: 'active' } }, 'ACTIVE', 'admin');
  expect(await answers()).toEqual([409, 409, 400, 202, 200]);
  const refused = await bench.nova('DELETE', `${path}/${data}`);
  expect(refused.body.conflictingRequest.message).toBe(`Instance ${id} is in an invalid state for 'detach_volume'`);
});

test.each([
  ['zed', 'active', 'reserved'],
  ['zed', 'error', 'available'],
  ['2026.2', 'active', 'available'],
] as const)('on %s, the end of such a server reset to %s leaves its volumes %s', async (release, state, left) => {
  bench = await openBench({ release });
  const [id, root, data] = await unschedulable();
  await bench.act(id, { 'os-resetState': { state } }, undefined, 'admin');
  expect((await bench.nova('DELETE', `/servers/${id}`)).status).toBe(204);
  await until(() => bench.status(id), 'gone');
  expect([await bench.volumeStatus(root), await bench.volumeStatus(data)]).toEqual([left, left]);
  // A member can take away what no server has any more.
  for (const { id: leaked } of (await bench.cinder('GET', '/attachments')).body.attachments) {
    expect((await bench.cinder('DELETE', `/attachments/${leaked}`)).status).toBe(200);
  }
  expect([await bench.volumeStatus(root), await bench.volumeStatus(data)]).toEqual(['available', 'available']);
});

test('what cannot be booted is refused, and nothing stays promised', async () => {
  bench = await openBench();
  const [strange, data] = await disks('novaspec');
  expect((await boot(strange, data)).body.badRequest.message).toContain("Architecture name 'novaspec' is not valid");
  expect((await boot(data, strange)).body.badRequest.message).toBe(`Block Device ${data} is not bootable.`);
  await bench.cinder('POST', `/volumes/${data}/action`, { body: { 'os-reserve': null } });
  expect((await boot(strange, data)).body.badRequest.message).toContain('but the current status is attaching');
  expect(await bench.volumeStatus(strange)).toBe('available');
});

test('while it is built, a server has a vm_state before it has rows', async () => {
  bench = await openBench({ delay: 15 });
  const [data, spare] = await Promise.all([bench.volume(), bench.volume()]);
  const image = (await bench.send('GET', '/image/v2/images')).body.images[0].id;
  const blank = { boot_index: -1, source_type: 'blank', destination_type: 'volume', volume_size: 1 };
  const server = { name: 's', flavorRef: '42', imageRef: image, block_device_mapping_v2: [own(data, -1), blank] };
  const { id } = (await bench.nova('POST', '/servers', { body: { server } })).body.server;
  const path = `/servers/${id}/os-volume_attachments`;
  expect((await bench.nova('GET', path)).body.volumeAttachments).toEqual([]);
  await until(async () => (await bench.nova('GET', `${path}/${data}`)).status, 200);
  for (const [method, where, body] of [
    ['POST', path, wish(spare)],
    ['DELETE', `${path}/${data}`, undefined],
  ] as const) {
    const answer = await bench.nova(method, where, { body });
    expect(answer.body.conflictingRequest.message).toMatch(/while it is in vm_state building$/);
  }
  const flag = wish(data, { delete_on_termination: true });
  expect((await bench.nova('PUT', `${path}/${data}`, { version: '2.85', body: flag })).status).toBe(202);
  await until(() => bench.status(id), 'ACTIVE');
  expect((await bench.nova('GET', path)).body.volumeAttachments).toHaveLength(2);
});
