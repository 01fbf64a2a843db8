import { describe, expect, test } from 'vitest';
import { watchEffect } from '../../src/stage/effect.ts';
import { listAttachments } from '../../src/stage/observe.ts';
import { attachments, type Bench, caseWith, inVain, openBench, patiently, volumeStatus } from './bench.ts';

const writerOf = caseWith({ server: 'image_backed', volume: 'attached' }, 'detached');
const freeOne = caseWith({ server: 'image_backed', volume: 'available' }, 'attached');

async function withBench(faults: string[], run: (bench: Bench) => Promise<void>, release?: '2026.1'): Promise<void> {
  const bench = await openBench(
    { faults, ...(release ? { release } : {}) },
    { budget: { servers: 12, walkers: 4, own: 3, volumes: 4 } },
  );
  try {
    await run(bench);
  } finally {
    await bench.close();
  }
}

const volumesOf = ({ ledger }: Bench) => ledger.open().filter(({ kind }) => kind === 'volume').length;

describe('leases one after the other', () => {
  test('use the same volume, moved to where the next one wants it', () =>
    withBench([], async bench => {
      const ids = new Set<string | undefined>();
      for (const one of [
        freeOne,
        writerOf,
        freeOne,
        caseWith({ server: 'image_backed', volume: 'attached_tagged' }, 'updated'),
      ]) {
        const lease = await bench.stage.lease(one);
        const { volume } = lease;
        const place = one.given.volume === 'available' ? 'available' : 'in-use';
        expect(await volumeStatus(bench.api, volume?.id ?? '')).toBe(place);
        ids.add(volume?.id);
        await lease.release('as before');
      }
      expect(ids.size).toBeLessThanOrEqual(4);
      expect(volumesOf(bench)).toBe(ids.size);
    }));

  test('a volume that a case attached or detached is where the case left it', () =>
    withBench([], async bench => {
      const attach = await bench.stage.lease(freeOne);
      const id = attach.volume?.id ?? '';
      await bench.nova('POST', attachments(attach.serverId), { volumeAttachment: { volumeId: id } });
      await watchEffect(bench.api, freeOne, attach);
      await attach.release('attached');
      const detach = await bench.stage.lease(writerOf);
      expect(detach.volume).toMatchObject({ id, before: { volumeId: id } });
      await bench.nova('DELETE', attachments(detach.serverId, id));
      await watchEffect(bench.api, writerOf, detach);
      await detach.release('detached');
      expect((await bench.stage.lease(freeOne)).volume).toMatchObject({ id, before: null });
      expect(volumesOf(bench)).toBe(1);
    }));
});

test('many leases at once never share a volume that one of them may change', () =>
  withBench([], async bench => {
    const held = new Set<string>();
    const wanted = Array.from({ length: 12 }, (_, index) => (index % 2 ? writerOf : freeOne));
    await Promise.all(
      wanted.map(async one => {
        const lease = await bench.stage.lease(one);
        const { volume } = lease;
        const id = volume?.id ?? '';
        expect(held.has(id)).toBe(false);
        held.add(id);
        expect(await volumeStatus(bench.api, id)).toBe(one === freeOne ? 'available' : 'in-use');
        held.delete(id);
        await lease.release('as before');
      }),
    );
    expect(volumesOf(bench)).toBeLessThanOrEqual(4);
  }));

describe('a cloud that surprises', () => {
  test('an attach that was to be refused is undone', () =>
    withBench([], async bench => {
      const refused = caseWith({ server: 'image_backed', volume: 'available' }, 'none');
      const lease = await bench.stage.lease(refused);
      const { serverId, volume } = lease;
      const id = volume?.id ?? '';
      await bench.nova('POST', attachments(serverId), { volumeAttachment: { volumeId: id } });
      await expect.poll(() => volumeStatus(bench.api, id), patiently).toBe('in-use');
      await lease.release('unknown');
      expect(await volumeStatus(bench.api, id)).toBe('available');
      expect((await bench.stage.lease(refused)).volume).toMatchObject({ id, before: null });
    }));

  test('a shared attachment that was changed is replaced with its server', () =>
    withBench([], async bench => {
      const reading = caseWith({ server: 'image_backed', volume: 'attached' }, 'none');
      const first = await bench.stage.lease(reading);
      await bench.nova('DELETE', attachments(first.serverId, first.volume?.id));
      await expect.poll(() => volumeStatus(bench.api, first.volume?.id ?? ''), patiently).toBe('available');
      await first.release('unknown');
      const second = await bench.stage.lease(reading);
      expect(second.serverId).not.toBe(first.serverId);
      expect(await listAttachments(bench.api, second.serverId ?? '')).toContainEqual(second.volume?.before);
    }));

  test('a shared attachment that is intact stays', () =>
    withBench([], async bench => {
      const reading = caseWith({ server: 'image_backed', volume: 'attached' }, 'none');
      const first = await bench.stage.lease(reading);
      await first.release('unknown');
      expect((await bench.stage.lease(reading)).serverId).toBe(first.serverId);
    }));

  test('a volume that stays listed after its detach is given up, and another one taken', () =>
    withBench(['detach-row-stays'], async bench => {
      const lost = await bench.stage.lease(writerOf);
      await bench.nova('DELETE', attachments(lost.serverId, lost.volume?.id));
      await inVain(bench, () => lost.release('unknown'));
      const next = await bench.stage.lease(freeOne);
      expect(next.volume?.id).not.toBe(lost.volume?.id);
      expect(await volumeStatus(bench.api, next.volume?.id ?? '')).toBe('available');
    }));

  test('a row that a refused attach left on the server is not handed on', () =>
    withBench(
      ['attach-phantom'],
      async bench => {
        const refused = caseWith({ server: 'image_backed', volume: 'multiattach' }, 'none');
        const lease = await bench.stage.lease(refused);
        const { serverId, volume } = lease;
        const id = volume?.id ?? '';
        const wish = { volumeAttachment: { volumeId: id } };
        const { response } = await bench.api.ask('member', 'compute', 'POST', attachments(serverId), wish, '2.1');
        expect(response.status).toBe(400);
        await inVain(bench, () => lease.release('unknown'));
        const next = await bench.stage.lease(refused);
        const listed = await listAttachments(bench.api, next.serverId ?? '');
        expect(listed.map(({ volumeId }) => volumeId)).not.toContain(next.volume?.id);
      },
      '2026.1',
    ));

  test('an attach that never completes is an error of the stage, told with where it stands', () =>
    withBench(['attach-never-completes'], async bench => {
      const leased = inVain(bench, () => bench.stage.lease(writerOf));
      await expect(leased).rejects.toThrow(
        /^attaching volume \S+ for the stage: not complete after 0.3 s \(.*listed by /,
      );
    }));

  test('a volume that its detach did not free is given up', () =>
    withBench(['detach-volume-stays'], async bench => {
      const lost = await bench.stage.lease(writerOf);
      await bench.nova('DELETE', attachments(lost.serverId, lost.volume?.id));
      await expect.poll(() => listAttachments(bench.api, lost.serverId ?? ''), patiently).toEqual([]);
      await inVain(bench, () => lost.release('unknown'));
      const next = await bench.stage.lease(freeOne);
      expect(await volumeStatus(bench.api, next.volume?.id ?? '')).toBe('available');
    }));

  test('a row of a shared volume that a refused attach left is not handed on', () =>
    withBench(
      ['attach-phantom', 'attach-no-double-check'],
      async bench => {
        const refused = caseWith({ server: 'image_backed', volume: 'attached_elsewhere' }, 'none');
        const lease = await bench.stage.lease(refused);
        const { serverId, volume } = lease;
        const wish = { volumeAttachment: { volumeId: volume?.id } };
        await bench.api.ask('member', 'compute', 'POST', attachments(serverId), wish, '2.1');
        await inVain(bench, () => lease.release('unknown'));
        const next = await bench.stage.lease(refused);
        const listed = await listAttachments(bench.api, next.serverId ?? '');
        expect(listed.map(({ volumeId }) => volumeId)).not.toContain(next.volume?.id);
      },
      '2026.1',
    ));

  test('a trace is seen at the microversion of the case', () =>
    withBench(['attach-phantom'], async bench => {
      const refused = { ...caseWith({ server: 'image_backed', volume: 'multiattach' }, 'none'), microversion: '2.1' };
      const lease = await bench.stage.lease(refused);
      const wish = { volumeAttachment: { volumeId: lease.volume?.id } };
      await bench.api.ask('member', 'compute', 'POST', attachments(lease.serverId), wish, '2.1');
      expect((await watchEffect(bench.api, refused, lease)).received).not.toBeNull();
    }));
});

test('volumes that the user gave are used, and no other is created', () =>
  withBench([], async bench => {
    const given = await bench.stage.lease(freeOne);
    const { volume } = given;
    const id = volume?.id ?? '';
    await given.release('as before');
    const ledgerFile = `${bench.ledger.file}-fixed`;
    const fixed = bench.another({ volumes: [id], ledgerFile });
    for (const one of [freeOne, writerOf, caseWith({ server: 'image_backed', volume: 'attached' })]) {
      const lease = await fixed.lease(one);
      expect(lease.volume?.id).toBe(id);
      await lease.release('as before');
    }
    expect(volumesOf(bench)).toBe(1);
  }));

test('an interrupt ends what the stage waits for', async () => {
  let cancelled = false;
  const bench = await openBench({ faults: ['attach-never-completes'] }, { isCancelled: () => cancelled });
  const lease = bench.stage.lease(writerOf);
  await expect.poll(() => volumesOf(bench), patiently).toBe(1);
  cancelled = true;
  await expect(lease).rejects.toThrow('the run was interrupted');
  await bench.close();
});
