import { expect, test } from 'vitest';
import type { CloudOptions } from '../../cloud/cloud.ts';
import { asyncAttachFaults } from '../../cloud/faults/async-attach.ts';
import { asyncDetachFaults } from '../../cloud/faults/async-detach.ts';
import { asyncOtherFaults } from '../../cloud/faults/async-others.ts';
import { type Answer, type Bench, openBench, until, wish } from './client.ts';
import { lookUntil, type Sample, type Subject } from './observe.ts';

/** Brings about what a mistake shows in, and says where to look. */
type Act = (bench: Bench) => Promise<Subject>;

const items = (server: string): string => `/servers/${server}/os-volume_attachments`;

function requestOf({ headers }: Answer): string {
  return headers['x-openstack-request-id'];
}

function attaching(version: string, type = 'default'): Act {
  return async bench => {
    const [server, volume] = await Promise.all([bench.server(), bench.volume({ volume_type: type })]);
    const more = { delete_on_termination: true, tag: 't' };
    const answer = await bench.nova('POST', items(server), { version, body: wish(volume, more) });
    expect(answer.status).toBe(version === '2.101' ? 202 : 200);
    return { server, volume, request: requestOf(answer) };
  };
}

/** An attach to one server while another one is looked at. */
async function attachingToAnother(bench: Bench): Promise<Subject> {
  const [server, volume, other] = await Promise.all([bench.server(), bench.volume(), bench.server()]);
  const answer = await bench.nova('POST', items(other), { body: wish(volume) });
  expect(answer.status).toBeLessThan(300);
  return { server, volume };
}

/** An attach at 2.101 of a volume that Cinder refuses. */
async function dropping(bench: Bench): Promise<Subject> {
  const [server, volume] = await Promise.all([bench.server(), bench.volume()]);
  const body = { 'os-reset_status': { status: 'error' } };
  await bench.cinder('POST', `/volumes/${volume}/action`, { as: 'admin', body });
  const answer = await bench.nova('POST', items(server), { version: '2.101', body: wish(volume) });
  // From 2.89 on a row without an attachment is hidden.
  return { server, volume, request: requestOf(answer), version: '2.1' };
}

function detaching(type = 'default'): Act {
  return async bench => {
    const [server, volume] = await Promise.all([bench.server(), bench.volume({ volume_type: type })]);
    await bench.attach(server, volume);
    const answer = await bench.nova('DELETE', `${items(server)}/${volume}`);
    expect(answer.status).toBe(202);
    return { server, volume, request: requestOf(answer) };
  };
}

/** A swap, of which the old or the new volume is looked at. */
function swapping(side: 'old' | 'new', type = 'default'): Act {
  return async bench => {
    const [server, volume, next] = await Promise.all([
      bench.server(),
      bench.volume(),
      bench.volume({ volume_type: type }),
    ]);
    const body = wish(volume, { delete_on_termination: true, tag: 't' });
    await bench.attach(server, volume, { body });
    const answer = await bench.nova('PUT', `${items(server)}/${volume}`, { as: 'admin', body: wish(next) });
    expect(answer.status).toBe(202);
    return { server, volume: side === 'old' ? volume : next, request: requestOf(answer) };
  };
}

async function offloaded(bench: Bench): Promise<string> {
  const server = await bench.server();
  await bench.act(server, { shelve: null }, 'SHELVED');
  await bench.act(server, { shelveOffload: null }, 'SHELVED_OFFLOADED', 'admin');
  return server;
}

async function attachingOffloaded(bench: Bench): Promise<Subject> {
  const [server, volume] = await Promise.all([offloaded(bench), bench.volume()]);
  const answer = await bench.nova('POST', items(server), { version: '2.79', body: wish(volume) });
  expect(answer.status).toBe(200);
  return { server, volume, request: requestOf(answer) };
}

function detachingOffloaded(flag: boolean): Act {
  return async bench => {
    const [server, volume] = await Promise.all([offloaded(bench), bench.volume()]);
    await bench.attach(server, volume, { body: wish(volume, { delete_on_termination: flag }) });
    const answer = await bench.nova('DELETE', `${items(server)}/${volume}`, { version: '2.79' });
    expect(answer.status).toBe(202);
    return { server, volume, request: requestOf(answer) };
  };
}

async function unshelving(bench: Bench): Promise<Subject> {
  const [server, volume] = await Promise.all([offloaded(bench), bench.volume()]);
  await bench.attach(server, volume);
  const answer = await bench.nova('POST', `/servers/${server}/action`, { body: { unshelve: null } });
  return { server, volume, request: requestOf(answer) };
}

async function deleting(bench: Bench): Promise<Subject> {
  const [server, volume] = await Promise.all([bench.server(), bench.volume()]);
  await bench.attach(server, volume);
  await bench.nova('POST', `/servers/${server}/action`, { body: { forceDelete: null } });
  await until(() => bench.status(server), 'gone');
  return { server, volume };
}

async function updating(bench: Bench): Promise<Subject> {
  const [server, volume] = await Promise.all([bench.server(), bench.volume()]);
  const request = requestOf(await bench.attach(server, volume));
  await lookUntil(bench, { server, volume, request }, ({ result }) => result === 'Success');
  const body = wish(volume, { delete_on_termination: true });
  expect((await bench.nova('PUT', `${items(server)}/${volume}`, { version: '2.85', body })).status).toBe(202);
  return { server, volume };
}

async function attached(bench: Bench): Promise<Subject> {
  const [server, volume] = await Promise.all([bench.server(), bench.volume()]);
  await bench.attach(server, volume);
  return { server, volume };
}

const done = ({ result, rows, status }: Sample): boolean => result === 'Success' && rows === 1 && status === 'in-use';

type Wrong = (sample: Sample, before: readonly Sample[], subject: Subject) => boolean;

/** Where each mistake shows, and as what. */
const table: [id: string, act: Act, wrong: Wrong, options?: CloudOptions][] = [
  ['attach-row-late', attaching('2.79'), ({ rows }) => rows === 0],
  ['attach-row-after-in-use', attaching('2.101'), ({ rows, status }) => rows === 0 && status === 'in-use'],
  [
    'attach-row-flickers',
    attaching('2.101'),
    ({ rows, status }, before) => rows === 0 && status === 'attaching' && before.some(one => one.rows === 1),
  ],
  [
    'attach-row-flickers-later',
    attaching('2.79'),
    ({ rows, result }, before) => rows === 0 && result === 'Success' && before.some(done),
  ],
  ['attach-row-twice', attaching('2.79'), ({ rows }) => rows === 2],
  [
    'attach-server-id-wrong',
    attaching('2.101'),
    ({ row }, _, { server }) => row !== undefined && row.serverId !== server,
  ],
  ['attach-show-late', attaching('2.79'), ({ rows, show }) => rows === 1 && show === 404],
  [
    'attach-entry-flickers',
    attaching('2.79'),
    ({ servers }, before) => servers.length === 0 && before.some(one => one.servers.length === 1),
  ],
  ['attach-reserves-late', attaching('2.79'), ({ status, action }) => status === 'available' && action === 200],
  ['attach-listed-everywhere', attachingToAnother, ({ rows }) => rows === 1],
  ['detach-entry-lingers', detaching(), ({ status, servers }) => status === 'available' && servers.length === 1],
  [
    'detach-entry-flickers',
    detaching(),
    ({ servers }, before) =>
      servers.length === 1 && before.some(one => one.status === 'available' && one.servers.length === 0),
  ],
  ['detach-action-late', detaching(), ({ action }) => action === 404],
  ['offloaded-attach-names-device', attachingOffloaded, ({ row }) => typeof row?.device === 'string'],
  ['attach-renews-row', attaching('2.79'), changes('bdm_uuid')],
  ['attach-flag-late', attaching('2.79'), ({ row }) => row?.delete_on_termination === false],
  ['attach-flag-reset', attaching('2.79'), sample => done(sample) && sample.row?.delete_on_termination === false],
  ['attach-tag-dropped', attaching('2.101'), sample => done(sample) && sample.row?.tag === null],
  ['attach-device-renamed', attaching('2.79'), changes('device')],
  ['attach-attachment-id-null', attaching('2.79'), sample => done(sample) && sample.row?.attachment_id === null],
  [
    'attach-volume-falls-back',
    attaching('2.101'),
    ({ status }, before) => status === 'available' && before.some(one => one.status === 'reserved'),
  ],
  ['attach-stays-attaching', attaching('2.79'), ({ status, result }) => status === 'attaching' && result === 'Success'],
  ['attach-entry-late', attaching('2.101'), ({ status, servers }) => status === 'in-use' && servers.length === 0],
  ['attach-entry-missing', attaching('2.79'), sample => done(sample) && sample.servers.length === 0],
  [
    'attach-entry-other-server',
    attaching('2.79'),
    ({ servers, row }) => servers.length === 1 && row !== undefined && servers[0] !== row.serverId,
  ],
  ['attach-action-late', attaching('2.79'), ({ action }) => action === 404],
  ['attach-action-missing', attaching('2.79'), ({ action, status }) => action === 404 && status === 'in-use'],
  ['attach-action-misnamed', attaching('2.101'), ({ name }) => name === 'volume_attach'],
  ['attach-action-never-ends', attaching('2.79'), ({ status, result }) => status === 'in-use' && result === null],
  ['attach-action-early', attaching('2.79'), ({ status, result }) => status === 'attaching' && result === 'Success'],
  ['attach-action-fails', attaching('2.101'), ({ status, result }) => status === 'in-use' && result === 'Error'],
  [
    'attach-failure-keeps-row',
    attaching('2.79', 'novaspec-attach-fails'),
    sample => failed(sample) && sample.rows === 1,
  ],
  [
    'attach-failure-keeps-volume',
    attaching('2.101', 'novaspec-attach-fails'),
    sample => failed(sample) && sample.status === 'attaching',
  ],
  [
    'attach-failure-row-first',
    attaching('2.79', 'novaspec-attach-fails'),
    ({ rows, status }) => rows === 0 && status === 'attaching',
  ],
  ['attach-failure-succeeds', attaching('2.79', 'novaspec-attach-fails'), ({ result }) => result === 'Success'],
  [
    'attach-failure-never-ends',
    attaching('2.79', 'novaspec-attach-fails'),
    ({ rows, result }) => rows === 0 && result === null,
  ],
  ['attach-dropped-keeps-row', dropping, ({ rows }) => rows === 1],
  ['attach-dropped-notes-action', dropping, ({ message }) => message === 'Error'],
  ['attach-dropped-done-later', dropping, done],
  ['attach-dropped-resets-volume', dropping, ({ status }) => status === 'available'],
  ['detach-row-first', detaching(), ({ rows, status }) => rows === 0 && status === 'detaching'],
  ['detach-row-flickers', detaching(), returns],
  ['detach-row-returns', detaching(), returns],
  ['detach-show-lingers', detaching(), ({ rows, show }) => rows === 0 && show === 200],
  [
    'detach-volume-flickers',
    detaching(),
    ({ status }, before) => status === 'in-use' && before.some(one => one.status === 'detaching'),
  ],
  ['detach-begins-late', detaching(), ({ status }) => status === 'in-use'],
  ['detach-entry-stays', detaching(), ({ status, servers }) => status === 'available' && servers.length === 1],
  ['detach-action-missing', detaching(), ({ rows, action }) => rows === 0 && action === 404],
  ['detach-action-never-ends', detaching(), ({ rows, result }) => rows === 0 && result === null],
  ['detach-action-early', detaching(), ({ rows, result }) => rows === 1 && result === 'Success'],
  ['detach-action-fails', detaching(), ({ rows, result }) => rows === 0 && result === 'Error'],
  ['detach-failure-drops-row', detaching('novaspec-detach-fails'), sample => failed(sample) && sample.rows === 0],
  [
    'detach-failure-keeps-detaching',
    detaching('novaspec-detach-fails'),
    sample => failed(sample) && sample.status === 'detaching',
  ],
  ['detach-failure-succeeds', detaching('novaspec-detach-fails'), ({ result }) => result === 'Success'],
  ['swap-flips-early', swapping('new'), ({ rows, status }) => rows === 1 && status === 'attaching', { release: 'zed' }],
  ['swap-lists-both', swapping('old'), ({ rows, status }) => rows === 1 && status === 'available', { release: 'zed' }],
  ['swap-loses-flag', swapping('new'), ({ row }) => row?.delete_on_termination === false, { release: 'zed' }],
  ['swap-loses-tag', swapping('new'), ({ row }) => row?.tag === null, { release: 'zed' }],
  [
    'swap-keeps-old-detaching',
    swapping('old'),
    ({ result, status }) => result === 'Success' && status === 'detaching',
    { release: 'zed' },
  ],
  [
    'swap-failure-keeps-new',
    swapping('new', 'novaspec-swap-fails'),
    sample => failed(sample) && sample.status === 'reserved',
    { release: 'zed' },
  ],
  ['offloaded-attach-early', attachingOffloaded, ({ status }) => status === 'reserved'],
  ['offloaded-detach-early', detachingOffloaded(false), ({ rows }) => rows === 1],
  [
    'offloaded-detach-keeps-flagged',
    detachingOffloaded(true),
    ({ rows, status }) => rows === 0 && status === 'available',
  ],
  ['offloaded-detach-deletes-unflagged', detachingOffloaded(false), ({ status }) => status === 'gone'],
  ['unshelve-row-flickers', unshelving, ({ rows }) => rows === 0],
  ['unshelve-frees-volume', unshelving, ({ status }) => status === 'available'],
  ['unshelve-renews-row', unshelving, changes('bdm_uuid')],
  ['unshelve-keeps-reserved', unshelving, ({ status, result }) => status === 'reserved' && result === 'Success'],
  ['delete-server-deletes-unflagged', deleting, ({ status }) => status === 'gone'],
  ['delete-server-lingers', deleting, ({ list, rows }) => list === 200 && rows === 1],
  ['update-flag-late', updating, ({ row }) => row?.delete_on_termination === false],
  ['update-flag-reserves', updating, ({ status }) => status === 'reserved'],
  ['list-reserves', attached, ({ status }) => status === 'reserved'],
];

/** Mistakes that a second request shows, in a test of its own below. */
const others = [
  'detach-while-attaching-accepted',
  'attach-while-attaching-accepted',
  'detach-again-accepted',
  'detach-blocks-attach',
  'detach-keeps-to-server',
  'swap-renews-row',
];

test('every asynchronous fault is shown by one of these tests', () => {
  const known = [...asyncAttachFaults, ...asyncDetachFaults, ...asyncOtherFaults].map(({ id }) => id);
  expect([...table.map(([id]) => id), ...others].toSorted()).toEqual(known.toSorted());
});

test.concurrent.each(table)('%s', async (id, act, wrong, options = {}) => {
  const bench = await openBench({ ...options, faults: [id] });
  const subject = await act(bench);
  const before: Sample[] = [];
  await lookUntil(bench, subject, sample => {
    const is = wrong(sample, before, subject);
    before.push(sample);
    return is;
  });
  await bench.stop();
});

function changes(key: string) {
  return ({ row }: Sample, before: readonly Sample[]): boolean =>
    before.some(one => one.row !== undefined && row !== undefined && one.row[key] !== row[key]);
}

function returns({ rows }: Sample, before: readonly Sample[]): boolean {
  return rows === 1 && before.some(one => one.rows === 0);
}

function failed({ message }: Sample): boolean {
  return message === 'Error';
}

test.each([
  ['detach-while-attaching-accepted', 202, 'attaching'],
  ['attach-while-attaching-accepted', 400, 'attaching'],
] as const)('%s: a hanging attach and a detach', async (id, status, left) => {
  const bench = await openBench({ faults: [id] });
  const subject = await attaching('2.79', 'novaspec-attach-hangs')(bench);
  await lookUntil(bench, subject, sample => sample.status === 'attaching');
  const path = items(subject.server);
  expect((await bench.nova('DELETE', `${path}/${subject.volume}`)).status).toBe(status);
  const [sample] = await lookUntil(bench, subject, () => true);
  expect([sample?.status, sample?.rows]).toEqual([left, status === 202 ? 0 : 1]);
  await bench.nova('POST', `/servers/${subject.server}/action`, { body: { forceDelete: null } });
  // It was attached with the flag; without its row nobody knows that.
  await until(() => bench.volumeStatus(subject.volume), status === 202 ? 'available' : 'gone');
  await bench.stop();
});

test('attach-while-attaching-accepted: on the same server and on another one', async () => {
  const bench = await openBench({ faults: ['attach-while-attaching-accepted'] });
  const subject = await attaching('2.79', 'novaspec-attach-hangs')(bench);
  await lookUntil(bench, subject, sample => sample.status === 'attaching');
  for (const server of [subject.server, await bench.server()]) {
    expect((await bench.nova('POST', items(server), { body: wish(subject.volume) })).status).toBe(200);
  }
  await bench.stop();
});

test('detach-again-accepted', async () => {
  const bench = await openBench({ faults: ['detach-again-accepted'], delay: 40 });
  const subject = await detaching()(bench);
  expect((await bench.nova('DELETE', `${items(subject.server)}/${subject.volume}`)).status).toBe(202);
  await lookUntil(bench, subject, ({ rows, status }) => rows === 0 && status === 'available');
  await bench.stop();
});

test.each([
  ['detach-blocks-attach', 400],
  ['detach-keeps-to-server', 200],
] as const)('%s', async (id, again) => {
  const bench = await openBench({ faults: [id] });
  const second = await bench.server();
  const subject = await detaching()(bench);
  await lookUntil(bench, subject, ({ rows, status }) => rows === 0 && status === 'available');
  const attach = (server: string) => bench.nova('POST', items(server), { body: wish(subject.volume) });
  expect((await attach(second)).status).toBe(400);
  expect((await attach(subject.server)).status).toBe(again);
  if (again === 400) await until(async () => (await attach(second)).status, 200);
  await bench.stop();
});

test('swap-renews-row', async () => {
  const bench = await openBench({ faults: ['swap-renews-row'], release: 'zed' });
  const { server, volume } = await attached(bench);
  const read = async () => (await bench.nova('GET', items(server), { version: '2.89' })).body.volumeAttachments[0];
  const before = await read();
  const next = await bench.volume();
  await bench.nova('PUT', `${items(server)}/${volume}`, { as: 'admin', body: wish(next) });
  await until(async () => (await read()).volumeId, next);
  expect((await read()).bdm_uuid).not.toBe(before.bdm_uuid);
  await bench.stop();
});
