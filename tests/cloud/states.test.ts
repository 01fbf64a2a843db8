import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, nowhere, openBench, until, wish } from './client.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.stop());

type Enter = (server: string) => Promise<void>;
const member =
  (action: string, status: string, options: unknown = null): Enter =>
  server =>
    bench.act(server, { [action]: options }, status);

const ways: [state: string, enter: Enter, open: boolean][] = [
  ['active', () => Promise.resolve(), true],
  ['paused', member('pause', 'PAUSED'), true],
  ['suspended', member('suspend', 'SUSPENDED'), false],
  ['stopped', member('os-stop', 'SHUTOFF'), true],
  ['rescued', member('rescue', 'RESCUE'), false],
  ['resized', member('resize', 'VERIFY_RESIZE', { flavorRef: '84' }), true],
  ['shelved', member('shelve', 'SHELVED'), true],
  ['error', server => bench.act(server, { 'os-resetState': { state: 'error' } }, 'ERROR', 'admin'), false],
  [
    'soft-delete',
    async server => {
      await bench.nova('DELETE', `/servers/${server}`);
      await until(() => bench.status(server), 'SOFT_DELETED');
    },
    true,
  ],
  [
    'shelved_offloaded',
    async server => {
      await bench.act(server, { shelve: null }, 'SHELVED');
      await bench.act(server, { shelveOffload: null }, 'SHELVED_OFFLOADED', 'admin');
    },
    true,
  ],
];

describe.each(ways)('a server that is %s', (state, enter, open) => {
  let path: string;
  let kept: string;
  let spare: string;
  beforeAll(async () => {
    const server = await bench.server();
    path = `/servers/${server}/os-volume_attachments`;
    [kept, spare] = await Promise.all([bench.volume(), bench.volume()]);
    await bench.attach(server, kept);
    await enter(server);
  });

  const refusal = (action: string) => new RegExp(`^Cannot '${action}' instance .* while it is in vm_state ${state}$`);

  test('attach', async () => {
    for (const version of ['2.19', '2.20', '2.101']) {
      const accepted = open && !(version === '2.19' && state.startsWith('shelved'));
      const answer = await bench.nova('POST', path, { version, body: wish(spare) });
      expect(answer.status).toBe(accepted ? (version === '2.101' ? 202 : 200) : 409);
      if (!accepted) expect(answer.body.conflictingRequest.message).toMatch(refusal('attach_volume'));
      if (!accepted) continue;
      await until(() => bench.volumeStatus(spare), 'in-use');
      await bench.nova('DELETE', `${path}/${spare}`, { version: '2.20' });
      await until(() => bench.volumeStatus(spare), 'available');
      await until(async () => (await bench.nova('GET', `${path}/${spare}`)).status, 404);
    }
  });

  test('update, list and show work in every state', async () => {
    const body = wish(kept, { delete_on_termination: false });
    expect((await bench.nova('PUT', `${path}/${kept}`, { version: '2.85', body })).status).toBe(202);
    expect((await bench.nova('GET', `${path}/${kept}`)).status).toBe(200);
    expect((await bench.nova('GET', path)).body.volumeAttachments).toHaveLength(1);
  });

  test('detach', async () => {
    expect((await bench.nova('DELETE', `${path}/${nowhere()}`, { version: '2.20' })).status).toBe(404);
    const early = await bench.nova('DELETE', `${path}/${nowhere()}`, { version: '2.19' });
    expect(early.status).toBe(state.startsWith('shelved') ? 409 : 404);
    const answer = await bench.nova('DELETE', `${path}/${kept}`, { version: '2.20' });
    expect(answer.status).toBe(open ? 202 : 409);
    if (!open) expect(answer.body.conflictingRequest.message).toMatch(refusal('detach_volume'));
  });
});

test('a lock holds the owner back, not an admin, and not the flag', async () => {
  const server = await bench.server();
  const [volume, spare] = await Promise.all([bench.volume(), bench.volume()]);
  await bench.attach(server, volume);
  await bench.act(server, { lock: null });
  const path = `/servers/${server}/os-volume_attachments`;
  expect((await bench.nova('POST', path, { body: wish(spare) })).body.conflictingRequest.message).toBe(
    `Instance ${server} is locked`,
  );
  expect((await bench.nova('DELETE', `${path}/${volume}`)).status).toBe(409);
  expect((await bench.nova('DELETE', `${path}/${nowhere()}`)).status).toBe(404);
  expect((await bench.nova('PUT', `${path}/${volume}`, { version: '2.85', body: wish(volume) })).status).toBe(202);
  expect((await bench.nova('POST', path, { as: 'admin', body: wish(spare) })).status).toBe(200);
});

test('a running task is in the way, after the vm_state', async () => {
  const slow = await openBench({ delay: 40 });
  const server = await slow.server();
  const volume = await slow.volume();
  const path = `/servers/${server}/os-volume_attachments`;
  await slow.nova('POST', `/servers/${server}/action`, { body: { reboot: { type: 'HARD' } } });
  const answer = await slow.nova('POST', path, { body: wish(volume) });
  expect(answer.body.conflictingRequest.message).toMatch(
    /^Cannot 'attach_volume' instance .* while it is in task_state reboot/,
  );
  await slow.stop();
});

test('a server that was never launched', async () => {
  const flavorRef = '42';
  const imageRef = (await bench.send('GET', '/image/v2/images')).body.images[0].id;
  const hints = { same_host: nowhere() };
  const { body } = await bench.nova('POST', '/servers', {
    body: { server: { name: 'x', flavorRef, imageRef }, 'os:scheduler_hints': hints },
  });
  const { id } = body.server;
  await until(() => bench.status(id), 'ERROR');
  await bench.act(id, { 'os-resetState': { state: 'active' } }, 'ACTIVE', 'admin');
  const answer = await bench.nova('POST', `/servers/${id}/os-volume_attachments`, { body: wish(await bench.volume()) });
  expect(answer.body.conflictingRequest.message).toBe(`Instance ${id} is in an invalid state for 'attach_volume'`);
  expect((await bench.nova('DELETE', `/servers/${id}`)).status).toBe(204);
  await until(() => bench.status(id), 'gone');
});

test('offloaded: no device until the unshelve, tags and shared volumes refused', async () => {
  const server = await bench.server();
  await bench.act(server, { shelve: null }, 'SHELVED');
  await bench.act(server, { shelveOffload: null }, 'SHELVED_OFFLOADED', 'admin');
  const [volume, flagged, shared] = await Promise.all([
    bench.volume(),
    bench.volume(),
    bench.volume({ volume_type: 'multiattach' }),
  ]);
  const path = `/servers/${server}/os-volume_attachments`;
  const post = (body: unknown, version: string) => bench.nova('POST', path, { version, body });
  expect((await post(wish(volume, { tag: 't' }), '2.104')).body.badRequest.message).toContain(
    'Tagged volume attachment',
  );
  expect((await post(wish(shared), '2.60')).body.badRequest.message).toContain('Attaching multiattach volumes');
  const answer = await post(wish(volume), '2.100');
  expect(answer.body.volumeAttachment.device).toBeNull();
  expect(await bench.volumeStatus(volume)).toBe('in-use');
  expect((await bench.nova('GET', `${path}/${volume}`)).body.volumeAttachment).not.toHaveProperty('device');
  expect((await post(wish(flagged, { delete_on_termination: true }), '2.79')).status).toBe(200);
  expect((await bench.nova('DELETE', `${path}/${flagged}`, { version: '2.20' })).status).toBe(202);
  await until(() => bench.volumeStatus(flagged), 'gone');
  await bench.act(server, { unshelve: null }, 'ACTIVE');
  expect((await bench.nova('GET', `${path}/${volume}`)).body.volumeAttachment.device).toBe('/dev/vdb');
});

test('the end of a server frees its volumes and deletes the flagged ones', async () => {
  const server = await bench.server();
  const [kept, flagged] = await Promise.all([bench.volume(), bench.volume()]);
  await bench.attach(server, kept);
  await bench.attach(server, flagged, { body: wish(flagged, { delete_on_termination: true }) });
  expect((await bench.nova('POST', `/servers/${server}/action`, { body: { forceDelete: null } })).status).toBe(202);
  await until(() => bench.status(server), 'gone');
  await until(() => bench.volumeStatus(kept), 'available');
  await until(() => bench.volumeStatus(flagged), 'gone');
  expect((await bench.nova('GET', `/servers/${server}/os-volume_attachments`)).status).toBe(404);
  const actions = await bench.nova('GET', `/servers/${server}/os-instance-actions`, { version: '2.21' });
  expect(actions.body.instanceActions[0].action).toBe('delete');
});

test.each(['2.100', '2.101'])('a server that ends during an attach at %s leaves its volume free', async version => {
  const server = await bench.server();
  const volume = await bench.volume();
  const path = `/servers/${server}`;
  const ask = { version, body: wish(volume) };
  await Promise.all([
    bench.nova('POST', `${path}/os-volume_attachments`, ask),
    bench.nova('POST', `${path}/action`, { body: { forceDelete: null } }),
  ]);
  await until(() => bench.status(server), 'gone');
  await until(() => bench.volumeStatus(volume), 'available');
});

test('a server that boots from a volume keeps it as its root', async () => {
  const image = (await bench.send('GET', '/image/v2/images')).body.images[0].id;
  const disk = {
    boot_index: 0,
    uuid: image,
    source_type: 'image',
    destination_type: 'volume',
    volume_size: 1,
    delete_on_termination: true,
  };
  const server = await bench.server({ imageRef: '', block_device_mapping_v2: [disk] });
  const path = `/servers/${server}/os-volume_attachments`;
  const [root] = (await bench.nova('GET', path, { version: '2.79' })).body.volumeAttachments;
  expect(root).toMatchObject({ device: '/dev/vda', delete_on_termination: true });
  const remove = () => bench.nova('DELETE', `${path}/${root.volumeId}`, { version: '2.20' });
  expect((await remove()).body.badRequest.message).toBe('Cannot detach a root device volume');
  await bench.act(server, { suspend: null }, 'SUSPENDED');
  expect((await remove()).status).toBe(400);
});
