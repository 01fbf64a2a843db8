import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchEffect } from '../../src/stage/effect.ts';
import { findAttachment } from '../../src/stage/observe.ts';
import { now } from '../../src/target/now.ts';
import { attachments, type Bench, caseWith, inVain, openBench, patiently } from './bench.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
});

afterAll(() => bench.close());

const wish = (volumeId: string, more: object = {}) => ({ volumeAttachment: { volumeId, ...more } });

test('an attach that completes, with what it must show', async () => {
  const one = caseWith({ server: 'image_backed', volume: 'available' }, 'attached');
  one.expect.shown = { delete_on_termination: true };
  const lease = await bench.stage.lease(one);
  const id = lease.volume?.id ?? '';
  await bench.nova('POST', attachments(lease.serverId), wish(id, { delete_on_termination: true }));
  const expected = 'attached showing {"delete_on_termination":true} within 120 s';
  expect(await watchEffect(bench.api, one, lease)).toMatchObject({ expected, received: null });
  one.expect.shown = { delete_on_termination: false };
  const { received } = await inVain(bench, () => watchEffect(bench.api, one, lease));
  expect(received).toMatch(
    /^listed by the server, volume in-use, attached to .*, showing \{"delete_on_termination":true\}$/,
  );
  await lease.release('attached');
});

test('an effect is seen with the time of the reading that showed it, and of the last one that did not', async () => {
  const one = caseWith({ server: 'image_backed', volume: 'available' }, 'attached');
  const lease = await bench.stage.lease(one);
  const begin = now();
  // It looks and finds nothing before the attach begins.
  const watched = watchEffect(bench.api, one, lease);
  await findAttachment(bench.api, lease.serverId ?? '', lease.volume?.id ?? '');
  await bench.nova('POST', attachments(lease.serverId), wish(lease.volume?.id ?? ''));
  const { seen } = await watched;
  expect(seen?.missedAt).toBeGreaterThanOrEqual(begin);
  expect(seen?.at).toBeGreaterThanOrEqual(seen?.missedAt ?? Number.NaN);
  expect(seen?.at).toBeLessThanOrEqual(now());
  expect((await watchEffect(bench.api, one, lease)).seen).toEqual({ at: expect.any(Number) });
  await lease.release('attached');
});

test('an attach that never happens', async () => {
  const one = caseWith({ server: 'image_backed', volume: 'available' }, 'attached');
  const lease = await bench.stage.lease(one);
  expect(await inVain(bench, () => watchEffect(bench.api, one, lease))).toEqual({
    expected: 'attached within 0.3 s',
    received: 'not listed by the server, volume available, attached to nothing',
  });
  await lease.release('as before');
});

test('a detach that completes, and one that does not', async () => {
  const one = caseWith({ server: 'image_backed', volume: 'attached' }, 'detached');
  const lease = await bench.stage.lease(one);
  const before = await inVain(bench, () => watchEffect(bench.api, one, lease));
  expect(before.expected).toBe('detached within 0.3 s');
  expect(before.received).toBe(`listed by the server, volume in-use, attached to ${lease.serverId}`);
  await bench.nova('DELETE', attachments(lease.serverId, lease.volume?.id));
  expect((await watchEffect(bench.api, one, lease)).received).toBeNull();
  await lease.release('detached');
});

test('a refusal that left no trace, and ones that did', async () => {
  const free = caseWith({ server: 'image_backed', volume: 'available' }, 'none');
  const lease = await bench.stage.lease(free);
  const { id } = lease.volume ?? { id: '' };
  expect((await watchEffect(bench.api, free, lease)).received).toBeNull();
  const act = (action: string) =>
    bench.api.ask('member', 'volume', 'POST', `/volumes/${id}/action`, { [action]: null });
  await act('os-reserve');
  expect(await watchEffect(bench.api, free, lease)).toEqual({
    expected: 'volume available as before',
    received: 'volume attaching',
  });
  await act('os-unreserve');
  await bench.nova('POST', attachments(lease.serverId), wish(id));
  await expect
    .poll(async () => (await watchEffect(bench.api, free, lease)).received, patiently)
    .toMatch(/^attachment \{/);
  await lease.release('unknown');

  const updated = caseWith({ server: 'image_backed', volume: 'attached' }, 'updated');
  const writer = await bench.stage.lease(updated);
  const watched = { ...updated, expect: { status: [400], effect: 'none' as const } };
  const unchanged = await watchEffect(bench.api, watched, writer);
  expect(unchanged.expected).toBe(`attachment unchanged: ${JSON.stringify(writer.volume?.before)}`);
  expect(unchanged.received).toBeNull();
  const path = attachments(writer.serverId, writer.volume?.id);
  await bench.nova('PUT', path, wish(writer.volume?.id ?? '', { delete_on_termination: true }));
  const changed = await watchEffect(bench.api, watched, writer);
  expect(changed.received).toContain('"delete_on_termination":true');
  await bench.nova('DELETE', path);
  await expect
    .poll(async () => (await watchEffect(bench.api, watched, writer)).received, patiently)
    .toBe('attachment gone');
  await writer.release('unknown');
});

test('where there is no server, no volume or nothing to change, there is nothing to see', async () => {
  const nothing = { expected: 'nothing to see', received: null };
  for (const one of [
    caseWith({ server: 'unknown', volume: 'attached' }, 'none'),
    caseWith({ server: 'image_backed', volume: 'unknown' }, 'none'),
    caseWith({ server: 'image_backed', volume: 'attached' }),
  ]) {
    const lease = await bench.stage.lease(one);
    expect(await watchEffect(bench.api, one, lease)).toEqual(nothing);
    await lease.release('as before');
  }
});
