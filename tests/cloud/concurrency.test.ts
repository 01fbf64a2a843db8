import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CloudOptions } from '../../cloud/cloud.ts';
import { type Answer, type Bench, openBench, until, wish } from './client.ts';

const items = (server: string) => `/servers/${server}/os-volume_attachments`;

const statuses = (answers: readonly Answer[]): number[] =>
  answers.map(({ status }) => status).toSorted((one, other) => one - other);

/** Works that no answer waits for fail as warnings. */
const warnings: Error[] = [];
const warn = (warning: Error): void => void warnings.push(warning);

type Delay = NonNullable<CloudOptions['delay']>;

describe.each<[Delay, number]>([
  ['none', 12],
  [1, 4],
])('delay %s', (delay, rounds) => {
  let bench: Bench;
  let servers: [string, string];
  beforeAll(async () => {
    process.on('warning', warn);
    bench = await openBench({ delay, deployment: { reclaimSeconds: 0, shelvedOffloadSeconds: 0 } });
    servers = await Promise.all([bench.server(), bench.server()]);
  });
  afterAll(async () => {
    await bench.stop();
    process.off('warning', warn);
    expect(warnings).toEqual([]);
  });

  const attach = (server: string, volume: string, version = '2.79', more = {}): Promise<Answer> =>
    bench.nova('POST', items(server), { version, body: wish(volume, more) });
  const detach = (server: string, volume: string): Promise<Answer> =>
    bench.nova('DELETE', `${items(server)}/${volume}`, { version: '2.79' });
  const update = (server: string, volume: string, flag: boolean): Promise<Answer> =>
    bench.nova('PUT', `${items(server)}/${volume}`, {
      version: '2.85',
      body: wish(volume, { delete_on_termination: flag }),
    });
  const act = (server: string, action: string, options: unknown = null): Promise<Answer> =>
    bench.nova('POST', `/servers/${server}/action`, { body: { [action]: options } });

  /** How often each server lists the volume. */
  async function listed(volume: string, of: readonly string[]): Promise<number[]> {
    const lists = await Promise.all(of.map(server => bench.nova('GET', items(server))));
    return lists.map(
      ({ body }) =>
        (body.volumeAttachments ?? []).filter(({ volumeId }: { volumeId: string }) => volumeId === volume).length,
    );
  }

  /** Waits until rows and volume say the same, whether that is attached. */
  async function settled(volume: string, of: readonly string[], wanted?: boolean): Promise<boolean> {
    let end = '';
    await until(async () => {
      const status = await bench.volumeStatus(volume);
      const rows = (await listed(volume, of)).reduce((sum, count) => sum + count, 0);
      end = `${rows}, ${status}`;
      return wanted === undefined
        ? ['0, available', '1, in-use', '1, reserved'].includes(end)
        : end === (wanted ? '1, in-use' : '0, available');
    }, true).catch((error: unknown) => {
      throw new Error(`ends as ${end}`, { cause: error });
    });
    return !end.startsWith('0');
  }

  async function release(volume: string, of: readonly string[]): Promise<void> {
    const counts = await listed(volume, of);
    const owner = of.find((_, index) => counts[index] === 1);
    if (owner !== undefined) expect((await detach(owner, volume)).status).toBe(202);
    await settled(volume, of, false);
  }

  async function repeat(round: (index: number) => Promise<void>, times = rounds): Promise<void> {
    for (let index = 0; index < times; index++) await round(index);
  }

  test('one volume to two servers: one wins', async () => {
    const volume = await bench.volume();
    await repeat(async index => {
      const answers = await Promise.all(servers.map(server => attach(server, volume)));
      expect(statuses(answers)).toEqual([200, 400]);
      await settled(volume, servers, true);
      await release(volume, servers);
      await Promise.all(servers.map(server => attach(server, volume, index % 2 === 0 ? '2.101' : '2.104')));
      await settled(volume, servers, true);
      await release(volume, servers);
    });
  });

  test('one volume twice to one server: one row', async () => {
    const [server] = servers;
    const volume = await bench.volume();
    await repeat(async () => {
      expect(statuses(await Promise.all([attach(server, volume), attach(server, volume)]))).toEqual([200, 400]);
      await settled(volume, [server], true);
      await release(volume, [server]);
      await Promise.all([attach(server, volume, '2.101'), attach(server, volume, '2.101')]);
      await settled(volume, [server], true);
      await release(volume, [server]);
    });
  });

  test('two detaches: one is accepted', async () => {
    const [server] = servers;
    const volume = await bench.volume();
    await repeat(async () => {
      await bench.attach(server, volume);
      const [first, second] = statuses(await Promise.all([detach(server, volume), detach(server, volume)]));
      expect(first).toBe(202);
      expect([400, 404]).toContain(second);
      await settled(volume, [server], false);
    });
  });

  test('attach against detach, of a free volume and of an attached one', async () => {
    const [server] = servers;
    const volume = await bench.volume();
    await repeat(async () => {
      const [attached, early] = await Promise.all([attach(server, volume), detach(server, volume)]);
      expect(attached.status).toBe(200);
      expect([202, 400, 404]).toContain(early.status);
      await settled(volume, [server], early.status !== 202);
      if (early.status === 202) await bench.attach(server, volume);
      const [detached, again] = await Promise.all([detach(server, volume), attach(server, volume)]);
      expect(detached.status).toBe(202);
      expect([200, 400]).toContain(again.status);
      await settled(volume, [server], again.status === 200);
      await release(volume, [server]);
    });
  });

  test('update against detach: the row stays away', async () => {
    const [server] = servers;
    const volume = await bench.volume();
    await repeat(async () => {
      await bench.attach(server, volume);
      const [updated, detached] = await Promise.all([update(server, volume, true), detach(server, volume)]);
      expect([202, 404]).toContain(updated.status);
      expect(detached.status).toBe(202);
      await settled(volume, [server], false);
      expect((await update(server, volume, true)).status).toBe(404);
    });
  });

  test('two updates: one of them stays', async () => {
    const [server] = servers;
    const volume = await bench.volume();
    await bench.attach(server, volume);
    await repeat(async () => {
      expect(statuses(await Promise.all([update(server, volume, true), update(server, volume, false)]))).toEqual([
        202, 202,
      ]);
      expect((await update(server, volume, true)).status).toBe(202);
      const { body } = await bench.nova('GET', `${items(server)}/${volume}`, { version: '2.79' });
      expect(body.volumeAttachment.delete_on_termination).toBe(true);
    });
    await release(volume, [server]);
  });

  test('several volumes to one server: all get there, each with its own device', async () => {
    const [server] = servers;
    const volumes = await Promise.all(Array.from({ length: 6 }, () => bench.volume()));
    await repeat(async () => {
      const answers = await Promise.all(volumes.map(volume => attach(server, volume)));
      expect(statuses(answers)).toEqual(volumes.map(() => 200));
      expect(new Set(answers.map(({ body }) => body.volumeAttachment.device)).size).toBe(volumes.length);
      await Promise.all(volumes.map(volume => settled(volume, [server], true)));
      expect(statuses(await Promise.all(volumes.map(volume => detach(server, volume))))).toEqual(
        volumes.map(() => 202),
      );
      await Promise.all(volumes.map(volume => settled(volume, [server], false)));
    }, 2);
  });

  test.each([
    ['pause', 'unpause'],
    ['os-stop', 'os-start'],
    ['suspend', 'resume'],
    ['rescue', 'unrescue'],
    ['shelve', 'unshelve'],
  ])('attach and detach against %s', async (there, back) => {
    const [server, volume] = await Promise.all([bench.server(), bench.volume()]);
    const idle = (): Promise<void> =>
      until(
        async () => (await bench.nova('GET', `/servers/${server}`)).body.server['OS-EXT-STS:task_state'] as unknown,
        null,
      );
    await repeat(
      async index => {
        const version = index % 2 === 0 ? '2.79' : '2.101';
        for (const action of [there, back]) {
          const [acted, attached] = await Promise.all([act(server, action), attach(server, volume, version)]);
          expect(acted.status).toBeLessThan(300);
          expect([200, 202, 409]).toContain(attached.status);
          await idle();
          // A silent refusal and a late start look the same for a while.
          await settled(volume, [server], attached.status === 409 ? false : undefined);
        }
        await idle();
        for (const action of [there, back]) {
          const [detached, acted] = await Promise.all([detach(server, volume), act(server, action)]);
          expect(acted.status).toBeLessThan(300);
          expect([202, 400, 404, 409]).toContain(detached.status);
          await idle();
          await settled(volume, [server], detached.status === 202 ? false : undefined);
        }
        await release(volume, [server]);
      },
      Math.ceil(rounds / 4),
    );
  });

  test('attach and detach against attach of an offloaded server', async () => {
    const [server, volume] = await Promise.all([bench.server(), bench.volume()]);
    await bench.act(server, { shelve: null }, 'SHELVED_OFFLOADED');
    await repeat(async () => {
      expect(statuses(await Promise.all([attach(server, volume), attach(server, volume)]))).toEqual([200, 400]);
      await settled(volume, [server], true);
      for (const { status } of await Promise.all([detach(server, volume), detach(server, volume)])) {
        expect([202, 404]).toContain(status);
      }
      await settled(volume, [server], false);
    });
  });

  test.each(['attach', 'attach unanswered', 'detach', 'update', 'attach offloaded'])(
    'deletion of the server against %s',
    async kind => {
      await Promise.all(
        Array.from({ length: rounds }, async (_, index) => {
          const [server, volume] = await Promise.all([bench.server(), bench.volume()]);
          if (kind === 'detach' || kind === 'update') await bench.attach(server, volume);
          if (kind === 'attach offloaded') await bench.act(server, { shelve: null }, 'SHELVED_OFFLOADED');
          const calls = {
            attach: () => attach(server, volume),
            'attach unanswered': () => attach(server, volume, '2.101'),
            detach: () => detach(server, volume),
            update: () => update(server, volume, false),
            'attach offloaded': () => attach(server, volume),
          }[kind];
          const both = [() => bench.nova('DELETE', `/servers/${server}`), calls ?? (() => attach(server, volume))];
          if (index % 2 === 0) both.reverse();
          const answers = await Promise.all(both.map(call => call()));
          for (const { status } of answers) expect([200, 202, 204, 400, 404, 409]).toContain(status);
          await until(() => bench.status(server), 'gone');
          expect((await bench.nova('GET', items(server))).status).toBe(404);
          await until(() => bench.volumeStatus(volume), 'available');
        }),
      );
    },
  );

  test('deletion of a server that is being built with a volume', async () => {
    const volume = await bench.volume();
    await bench.cinder('POST', `/volumes/${volume}/action`, { body: { 'os-set_bootable': { bootable: true } } });
    const { body } = await bench.nova('GET', '/flavors');
    const disk = { uuid: volume, source_type: 'volume', destination_type: 'volume', boot_index: 0 };
    const more = { name: 's', flavorRef: body.flavors[0].id, block_device_mapping_v2: [disk] };
    const made = await bench.nova('POST', '/servers', { body: { server: more } });
    await bench.nova('DELETE', `/servers/${made.body.server.id}`);
    await until(() => bench.status(made.body.server.id), 'gone');
    await until(() => bench.volumeStatus(volume), 'available');
  });
});

test('the row of an attach that loses the volume cannot be detached', async () => {
  const bench = await openBench({ delay: 10 });
  const [winner, loser, volume] = await Promise.all([bench.server(), bench.server(), bench.volume()]);
  const others = await Promise.all([1, 2, 3].map(() => bench.volume()));
  const attach = (server: string, id = volume): Promise<Answer> =>
    bench.nova('POST', items(server), { body: wish(id) });
  // The loser has other things to do first, so that its row comes when the winner has the volume.
  const before = others.map(other => attach(loser, other));
  const won = attach(winner);
  const lost = attach(loser);
  const pending = new Set(['lost']);
  void lost.then(() => pending.clear());
  const detached = new Set<number>();
  while (pending.size > 0) detached.add((await bench.nova('DELETE', `${items(loser)}/${volume}`)).status);
  expect(statuses(await Promise.all([...before, won, lost]))).toEqual([200, 200, 200, 200, 400]);
  expect([...detached].toSorted((one, other) => one - other)).toEqual([400, 404]);
  await until(() => bench.volumeStatus(volume), 'in-use');
  expect((await bench.nova('GET', `${items(winner)}/${volume}`)).status).toBe(200);
  await bench.stop();
});
