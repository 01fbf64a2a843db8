import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, openBench, until, wish } from './client.ts';
import { lookUntil, type Sample, type Subject } from './observe.ts';

// Slow enough for a reader to see each step, so that only the order counts here.
let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ release: 'zed', delay: 15 });
});
afterAll(() => bench.stop());

const items = (server: string) => `/servers/${server}/os-volume_attachments`;

/** What list, Cinder and the action show, without repetitions, until the last observation is the wanted one. */
async function watch(subject: Subject, wanted: string, text = short): Promise<string[]> {
  const samples = await lookUntil(bench, subject, sample => text(sample) === wanted);
  const seen = samples.map(text);
  return seen.filter((one, index) => one !== seen[index - 1]);
}

function short({ rows, status, servers, action, result }: Sample): string {
  const row = rows === 0 ? 'no row' : 'row';
  return `${row}, ${status}, ${servers.length}, ${action === 404 ? 'no action' : (result ?? 'running')}`;
}

function withDevice({ row, status, result }: Sample): string {
  const device = row === undefined ? 'no row' : row.device === undefined ? 'no device' : 'device';
  return `${device}, ${status}, ${result === 'Success' ? 'done' : 'running'}`;
}

/** The observations are all among the steps, and in their order. */
function expectSteps(seen: readonly string[], steps: readonly string[]): void {
  expect(steps.filter(step => seen.includes(step))).toEqual(seen);
}

/** Sends a request and names what it is about, with the action that it started. */
async function start(
  method: string,
  path: string,
  ask: Parameters<Bench['nova']>[2],
  about: Subject,
): Promise<Subject> {
  const { status, headers, text } = await bench.nova(method, path, ask);
  if (status >= 300) throw new Error(text);
  return { ...about, request: headers['x-openstack-request-id'] };
}

test('attach and detach step by step', async () => {
  const [server, volume] = [await bench.server(), await bench.volume()];
  const path = items(server);
  const attach = await start('POST', path, { body: wish(volume) }, { server, volume });
  expectSteps(await watch(attach, 'row, in-use, 1, Success'), [
    'row, reserved, 0, running',
    'row, attaching, 0, running',
    'row, in-use, 1, running',
    'row, in-use, 1, Success',
  ]);
  const detach = await start('DELETE', `${path}/${volume}`, {}, { server, volume });
  expectSteps(await watch(detach, 'no row, available, 0, Success'), [
    'row, detaching, 1, running',
    'row, available, 0, running',
    'no row, available, 0, running',
    'no row, available, 0, Success',
  ]);
});

test('at 2.101 all of an attach is behind the answer', async () => {
  const own = await openBench({ delay: 15 });
  const [server, volume] = [await own.server(), await own.volume()];
  const body = wish(volume, { delete_on_termination: true });
  const answer = await own.nova('POST', items(server), { version: '2.101', body });
  const subject = { server, volume, request: answer.headers['x-openstack-request-id'] };
  const samples = await lookUntil(own, subject, ({ result }) => result === 'Success');
  const seen = samples.map(short).filter((one, index, all) => one !== all[index - 1]);
  expectSteps(seen, [
    'no row, available, 0, no action',
    // This release shows the row with its attachment: the list may be read just before, the volume just after.
    'no row, reserved, 0, no action',
    'row, available, 0, no action',
    'row, reserved, 0, no action',
    'row, reserved, 0, running',
    'row, attaching, 0, running',
    'row, in-use, 1, running',
    'row, in-use, 1, Success',
  ]);
  await own.stop();
});

test('attach and detach of an offloaded server are done when they are answered', async () => {
  const [server, volume] = [await bench.server(), await bench.volume()];
  await bench.act(server, { shelve: null }, 'SHELVED');
  await bench.act(server, { shelveOffload: null }, 'SHELVED_OFFLOADED', 'admin');
  const before = bench.nova('POST', items(server), { version: '2.20', body: wish(volume) });
  expectSteps(await watch({ server, volume }, 'row, in-use, 1, no action'), [
    'no row, available, 0, no action',
    'row, available, 0, no action',
    'row, reserved, 0, no action',
    'row, in-use, 1, no action',
  ]);
  const request = (await before).headers['x-openstack-request-id'];
  const [sample] = await lookUntil(bench, { server, volume, request }, () => true);
  expect(sample).toMatchObject({ name: 'attach_volume', result: 'Success', status: 'in-use', rows: 1 });
  const detach = await start('DELETE', `${items(server)}/${volume}`, { version: '2.20' }, { server, volume });
  const [last] = await lookUntil(bench, detach, () => true);
  expect(last).toMatchObject({ name: 'detach_volume', result: 'Success', status: 'available', rows: 0 });
});

test('an unshelve takes each volume through attaching and gives it a device', async () => {
  const [server, early, late] = [await bench.server(), await bench.volume(), await bench.volume()];
  await bench.attach(server, early);
  await bench.act(server, { shelve: null }, 'SHELVED');
  await bench.act(server, { shelveOffload: null }, 'SHELVED_OFFLOADED', 'admin');
  await bench.attach(server, late);
  const act = { body: { unshelve: null } };
  const unshelve = await start('POST', `/servers/${server}/action`, act, { server, volume: late });
  const [seen, kept] = await Promise.all([
    watch(unshelve, 'device, in-use, done', withDevice),
    watch({ ...unshelve, volume: early }, 'device, in-use, done', withDevice),
  ]);
  expectSteps(kept, [
    'device, reserved, running',
    'device, attaching, running',
    'device, in-use, running',
    'device, in-use, done',
  ]);
  expect(seen[0]).toBe('no device, in-use, running');
  expectSteps(
    seen.filter(one => one !== 'device, in-use, running'),
    ['no device, in-use, running', 'device, attaching, running', 'device, in-use, done'],
  );
});

test('a swap: the old volume is detaching at once, the row flips when the new one is in use', async () => {
  const [server, old, next] = [await bench.server(), await bench.volume(), await bench.volume()];
  const body = wish(old, { delete_on_termination: true, tag: 't' });
  const attach = await start('POST', items(server), { version: '2.79', body }, { server, volume: old });
  const before = (await lookUntil(bench, attach, ({ result }) => result === 'Success')).at(-1)?.row;
  const ask = { as: 'admin', body: wish(next) } as const;
  const swap = await start('PUT', `${items(server)}/${old}`, ask, { server, volume: old });
  const [olds, news] = await Promise.all([
    watch(swap, 'no row, available, 0, Success'),
    watch({ ...swap, volume: next }, 'row, in-use, 1, Success'),
  ]);
  expectSteps(olds, [
    'row, detaching, 1, running',
    'row, available, 0, running',
    'no row, available, 0, running',
    'no row, available, 0, Success',
  ]);
  expectSteps(news, [
    'no row, reserved, 0, running',
    'no row, attaching, 0, running',
    'no row, in-use, 1, running',
    'row, in-use, 1, running',
    'row, in-use, 1, Success',
  ]);
  const after = (await lookUntil(bench, { server, volume: next }, () => true)).at(-1)?.row;
  const changed = { volumeId: next, attachment_id: after?.attachment_id };
  expect(after).toEqual({ ...before, ...changed });
  expect(after?.attachment_id).not.toBe(before?.attachment_id);
});

test.each([false, true])('the end of a server, offloaded: %j', async off => {
  const [server, kept, flagged] = [await bench.server(), await bench.volume(), await bench.volume()];
  await bench.attach(server, kept);
  if (off) {
    await bench.act(server, { shelve: null }, 'SHELVED');
    await bench.act(server, { shelveOffload: null }, 'SHELVED_OFFLOADED', 'admin');
  }
  await bench.attach(server, flagged, { body: wish(flagged, { delete_on_termination: true }) });
  await bench.nova('POST', `/servers/${server}/action`, { body: { forceDelete: null } });
  await until(() => bench.status(server), 'gone');
  expect(await bench.volumeStatus(kept)).toBe('available');
  expect(['deleting', 'gone']).toContain(await bench.volumeStatus(flagged));
});

test.each([
  ['2026.1', 200],
  ['2026.2', 404],
] as const)('on %s a row without a Cinder attachment is %i at 2.89', async (release, status) => {
  // The fault keeps such a row for good; otherwise it is there for a moment of each attach.
  const own = await openBench({ release, faults: ['attach-phantom'] });
  const server = await own.server();
  const volume = await own.volume();
  const path = `/servers/${server}/os-volume_attachments`;
  await own.cinder('POST', `/volumes/${volume}/action`, {
    as: 'admin',
    body: { 'os-reset_status': { status: 'error' } },
  });
  expect((await own.nova('POST', path, { body: wish(volume) })).status).toBe(400);
  expect((await own.nova('GET', `${path}/${volume}`, { version: '2.88' })).status).toBe(200);
  const answer = await own.nova('GET', `${path}/${volume}`, { version: '2.89' });
  expect(answer.status).toBe(status);
  if (status === 200) expect(answer.body.volumeAttachment.attachment_id).toBeNull();
  const { body } = await own.nova('GET', path, { version: '2.89' });
  expect(body.volumeAttachments).toHaveLength(status === 200 ? 1 : 0);
  await own.stop();
});
