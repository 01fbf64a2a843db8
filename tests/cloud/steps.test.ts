import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, openBench, until, wish } from './client.ts';

// Slow enough for a reader to see each step, so that only the order counts here.
let bench: Bench;
beforeAll(async () => {
  bench = await openBench({ delayMs: 25 });
});
afterAll(() => bench.stop());

/** What list and Cinder show, without repetitions, until the last observation is the wanted one. */
async function watch(server: string, volume: string, wanted: string): Promise<string[]> {
  const seen: string[] = [];
  await until(async () => {
    const row = await bench.nova('GET', `/servers/${server}/os-volume_attachments/${volume}`);
    const { attachments, status } = (await bench.cinder('GET', `/volumes/${volume}`)).body.volume;
    const now = `${row.status === 200 ? 'row' : 'no row'}, ${status}, ${attachments.length}`;
    if (seen.at(-1) !== now) seen.push(now);
    return now;
  }, wanted);
  return seen;
}

test('attach and detach step by step', async () => {
  const server = await bench.server();
  const volume = await bench.volume();
  const path = `/servers/${server}/os-volume_attachments`;
  expect((await bench.nova('POST', path, { body: wish(volume) })).status).toBe(200);
  const up = await watch(server, volume, 'row, in-use, 1');
  const upwards = ['row, reserved, 0', 'row, attaching, 0', 'row, in-use, 1'];
  expect(upwards.filter(state => up.includes(state))).toEqual(up);
  expect((await bench.nova('DELETE', `${path}/${volume}`)).status).toBe(202);
  const down = await watch(server, volume, 'no row, available, 0');
  const downwards = ['row, detaching, 1', 'row, available, 0', 'no row, available, 0'];
  expect(downwards.filter(state => down.includes(state))).toEqual(down);
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
