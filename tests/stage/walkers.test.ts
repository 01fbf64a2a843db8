import { describe, expect, test } from 'vitest';
import type { Case } from '../../src/plan/case.ts';
import { readServer } from '../../src/stage/server-view.ts';
import { UnreachableError } from '../../src/stage/stage-error.ts';
import { attachments, type Bench, caseWith, inVain, openBench, patiently, volumeStatus } from './bench.ts';

const situations = ['locked', 'paused', 'stopped', 'suspended', 'rescued', 'resized', 'soft-delete', 'shelved'];

function inState(state: string, volume = 'attached', effect: Case['expect']['effect'] = 'none'): Case {
  return caseWith({ server: 'image_backed', state, volume }, effect);
}

async function withBench(
  run: (bench: Bench) => Promise<void>,
  cloud: Parameters<typeof openBench>[0] = {},
  cases: Case[] = [],
): Promise<void> {
  const bench = await openBench(cloud, { cases });
  try {
    await run(bench);
  } finally {
    await bench.close();
  }
}

const servers = ({ ledger }: Bench) => ledger.open().filter(({ kind }) => kind === 'server').length;

describe('a server is in the situation that was wished for', () => {
  test.each([...situations, 'error', 'shelved_offloaded'])('%s, with a volume that stays on it', state =>
    withBench(async bench => {
      const { serverId, volume, release } = await bench.stage.lease(inState(state));
      const view = await readServer(bench.api, 'member', serverId ?? '');
      expect(view).toMatchObject(state === 'locked' ? { locked: true } : { vm_state: state, task_state: null });
      expect(volume?.before).toMatchObject({ volumeId: volume?.id });
      await release('as before');
    }),
  );

  test.each([
    ['locked_suspended', { vm_state: 'suspended', locked: true }],
    ['locked_shelved_offloaded', { vm_state: 'shelved_offloaded', locked: true }],
  ])('%s: two at once, and back', (state, sight) =>
    withBench(async bench => {
      const { serverId, release } = await bench.stage.lease(inState(state));
      expect(await readServer(bench.api, 'member', serverId ?? '')).toMatchObject(sight);
      await release('as before');
      const next = await bench.stage.lease(inState('paused'));
      expect(next.serverId).toBe(serverId);
      expect(await readServer(bench.api, 'member', serverId ?? '')).toMatchObject({ locked: false });
      await next.release('as before');
    }),
  );

  test('a volume that came after it, which comes off again', () =>
    withBench(async bench => {
      const { serverId, volume, release } = await bench.stage.lease(inState('shelved_offloaded', 'attached_there'));
      expect(volume?.before).toMatchObject({ serverId });
      expect(volume?.before).not.toHaveProperty('device');
      await release('as before');
      expect(await volumeStatus(bench.api, volume?.id ?? '')).toBe('available');
    }));

  test('deleted: there is nothing to look at any more', () =>
    withBench(async bench => {
      const { serverId, volume, values, release } = await bench.stage.lease(inState('deleted'));
      expect([serverId, volume]).toEqual([null, null]);
      expect(await readServer(bench.api, 'member', values.server_id ?? '')).toBeNull();
      await release('as before');
    }));

  test('in the middle of a task, which passes', () =>
    withBench(async bench => {
      const { isMoment, lasts, serverId, release } = await bench.stage.lease(inState('busy'));
      expect(isMoment).toBe(true);
      await expect.poll(lasts, patiently).toBe(false);
      await release('as before');
      expect(await readServer(bench.api, 'member', serverId ?? '')).toMatchObject({
        status: 'ACTIVE',
        task_state: null,
      });
    }));

  test('still being built', () =>
    withBench(
      async bench => {
        const { lasts, values, release } = await bench.stage.lease(inState('building'));
        expect(await lasts()).toBe(true);
        expect(await readServer(bench.api, 'member', values.server_id ?? '')).toMatchObject({ status: 'BUILD' });
        await release('as before');
      },
      { delay: 60 },
    ));
});

describe('few servers see all situations', () => {
  test('in order, one after the other on as many servers as walk', () => {
    const cases = situations.flatMap(state => [inState(state), inState(state)]);
    return withBench(
      async bench => {
        for (const one of cases) {
          const { release } = await bench.stage.lease(one);
          await release('as before');
        }
        expect(servers(bench)).toBeLessThanOrEqual(bench.api.data.servers.walkers);
        // Each server went there and back once for each of its situations.
        expect(bench.api.counts.actions).toBeLessThanOrEqual(situations.length * 2);
      },
      {},
      cases,
    );
  });

  test('in any order and all at once', () => {
    const cases = [...situations, ...situations.toReversed(), 'busy', 'deleted', 'error'].map(state => inState(state));
    return withBench(
      async bench => {
        const seen = await Promise.all(
          cases.map(async one => {
            const { values, release } = await bench.stage.lease(one);
            const view = await readServer(bench.api, 'member', values.server_id ?? '');
            await release('as before');
            return view?.vm_state ?? 'deleted';
          }),
        );
        const wanted = cases.map(({ given: { state = '' } }) =>
          ['locked', 'busy'].includes(state) ? 'active' : state,
        );
        expect(seen).toEqual(wanted);
        expect(servers(bench)).toBeLessThanOrEqual(bench.api.data.servers.walkers + 1);
      },
      {},
      cases,
    );
  });

  test('those who read are there together, one who changes the volume is alone', () => {
    const reading = inState('paused');
    const changing = inState('paused', 'attached', 'updated');
    return withBench(async bench => {
      const [first, second] = await Promise.all([bench.stage.lease(reading), bench.stage.lease(reading)]);
      expect(second?.serverId).toBe(first?.serverId);
      let alone = false;
      const waiting = bench.stage.lease(changing).then(lease => {
        alone = true;
        return lease;
      });
      await first?.release('as before');
      expect(alone).toBe(false);
      await second?.release('as before');
      const owner = await waiting;
      expect(owner.serverId).toBe(first?.serverId);
      await owner.release('as before');
    });
  });
});

describe('accepted requests are undone', () => {
  test('what was attached comes off again before the server walks on', () =>
    withBench(async bench => {
      const { serverId, volume, release } = await bench.stage.lease(inState('paused', 'available', 'attached'));
      const id = volume?.id ?? '';
      await bench.nova('POST', attachments(serverId), { volumeAttachment: { volumeId: id } });
      await expect.poll(() => volumeStatus(bench.api, id), patiently).toBe('in-use');
      await release('attached');
      expect(await volumeStatus(bench.api, id)).toBe('available');
    }));

  test('a server whose own volume was taken gets another turn only with a volume', () =>
    withBench(async bench => {
      const { serverId, volume, release } = await bench.stage.lease(inState('paused'));
      await bench.nova('DELETE', attachments(serverId, volume?.id));
      await expect.poll(() => volumeStatus(bench.api, volume?.id ?? ''), patiently).toBe('available');
      await release('unknown');
      const next = await bench.stage.lease(inState('paused'));
      expect(next.volume?.before).not.toBeNull();
      await next.release('as before');
    }));
});

describe('what a cloud does not offer', () => {
  test('is said once, and remembered', () =>
    withBench(
      async bench => {
        const lease = () => bench.stage.lease(inState('soft-delete'));
        await expect(lease()).rejects.toThrow(UnreachableError);
        const before = bench.api.counts.actions;
        await expect(lease()).rejects.toThrow(/DELETE of the server: the server is gone instead/);
        expect(bench.api.counts.actions).toBe(before);
      },
      { deployment: { reclaimSeconds: 0 } },
    ));

  test('shelved, where servers are offloaded at once', () =>
    withBench(
      async bench => {
        await expect(bench.stage.lease(inState('shelved'))).rejects.toThrow(/came to SHELVED_OFFLOADED instead/);
        const { release } = await bench.stage.lease(inState('shelved_offloaded'));
        await release('as before');
      },
      { deployment: { shelvedOffloadSeconds: 0 } },
    ));

  test('resized, where no other host takes the server', () =>
    withBench(
      async bench => {
        await inVain(bench, () =>
          expect(bench.stage.lease(inState('resized'))).rejects.toThrow(/accepted, but the server stayed ACTIVE/),
        );
        // The server is as good as before.
        const { release } = await bench.stage.lease(inState('paused'));
        expect(servers(bench)).toBe(1);
        await release('as before');
      },
      { deployment: { resizeHost: false } },
    ));
});

describe('a cloud in trouble', () => {
  test('a server that never gets there ends the wait, for everybody', () =>
    withBench(
      async bench => {
        await inVain(bench, async () => {
          const lease = () => bench.stage.lease(inState('paused'));
          await expect(lease()).rejects.toThrow(/the action pause: server \S+ did not get there within/);
          await expect(lease()).rejects.toThrow(/did not get there/);
          expect(servers(bench)).toBeLessThanOrEqual(2);
        });
        const { release } = await bench.stage.lease(inState('stopped'));
        await release('as before');
      },
      { troubles: ['pause-never-ends'] },
    ));

  test('a server that fails ends it at once, with its fault', () =>
    withBench(
      async bench => {
        await expect(bench.stage.lease(inState('suspended'))).rejects.toThrow(
          /the action suspend: server \S+ went to ERROR: ./,
        );
      },
      { troubles: ['suspend-fails'] },
    ));
});
