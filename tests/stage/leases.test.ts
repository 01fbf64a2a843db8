import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Lease } from '../../src/stage/lease.ts';
import { attachments, type Bench, caseWith, openBench, volumeStatus } from './bench.ts';

let bench: Bench;
const leases: Lease[] = [];

beforeAll(async () => {
  bench = await openBench();
});

afterAll(async () => {
  for (const lease of leases) await lease.release('as before');
  await bench.close();
});

/** A lease that is given back at the end of the file. */
async function lease(...wanted: Parameters<typeof caseWith>): Promise<Lease & { volumeId: string }> {
  const given = await bench.stage.lease(caseWith(...wanted));
  leases.push(given);
  return { ...given, volumeId: given.volume?.id ?? '' };
}

const listed = async (serverId: string | null) => {
  const { response } = await bench.nova('GET', attachments(serverId));
  return (response.json as { volumeAttachments: Record<string, unknown>[] }).volumeAttachments;
};

describe('servers', () => {
  test('active: one that readers share, another one for those who change something', async () => {
    const [one, two, writer] = await Promise.all([
      lease({ server: 'image_backed' }),
      lease({ server: 'image_backed' }, 'none'),
      lease({ server: 'image_backed', volume: 'available' }, 'attached'),
    ]);
    expect(one.serverId).toBe(two.serverId);
    expect(writer.serverId).not.toBe(one.serverId);
    for (const { serverId, values } of [one, writer]) {
      expect(values.server_id).toBe(serverId);
      const { response } = await bench.nova('GET', `/servers/${serverId}`);
      expect(response.json).toMatchObject({ server: { status: 'ACTIVE', metadata: { novaspec_run: 'test' } } });
    }
  });

  test('unknown: a UUID that nobody has', async () => {
    const { serverId, values } = await lease({ server: 'unknown' });
    expect(serverId).toBeNull();
    expect(values.server_id).toMatch(/^[0-9a-f-]{36}$/);
    expect((await bench.nova('GET', `/servers/${values.server_id}`)).response.status).toBe(404);
  });

  test('malformed: no UUID', async () => {
    const { serverId, values } = await lease({ server: 'malformed' });
    expect([serverId, values.server_id]).toEqual([null, 'novaspec']);
  });

  test('volume_backed with its root volume', async () => {
    const { serverId, volume, volumeId } = await lease({ server: 'volume_backed', volume: 'root' }, 'none');
    expect(await listed(serverId)).toEqual([volume?.before]);
    expect(volume?.before).toMatchObject({ volumeId });
    expect((await bench.nova('DELETE', attachments(serverId, volumeId))).response.status).toBe(400);
  });
});

describe('volumes', () => {
  test('available', async () => {
    const { serverId, volume, volumeId, values } = await lease(
      { server: 'image_backed', volume: 'available' },
      'attached',
    );
    expect(await volumeStatus(bench.api, volumeId)).toBe('available');
    expect(volume).toMatchObject({ id: volumeId, before: null });
    expect(values.volume_id).toBe(volumeId);
    expect((await listed(serverId)).map(each => each.volumeId)).not.toContain(volumeId);
  });

  test('attached, for many readers at once', async () => {
    const [one, two] = await Promise.all([
      lease({ server: 'image_backed', volume: 'attached' }),
      lease({ server: 'image_backed', volume: 'attached' }, 'none'),
    ]);
    expect(two.volume).toEqual(one.volume);
    expect(await listed(one.serverId)).toContainEqual(one.volume?.before);
    expect(one.volume?.before).toMatchObject({ tag: null, volumeId: one.volumeId });
    expect(one.values).toMatchObject({
      volume_id: one.volumeId,
      device: one.volume?.before?.device,
      attachment_id: one.volume?.before?.attachment_id,
      bdm_uuid: one.volume?.before?.bdm_uuid,
    });
  });

  test('attached, for one writer each', async () => {
    const [one, two] = await Promise.all([
      lease({ server: 'image_backed', volume: 'attached' }, 'detached'),
      lease({ server: 'image_backed', volume: 'attached' }, 'detached'),
    ]);
    expect(one.volumeId).not.toBe(two.volumeId);
    expect(one.serverId).toBe(two.serverId);
    for (const { serverId, volume, volumeId } of [one, two]) {
      expect(await listed(serverId)).toContainEqual(volume?.before);
      expect(await volumeStatus(bench.api, volumeId)).toBe('in-use');
    }
  });

  test.each(['none', 'updated'] as const)('attached_tagged, with the effect %s', async effect => {
    const { volume, values } = await lease({ server: 'image_backed', volume: 'attached_tagged' }, effect);
    expect(values.tag).toBe('novaspec');
    expect(volume?.before?.tag).toBe(values.tag);
  });

  test('attached_many: several on the same server', async () => {
    const { serverId } = await lease({ server: 'image_backed', volume: 'attached_many' });
    expect((await listed(serverId)).length).toBeGreaterThanOrEqual(3);
  });

  test('attached_elsewhere: in use, but not on this server', async () => {
    const { serverId, volume, volumeId } = await lease(
      { server: 'image_backed', volume: 'attached_elsewhere' },
      'none',
    );
    expect(volume?.before).toBeNull();
    expect(await volumeStatus(bench.api, volumeId)).toBe('in-use');
    expect((await listed(serverId)).map(each => each.volumeId)).not.toContain(volumeId);
  });

  test('foreign: available to its own project, unknown to others', async () => {
    const { volume, volumeId } = await lease({ server: 'image_backed', volume: 'foreign' }, 'none');
    expect(volume?.before).toBeNull();
    expect(await volumeStatus(bench.api, volumeId, 'other')).toBe('available');
    expect(await volumeStatus(bench.api, volumeId)).toBe('gone');
  });

  test('multiattach: can be attached to two servers', async () => {
    const { volumeId } = await lease({ server: 'image_backed', volume: 'multiattach' }, 'attached');
    const exchange = await bench.api.ask('member', 'volume', 'GET', `/volumes/${volumeId}`);
    expect(exchange.response.json).toMatchObject({ volume: { status: 'available', multiattach: true } });
  });

  test('unknown and malformed: nobody has them', async () => {
    const unknown = await lease({ server: 'image_backed', volume: 'unknown' }, 'none');
    expect(unknown.volume).toBeNull();
    expect(await volumeStatus(bench.api, unknown.values.volume_id ?? '')).toBe('gone');
    const malformed = await lease({ server: 'image_backed', volume: 'malformed' });
    expect([malformed.volume, malformed.values.volume_id]).toEqual([null, 'novaspec']);
  });

  test('attached while the server is unknown: there is nothing to compare with', async () => {
    const { serverId, volume } = await lease({ server: 'unknown', volume: 'attached' }, 'none');
    expect([serverId, volume?.before]).toEqual([null, null]);
  });
});

describe('a second volume', () => {
  test('available, and another one than the first', async () => {
    const { volumeId, values } = await lease(
      { server: 'image_backed', volume: 'attached', other: 'available' },
      'none',
    );
    expect(values.other_volume_id).not.toBe(volumeId);
    expect(await volumeStatus(bench.api, values.other_volume_id ?? '')).toBe('available');
  });

  test('attached_elsewhere and unknown', async () => {
    const elsewhere = await lease({ server: 'image_backed', volume: 'attached', other: 'attached_elsewhere' }, 'none');
    expect(await volumeStatus(bench.api, elsewhere.values.other_volume_id ?? '')).toBe('in-use');
    const unknown = await lease({ server: 'image_backed', volume: 'attached', other: 'unknown' }, 'none');
    expect(await volumeStatus(bench.api, unknown.values.other_volume_id ?? '')).toBe('gone');
  });
});

test('what a lease has: an unknown id, a project, and a free device of its own where the request names one', async () => {
  const asking = { ...caseWith({ server: 'image_backed' }, 'none') };
  asking.request = { ...asking.request, body: { device: '{{free_device}}' } };
  const [one, two] = await Promise.all([bench.stage.lease(asking), bench.stage.lease(asking)]);
  expect((await lease({ server: 'image_backed' })).values).not.toHaveProperty('free_device');
  expect(one.values.unknown_id).toMatch(/^[0-9a-f-]{36}$/);
  expect(one.values.free_device).toMatch(/^\/dev\/vd[b-z][a-z]$/);
  expect(two.values.free_device).not.toBe(one.values.free_device);
  expect(one.values.project_id).toBe(bench.sessions.session('member').projectId);
});

test('situations that nobody knows are told', async () => {
  await expect(lease({ server: 'melted' })).rejects.toThrow("the stage knows no server 'melted'");
  await expect(lease({ server: 'image_backed', volume: 'melted' })).rejects.toThrow(
    "the stage knows no volume 'melted'",
  );
});

test('what it is busy with is said while it builds', () => {
  expect(bench.phases).toEqual(
    expect.arrayContaining(['building the gallery server', 'building a server that is volume backed']),
  );
});
