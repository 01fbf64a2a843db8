import { expect, test } from 'vitest';
import { faults } from '../../cloud/catalogue.ts';
import { type Answer, type Bench, openBench, until, wish } from './client.ts';

/** A cloud with what a race needs. */
interface Track {
  readonly bench: Bench;
  readonly servers: readonly [string, string];
  readonly volumes: readonly [string, string];
}

const items = (server: string) => `/servers/${server}/os-volume_attachments`;

const attach = ({ bench }: Track, server: string, volume: string, version = '2.79'): Promise<Answer> =>
  bench.nova('POST', items(server), { version, body: wish(volume) });
const detach = ({ bench }: Track, server: string, volume: string): Promise<Answer> =>
  bench.nova('DELETE', `${items(server)}/${volume}`, { version: '2.79' });
const update = ({ bench }: Track, server: string, volume: string): Promise<Answer> =>
  bench.nova('PUT', `${items(server)}/${volume}`, {
    version: '2.85',
    body: wish(volume, { delete_on_termination: false }),
  });
const act = ({ bench }: Track, server: string, action: string): Promise<Answer> =>
  bench.nova('POST', `/servers/${server}/action`, { body: { [action]: null } });

async function rows({ bench }: Track, server: string): Promise<string[]> {
  const { body } = await bench.nova('GET', items(server), { version: '2.89' });
  return (body?.volumeAttachments ?? []).map(({ volumeId }: { volumeId: string }) => volumeId);
}

async function states(track: Track, server: string, volume: string): Promise<string> {
  const [listed, status] = await Promise.all([rows(track, server), track.bench.volumeStatus(volume)]);
  return `${listed.filter(one => one === volume).length} ${status}`;
}

const codes = (answers: readonly Answer[]): number[] =>
  answers.map(({ status }) => status).toSorted((one, other) => one - other);

/** Two attaches of the first volume at once, to both servers or twice to the first one. */
const rivals = (track: Track, version?: string): Promise<Answer[]> =>
  Promise.all(track.servers.map(server => attach(track, server, track.volumes[0], version)));
const twice = (track: Track, version?: string): Promise<Answer[]> =>
  Promise.all([1, 2].map(() => attach(track, track.servers[0], track.volumes[0], version)));
const both = (track: Track): Promise<Answer[]> =>
  Promise.all(track.volumes.map(volume => attach(track, track.servers[0], volume)));
const detaches = async (track: Track): Promise<Answer[]> => {
  const { bench, servers, volumes } = track;
  await bench.attach(servers[0], volumes[0]);
  return Promise.all([1, 2].map(() => detach(track, servers[0], volumes[0])));
};

/** What each mistake does to requests that overlap. */
const table: Record<string, (track: Track) => Promise<void>> = {
  'race-two-winners': async track => {
    expect(codes(await rivals(track))).toEqual([200, 200]);
    for (const server of track.servers) await until(() => states(track, server, track.volumes[0]), '1 in-use');
    for (const server of track.servers) {
      expect((await detach(track, server, track.volumes[0])).status).toBe(202);
      await until(async () => (await rows(track, server)).length, 0);
    }
    await until(() => track.bench.volumeStatus(track.volumes[0]), 'available');
    await rivals(track, '2.101');
    for (const server of track.servers) await until(() => states(track, server, track.volumes[0]), '1 in-use');
  },
  'race-both-refused': async track => expect(codes(await rivals(track))).toEqual([400, 400]),
  'race-double-row': async track => {
    expect(codes(await twice(track))).toEqual([200, 200]);
    await until(() => states(track, track.servers[0], track.volumes[0]), '2 in-use');
  },
  'race-phantom-row': async track => {
    expect(codes(await twice(track))).toEqual([200, 400]);
    await until(() => states(track, track.servers[0], track.volumes[0]), '2 in-use');
    expect((await detach(track, track.servers[0], track.volumes[0])).status).toBe(202);
    await until(() => states(track, track.servers[0], track.volumes[0]), '1 available');
    const pair = { ...track, volumes: [track.volumes[1], track.volumes[0]] } as const;
    await rivals(pair, '2.101');
    for (const server of track.servers) await until(() => states(pair, server, pair.volumes[0]), '1 in-use');
  },
  'race-two-detaches': async track => {
    expect(codes(await detaches(track))).toEqual([202, 202]);
    await until(() => states(track, track.servers[0], track.volumes[0]), '0 available');
  },
  'race-lost-detach': async track => {
    expect(codes(await detaches(track))).toEqual([202, 400]);
    expect(await states(track, track.servers[0], track.volumes[0])).toBe('1 in-use');
  },
  'race-resurrected-row': async track => {
    const [server, volume] = [track.servers[0], track.volumes[0]];
    await track.bench.attach(server, volume);
    const [updated, detached] = await Promise.all([update(track, server, volume), detach(track, server, volume)]);
    expect(codes([updated, detached])).toEqual([202, 202]);
    const action = `/servers/${server}/os-instance-actions/${detached.headers['x-openstack-request-id']}`;
    const result = async (): Promise<unknown> =>
      (await track.bench.nova('GET', action, { version: '2.79' })).body.instanceAction.events[0]?.result;
    await until(result, 'Success');
    expect(await states(track, server, volume)).toBe('1 available');
  },
  'race-update-refused-500': async track => {
    const [server, volume] = [track.servers[0], track.volumes[0]];
    await track.bench.attach(server, volume);
    expect(codes(await Promise.all([update(track, server, volume), detach(track, server, volume)]))).toEqual([
      202, 500,
    ]);
  },
  'race-attach-detach-both': async track => {
    const [server, volume] = [track.servers[0], track.volumes[0]];
    expect(codes(await Promise.all([attach(track, server, volume), detach(track, server, volume)]))).toEqual([
      200, 202,
    ]);
    await until(() => states(track, server, volume), '1 in-use');
  },
  'race-attach-while-detaching': async track => {
    const [server, volume] = [track.servers[0], track.volumes[0]];
    await track.bench.attach(server, volume);
    expect(codes(await Promise.all([attach(track, server, volume), detach(track, server, volume)]))).toEqual([
      200, 202,
    ]);
    await until(() => states(track, server, volume), '0 available');
  },
  'race-shelve-strands': async track => {
    const [server, volume] = [track.servers[0], track.volumes[0]];
    expect(codes(await Promise.all([attach(track, server, volume), act(track, server, 'shelve')]))).toEqual([200, 202]);
    await until(() => track.bench.status(server), 'SHELVED');
    await until(() => states(track, server, volume), '0 reserved');
  },
  'race-shelve-row-only': async track => {
    const [server, volume] = [track.servers[0], track.volumes[0]];
    expect(codes(await Promise.all([attach(track, server, volume), act(track, server, 'shelve')]))).toEqual([200, 202]);
    await until(() => track.bench.status(server), 'SHELVED');
    await until(() => states(track, server, volume), '1 available');
  },
  'race-orphan': async track => {
    const [server, volume] = [track.servers[0], track.volumes[0]];
    expect(codes(await Promise.all([attach(track, server, volume), act(track, server, 'forceDelete')]))).toEqual([
      200, 202,
    ]);
    await until(() => track.bench.status(server), 'gone');
    expect(await track.bench.volumeStatus(volume)).toBe('reserved');
  },
  'race-deleted-lists': async track => {
    const [server, volume] = [track.servers[0], track.volumes[0]];
    await Promise.all([attach(track, server, volume), act(track, server, 'forceDelete')]);
    await until(() => track.bench.status(server), 'gone');
    expect((await track.bench.nova('GET', items(server))).status).toBe(200);
    expect((await track.bench.nova('GET', items(server), { as: 'other' })).status).toBe(404);
    await until(() => track.bench.volumeStatus(volume), 'available');
  },
  'race-same-device': async track => {
    const [one, two] = await both(track);
    expect(one?.body.volumeAttachment.device).toBe(two?.body.volumeAttachment.device);
  },
  'race-lost-row': async track => {
    expect(codes(await both(track))).toEqual([200, 200]);
    for (const volume of track.volumes) await until(() => track.bench.volumeStatus(volume), 'in-use');
    await until(async () => (await rows(track, track.servers[0])).length, 1);
  },
  'race-deadlock-500': async track => expect(codes(await both(track))).toEqual([200, 500]),
};

/** A history of one caller who waits for everything; it goes as on a faultless cloud. */
async function alone(track: Track): Promise<void> {
  const { bench, servers, volumes } = track;
  const [server, other] = servers;
  const [volume, second] = volumes;
  const gone = (): Promise<void> => until(() => states(track, server, volume), '0 available');
  await bench.attach(server, volume);
  expect(codes([await attach(track, server, volume), await attach(track, other, volume)])).toEqual([400, 400]);
  expect((await update(track, server, volume)).status).toBe(202);
  const { device } = (await bench.attach(server, second)).body.volumeAttachment;
  expect((await bench.nova('GET', `${items(server)}/${volume}`)).body.volumeAttachment.device).not.toBe(device);
  expect(await rows(track, server)).toEqual([volume, second]);
  expect((await detach(track, server, volume)).status).toBe(202);
  await gone();
  expect(codes([await detach(track, server, volume), await update(track, server, volume)])).toEqual([404, 404]);
  await act(track, server, 'shelve');
  await until(() => bench.status(server), 'SHELVED');
  await bench.attach(server, volume, { version: '2.101' });
  await until(() => states(track, server, volume), '1 in-use');
  await bench.act(server, { unshelve: null }, 'ACTIVE');
  expect((await detach(track, server, second)).status).toBe(202);
  await until(() => bench.volumeStatus(second), 'available');
  expect(await rows(track, server)).toEqual([volume]);
  await act(track, server, 'forceDelete');
  await until(() => bench.status(server), 'gone');
  expect((await bench.nova('GET', items(server))).status).toBe(404);
  expect(await bench.volumeStatus(volume)).toBe('available');
}

async function open(id: string): Promise<Track> {
  const bench = await openBench({ faults: [id], delay: 'none' });
  const [servers, volumes] = await Promise.all([
    Promise.all([bench.server(), bench.server()]),
    Promise.all([bench.volume(), bench.volume()]),
  ]);
  return { bench, servers, volumes };
}

test('every race is shown by one of these tests', () => {
  const known = faults.filter(({ kind }) => kind === 'concurrency').map(({ id }) => id);
  expect(Object.keys(table).toSorted()).toEqual(known.toSorted());
});

test.concurrent.each(Object.entries(table))('%s shows in requests that overlap', async (id, show) => {
  const track = await open(id);
  await show(track);
  await track.bench.stop();
});

test.concurrent.each(Object.keys(table))('%s does not show in requests that do not overlap', async id => {
  const track = await open(id);
  await alone(track);
  await track.bench.stop();
});
