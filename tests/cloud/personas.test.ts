import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, nowhere, openBench, type Persona, until, wish } from './client.ts';

const old = ['zed'] as const;
const releases = ['zed', '2025.1', '2026.1', '2026.2'] as const;

describe.each(releases)('who may do what on %s', release => {
  let bench: Bench;
  let path: string;
  let volume: string;
  beforeAll(async () => {
    bench = await openBench({ release });
    const server = await bench.server();
    path = `/servers/${server}/os-volume_attachments`;
    volume = await bench.volume();
    await bench.attach(server, volume);
  });
  afterAll(() => bench.stop());

  const legacy = old.some(name => name === release);
  const serviceSwaps = release.startsWith('2026');
  const rows: [as: Persona, read: number, write: number, swap: number][] = [
    ['admin', 200, 202, 400],
    ['manager', 200, 202, 403],
    ['member', 200, 202, 403],
    ['reader', 200, legacy ? 202 : 403, 403],
    ['service', legacy ? 200 : 403, legacy ? 202 : 403, serviceSwaps ? 404 : 403],
    ['other', 404, 404, 404],
  ];
  test.each(rows)('%s reads %i, writes %i, swaps %i', async (as, read, write, swap) => {
    expect((await bench.nova('GET', path, { as })).status).toBe(read);
    expect((await bench.nova('GET', `${path}/${volume}`, { as })).status).toBe(read);
    const update = { as, version: '2.85', body: wish(volume, { delete_on_termination: false }) };
    expect((await bench.nova('PUT', `${path}/${volume}`, update)).status).toBe(write);
    const attach = await bench.nova('POST', path, { as, body: wish(nowhere()) });
    expect(attach.status).toBe(write === 202 ? 404 : write);
    const detach = await bench.nova('DELETE', `${path}/${nowhere()}`, { as });
    expect(detach.status).toBe(write === 202 ? 404 : write);
    const swapped = await bench.nova('PUT', `${path}/${nowhere()}`, { as, body: wish(nowhere()) });
    expect(swapped.status).toBe(swap === 400 ? 404 : swap);
    if (write === 403)
      expect(attach.body.forbidden.message).toBe(
        "Policy doesn't allow os_compute_api:os-volumes-attachments:create to be performed.",
      );
  });

  test('swap of a volume that Cinder does not migrate', async () => {
    const spare = await bench.volume();
    const answer = await bench.nova('PUT', `${path}/${volume}`, { as: 'admin', body: wish(spare) });
    if (release !== 'zed') {
      expect(answer.status).toBe(409);
      expect(answer.body.conflictingRequest.message).toContain(
        `volume ${volume} is not migrating${release === '2025.1' ? ' this' : '; this'}`,
      );
      return;
    }
    expect(answer.status).toBe(202);
    await until(() => bench.volumeStatus(volume), 'available');
    await until(async () => (await bench.nova('GET', path)).body.volumeAttachments[0].volumeId, spare);
  });
});

test('a swap on zed is checked in its order', async () => {
  const bench = await openBench({ release: 'zed' });
  const server = await bench.server();
  const path = `/servers/${server}/os-volume_attachments`;
  const [volume, used, big] = await Promise.all([bench.volume(), bench.volume(), bench.volume({ size: 2 })]);
  await bench.attach(server, volume);
  await bench.attach(server, used);
  const swap = async (from: string, to: string) => {
    const answer = await bench.nova('PUT', `${path}/${from}`, { as: 'admin', body: wish(to) });
    return answer.body?.badRequest?.message ?? answer.status;
  };
  const unknown = nowhere();
  expect(await swap(unknown, volume)).toBe(404);
  expect(await swap(volume, unknown)).toBe(`Volume ${unknown} could not be found.`);
  expect(await swap(big, volume)).toBe('Invalid volume: Old volume is attached to a different instance.');
  expect(await swap(volume, volume)).toBe('Invalid volume: New volume must be detached in order to swap.');
  expect(await swap(volume, used)).toBe('Invalid volume: New volume must be detached in order to swap.');
  const flagged = { as: 'admin', version: '2.85', body: wish(used, { delete_on_termination: true }) } as const;
  expect((await bench.nova('PUT', `${path}/${volume}`, flagged)).status).toBe(400);
  const kept = await bench.nova('GET', `${path}/${volume}`, { version: '2.85' });
  expect(kept.body.volumeAttachment.delete_on_termination).toBe(true);
  expect(await swap(volume, big)).toBe(202);
  await until(async () => (await bench.nova('GET', `${path}/${big}`)).status, 200);
  const third = await bench.volume();
  expect(await swap(big, third)).toBe('Invalid volume: New volume must be the same size or larger.');
  await bench.stop();
});

test('an admin reaches the servers of every project', async () => {
  const bench = await openBench();
  const server = await bench.server({}, 'other');
  const path = `/servers/${server}/os-volume_attachments`;
  expect((await bench.nova('GET', path)).status).toBe(404);
  expect((await bench.nova('GET', path, { as: 'admin' })).status).toBe(200);
  await bench.stop();
});
