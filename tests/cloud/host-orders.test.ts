import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CloudOptions } from '../../cloud/cloud.ts';
import { type Bench, openBench, until, wish } from './client.ts';
import { lookUntil, type Sample, type Subject } from './observe.ts';

const items = (server: string) => `/servers/${server}/os-volume_attachments`;

async function attach(bench: Bench, server: string, volume: string, version: string): Promise<Subject> {
  const { status, headers } = await bench.nova('POST', items(server), { version, body: wish(volume) });
  expect(status).toBe(version === '2.101' ? 202 : 200);
  return { server, volume, request: headers['x-openstack-request-id'] };
}

/** The last sample of an action that is to end like this. */
async function ended(bench: Bench, subject: Subject, result: 'Success' | 'Error'): Promise<Sample | undefined> {
  return (await lookUntil(bench, subject, sample => sample.result === result)).at(-1);
}

describe.each<[CloudOptions['delay'] & {}, string]>([
  ['none', '2.101'],
  ['quick', '2.100'],
  [15, '2.101'],
])('delay %s, version %s', (delay, version) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench({ delay });
  });
  afterAll(() => bench.stop());

  test.each([
    [{}, { volume_type: 'novaspec-attach-fails' }],
    [{ metadata: { novaspec_attach: 'fails' } }, {}],
  ])('an attach that fails on the host: server %j, volume %j', async (more, wanted) => {
    const [server, volume] = await Promise.all([bench.server(more), bench.volume(wanted)]);
    const subject = await attach(bench, server, volume, version);
    const last = await ended(bench, subject, 'Error');
    expect(last).toMatchObject({ name: 'attach_volume', message: 'Error', rows: 0, show: 404, status: 'available' });
    expect(await bench.status(server)).toBe('ACTIVE');
  });

  test.each([
    [{}, { volume_type: 'novaspec-attach-hangs' }],
    [{ metadata: { novaspec_attach: 'hangs' } }, {}],
  ])('an attach that hangs: server %j, volume %j', async (more, wanted) => {
    const [server, volume] = await Promise.all([bench.server(more), bench.volume(wanted)]);
    const subject = await attach(bench, server, volume, version);
    const last = (await lookUntil(bench, subject, ({ status }) => status === 'attaching')).at(-1);
    expect(last).toMatchObject({ rows: 1, servers: [], result: null, message: null });
    expect((await bench.nova('DELETE', `${items(server)}/${volume}`)).status).toBe(400);
    expect((await bench.nova('POST', items(server), { body: wish(volume) })).status).toBe(400);
    await bench.nova('POST', `/servers/${server}/action`, { body: { forceDelete: null } });
    await until(() => bench.status(server), 'gone');
    expect(await bench.volumeStatus(volume)).toBe('available');
    expect((await bench.cinder('DELETE', `/volumes/${volume}`)).status).toBe(202);
  });

  test.each([
    [{}, { volume_type: 'novaspec-detach-fails' }],
    [{ metadata: { novaspec_detach: 'fails' } }, {}],
  ])('a detach that fails on the host: server %j, volume %j', async (more, wanted) => {
    const [server, volume] = await Promise.all([bench.server(more), bench.volume(wanted)]);
    await ended(bench, await attach(bench, server, volume, version), 'Success');
    const { headers } = await bench.nova('DELETE', `${items(server)}/${volume}`);
    const last = await ended(bench, { server, volume, request: headers['x-openstack-request-id'] }, 'Error');
    expect(last).toMatchObject({ name: 'detach_volume', message: 'Error', rows: 1, status: 'in-use' });
    expect(last?.servers).toEqual([server]);
  });
});

test('a swap that fails on the host leaves everything as it was', async () => {
  const bench = await openBench({ release: 'zed' });
  const [server, old, next] = await Promise.all([
    bench.server(),
    bench.volume(),
    bench.volume({ volume_type: 'novaspec-swap-fails' }),
  ]);
  const before = (await ended(bench, await attach(bench, server, old, '2.79'), 'Success'))?.row;
  const { status, headers } = await bench.nova('PUT', `${items(server)}/${old}`, { as: 'admin', body: wish(next) });
  expect(status).toBe(202);
  const request = headers['x-openstack-request-id'];
  const last = await ended(bench, { server, volume: old, request }, 'Error');
  expect(last).toMatchObject({ name: 'swap_volume', message: 'Error', row: before, status: 'in-use' });
  expect(await bench.volumeStatus(next)).toBe('available');
  await bench.stop();
});

test('types say what they do', async () => {
  const bench = await openBench();
  const { body } = await bench.cinder('GET', '/types');
  const ours = body.volume_types.filter(({ name }: { name: string }) => name.startsWith('novaspec-'));
  expect(ours).toHaveLength(4);
  for (const { description } of ours) expect(description).toMatch(/^[A-Z].*\.$/);
  await bench.stop();
});

test('a realistic cloud works', async () => {
  const bench = await openBench({ delay: 'realistic' });
  const volume = await bench.volume();
  expect(await bench.volumeStatus(volume)).toBe('available');
  await bench.stop();
});
