import { expect, test } from 'vitest';
import type { ReleaseName } from '../../cloud/releases.ts';
import { type Answer, type Bench, nowhere, openBench, until, wish } from './client.ts';

/** A server in some state, a volume attached to it, and a free one. */
interface Given {
  readonly server: string;
  readonly path: string;
  readonly attached: string;
  readonly spare: string;
}

type Enter = (bench: Bench, given: Given) => Promise<unknown>;

const suspend: Enter = (bench, { server }) => bench.act(server, { suspend: null }, 'SUSPENDED');
const lock: Enter = (bench, { server }) => bench.act(server, { lock: null });
const stop: Enter = (bench, { server }) => bench.act(server, { 'os-stop': null }, 'SHUTOFF');
const reboot: Enter = (bench, { server }) =>
  bench.nova('POST', `/servers/${server}/action`, { body: { reboot: { type: 'HARD' } } });
const offload: Enter = async (bench, { server }) => {
  await bench.act(server, { shelve: null }, 'SHELVED');
  await bench.act(server, { shelveOffload: null }, 'SHELVED_OFFLOADED', 'admin');
};
const end: Enter = async (bench, { server }) => {
  await bench.nova('POST', `/servers/${server}/action`, { body: { forceDelete: null } });
  await until(() => bench.status(server), 'gone');
};

type Request = (bench: Bench, given: Given) => Promise<Answer>;

const list: Request = (bench, { path }) => bench.nova('GET', path);
const show: Request = (bench, { path, attached }) => bench.nova('GET', `${path}/${attached}`);
const attach: Request = (bench, { path, spare }) => bench.nova('POST', path, { body: wish(spare) });
const attachAsAdmin: Request = (bench, { path, spare }) => bench.nova('POST', path, { as: 'admin', body: wish(spare) });
const attachUnknown: Request = (bench, { path }) => bench.nova('POST', path, { body: wish(nowhere()) });
const attachAgain: Request = (bench, { path, attached }) => bench.nova('POST', path, { body: wish(attached) });
const detach: Request = (bench, { path, attached }) => bench.nova('DELETE', `${path}/${attached}`);
const update: Request = (bench, { path, attached }) =>
  bench.nova('PUT', `${path}/${attached}`, { version: '2.85', body: wish(attached) });
const swap: Request = (bench, { path, attached, spare }) =>
  bench.nova('PUT', `${path}/${attached}`, { as: 'admin', body: wish(spare) });
const swapUnknown: Request = (bench, { path, attached }) =>
  bench.nova('PUT', `${path}/${attached}`, { as: 'admin', body: wish(nowhere()) });

const rows: [release: ReleaseName, fault: string, enter: Enter, request: Request, right: number, wrong: number][] = [
  ['2026.2', 'list-in-suspended-refused', suspend, list, 200, 409],
  ['2026.2', 'show-in-suspended-refused', suspend, show, 200, 409],
  ['2026.2', 'show-in-shelved_offloaded-hidden', offload, show, 200, 404],
  ['2026.2', 'update-in-stopped-refused', stop, update, 202, 409],
  ['2026.2', 'list-in-deleted-empty', end, list, 404, 200],
  ['2026.2', 'attach-in-deleted-409', end, attach, 404, 409],
  ['2026.2', 'list-busy-refused', reboot, list, 200, 409],
  ['2026.2', 'show-busy-refused', reboot, show, 200, 409],
  ['2026.2', 'attach-busy-accepted', reboot, attach, 409, 200],
  ['2026.2', 'attach-locked-admin-refused', lock, attachAsAdmin, 200, 409],
  ['2026.2', 'swap-in-stopped-accepted', stop, swap, 409, 202],
  ['zed', 'swap-in-stopped-accepted', stop, swap, 409, 202],
  ['zed', 'swap-in-active-refused', () => Promise.resolve(), swap, 202, 409],
  ['zed', 'order-update-state-before-new', suspend, swapUnknown, 400, 409],
  ['2026.2', 'order-create-volume-before-state', suspend, attachUnknown, 409, 404],
  ['2026.2', 'order-create-double-before-lock', lock, attachAgain, 409, 400],
];

/** A reboot has to last until the request behind it has come. */
function paceOf(enter: Enter): number {
  return enter === reboot ? 5 : 1;
}

async function given(bench: Bench): Promise<Given> {
  const [server, attached, spare] = await Promise.all([bench.server(), bench.volume(), bench.volume()]);
  await bench.attach(server, attached);
  return { server, path: `/servers/${server}/os-volume_attachments`, attached, spare };
}

test.each(rows)('%s with %s', async (release, fault, enter, request, right, wrong) => {
  const statuses: number[] = [];
  for (const faults of [[], [fault]]) {
    const bench = await openBench({ release, faults, delay: paceOf(enter) });
    const having = await given(bench);
    await enter(bench, having);
    statuses.push((await request(bench, having)).status);
    await bench.stop();
  }
  expect(statuses).toEqual([right, wrong]);
});

/** What a refused request leaves: the number of rows, the status of both volumes, the flag. */
async function traces(bench: Bench, { path, attached, spare }: Given): Promise<unknown[]> {
  const items = (await bench.nova('GET', path, { version: '2.79' })).body.volumeAttachments;
  const kept = items.find((item: { volumeId: string }) => item.volumeId === attached);
  const volumes = [await bench.volumeStatus(attached), await bench.volumeStatus(spare)];
  return [items.length, ...volumes, kept?.delete_on_termination];
}

test.each<[fault: string, enter: Enter, request: Request, left: unknown[]]>([
  ['attach-refused-leaves-row', suspend, attach, [2, 'in-use', 'available', false]],
  ['attach-refused-reserves', suspend, attach, [1, 'in-use', 'reserved', false]],
  ['attach-locked-leaves-row', lock, attach, [2, 'in-use', 'available', false]],
  ['attach-busy-leaves-row', reboot, attach, [2, 'in-use', 'available', false]],
  ['detach-refused-drops-row', suspend, detach, [0, 'in-use', 'available', undefined]],
  ['detach-refused-flips-flag', suspend, detach, [1, 'in-use', 'available', true]],
  ['detach-refused-keeps-detaching', suspend, detach, [1, 'detaching', 'available', false]],
  ['order-delete-begin-before-lock', lock, detach, [1, 'detaching', 'available', false]],
])('%s: refused all the same, with a trace', async (fault, enter, request, left) => {
  const bench = await openBench({ faults: [fault], delay: paceOf(enter) });
  const having = await given(bench);
  await enter(bench, having);
  expect((await request(bench, having)).status).toBe(409);
  expect(await traces(bench, having)).toEqual(left);
  await bench.stop();
});

test.each([
  ['attach-multiattach-second-refused', 200, 400, 400],
  ['attach-multiattach-again-accepted', 200, 200, 200],
] as const)('%s', async (fault, first, second, again) => {
  const bench = await openBench({ faults: [fault] });
  const servers = await Promise.all([bench.server(), bench.server()]);
  const volume = await bench.volume({ volume_type: 'multiattach' });
  const statuses: number[] = [];
  for (const server of [servers[0], servers[1], servers[0]]) {
    const path = `/servers/${server}/os-volume_attachments`;
    statuses.push((await bench.nova('POST', path, { version: '2.60', body: wish(volume) })).status);
    await until(() => bench.volumeStatus(volume), 'in-use');
  }
  expect(statuses).toEqual([first, second, again]);
  await bench.stop();
});

test.each([
  [[], 400],
  [['swap-shared-409'], 409],
  [['swap-shared-accepted'], 202],
])('swap of a volume that two servers share, with %j: %d', async (faults, status) => {
  const bench = await openBench({ release: 'zed', faults });
  const [first, second] = [await bench.server(), await bench.server()];
  const [shared, spare] = [await bench.volume({ volume_type: 'multiattach' }), await bench.volume()];
  for (const server of [first, second]) {
    await bench.nova('POST', `/servers/${server}/os-volume_attachments`, { version: '2.60', body: wish(shared) });
    await until(() => bench.volumeStatus(shared), 'in-use');
  }
  const path = `/servers/${first}/os-volume_attachments/${shared}`;
  expect((await bench.nova('PUT', path, { as: 'admin', version: '2.60', body: wish(spare) })).status).toBe(status);
  await bench.stop();
});
