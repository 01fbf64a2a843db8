import { afterEach, expect, test } from 'vitest';
import type { Deployment } from '../../cloud/deployment.ts';
import { type Bench, openBench, until } from './client.ts';

let bench: Bench;
afterEach(() => bench.stop());

async function open(deployment: Deployment): Promise<string> {
  bench = await openBench({ deployment });
  return bench.server();
}

const action = (server: string, body: unknown) => bench.nova('POST', `/servers/${server}/action`, { body });

/** The newest action of a server, once it has ended. */
async function outcome(server: string): Promise<unknown> {
  const path = `/servers/${server}/os-instance-actions`;
  const [{ request_id }] = (await bench.nova('GET', path)).body.instanceActions;
  const read = async () => (await bench.nova('GET', `${path}/${request_id}`, { version: '2.51' })).body.instanceAction;
  await until(async () => (await read()).events[0].result !== null, true);
  const { message, events } = await read();
  return [message, events[0].result];
}

test('without reclaiming, a deleted server is gone at once', async () => {
  const server = await open({ reclaimSeconds: 0 });
  expect((await bench.nova('DELETE', `/servers/${server}`)).status).toBe(204);
  await until(() => bench.status(server), 'gone');
});

test('a deleted server is reclaimed when its time is up', async () => {
  const server = await open({ reclaimSeconds: 0.05 });
  await bench.nova('DELETE', `/servers/${server}`);
  await until(() => bench.status(server), 'gone');
});

test.each([0, 0.05])('a shelved server loses its host after %d s', async shelvedOffloadSeconds => {
  const server = await open({ shelvedOffloadSeconds });
  await bench.act(server, { shelve: null }, 'SHELVED_OFFLOADED');
  await bench.act(server, { unshelve: null }, 'ACTIVE');
});

test.each([
  ['resizeHost', { resize: { flavorRef: '84' } }, 202],
  ['pause', { pause: null }, 202],
  ['suspend', { suspend: null }, 202],
] as const)('without %s, the action fails and the server stays', async (key, body, status) => {
  const server = await open({ [key]: false });
  expect((await action(server, body)).status).toBe(status);
  expect(await outcome(server)).toEqual(['Error', 'Error']);
  const shown = (await bench.nova('GET', `/servers/${server}`)).body.server;
  expect(shown).toMatchObject({ status: 'ACTIVE', 'OS-EXT-STS:task_state': null, flavor: { id: '42' } });
  expect(shown).not.toHaveProperty('fault');
});

test('without rescue, the server goes to ERROR', async () => {
  const server = await open({ rescue: false });
  expect((await action(server, { rescue: {} })).status).toBe(200);
  await until(() => bench.status(server), 'ERROR');
  expect((await bench.nova('GET', `/servers/${server}`)).body.server.fault.message).toContain('cannot be rescued');
});

test('quotas of Nova are enforced and shown', async () => {
  await open({ quota: { instances: 1, cores: 4, ram: 100 } });
  const imageRef = (await bench.send('GET', '/image/v2/images')).body.images[0].id;
  const refused = await bench.nova('POST', '/servers', { body: { server: { name: 's', flavorRef: '42', imageRef } } });
  expect(refused.body.forbidden.message).toBe(
    'Quota exceeded for instances, ram: Requested 1, 64, but already used 1, 64 of 1, 100 instances, ram',
  );
  const { absolute } = (await bench.nova('GET', '/limits')).body.limits;
  expect(absolute).toMatchObject({ maxTotalInstances: 1, totalInstancesUsed: 1, maxTotalCores: 4, totalRAMUsed: 64 });
  const path = `/os-quota-sets/${bench.projects.member}`;
  expect((await bench.nova('GET', path)).body.quota_set).toMatchObject({ instances: 1, cores: 4, ram: 100 });
  expect((await bench.nova('GET', `${path}/detail`)).body.quota_set.instances).toEqual({
    limit: 1,
    in_use: 1,
    reserved: 0,
  });
  const [{ id }] = (await bench.nova('GET', '/servers')).body.servers;
  expect((await action(id, { resize: { flavorRef: '84' } })).body.forbidden.message).toContain(
    'Quota exceeded for ram',
  );
});

test('quotas of Cinder are enforced and shown', async () => {
  await open({ quota: { volumes: 2, gigabytes: 3 } });
  await bench.volume();
  const make = (size: number) => bench.cinder('POST', '/volumes', { body: { volume: { size } } });
  const refused = await make(3);
  expect(refused.status).toBe(413);
  expect(refused.headers['retry-after']).toBe('0');
  expect(refused.body.overLimit).toEqual({
    code: 413,
    message:
      'VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested 3G, quota is 3G and 1G has been consumed.',
    retryAfter: '0',
  });
  await bench.volume();
  expect((await make(1)).body.overLimit.message).toBe(
    "VolumeLimitExceeded: Maximum number of volumes allowed (2) exceeded for quota 'volumes'.",
  );
  const { absolute } = (await bench.cinder('GET', '/limits')).body.limits;
  expect(absolute).toMatchObject({ maxTotalVolumes: 2, totalVolumesUsed: 2, totalGigabytesUsed: 2 });
  const { quota_set } = (await bench.cinder('GET', `/os-quota-sets/${bench.projects.member}?usage=True`)).body;
  expect(quota_set.gigabytes).toEqual({ limit: 3, in_use: 2, reserved: 0 });
});
