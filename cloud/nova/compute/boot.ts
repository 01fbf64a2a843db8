import type { Volume } from '../../cinder/volume.ts';
import { newUuid } from '../../ids.ts';
import type { Token } from '../../keystone/token.ts';
import type { World } from '../../world.ts';
import type { InstanceAction, Server } from '../server.ts';
import { type Origin, startEvent } from './actions-log.ts';
import { releaseVolume } from './detach.ts';
import { pickDevice, ROOT_DEVICE } from './devices.ts';

/** The host that takes new servers; a resize moves a server to the other one. */
export const HOSTS = ['novaspec1', 'novaspec2'] as const;

/** A disk that a server boots with and that Cinder keeps. */
export interface BootDisk {
  readonly bootIndex: number | null;
  /** Undefined where the volume has to be made first. */
  readonly volume: Volume | undefined;
  /** GiB, for a volume that has to be made. */
  readonly size: number;
  readonly device: string | null;
  readonly tag: string | null;
  readonly deleteOnTermination: boolean;
}

/** Who boots, and whether the scheduler will find a host. */
export type BootOrigin = Origin & { readonly token: Token; readonly schedulable: boolean };

/** Builds a server behind the answer: scheduling, disks, spawning, then active. */
export function startBoot(world: World, server: Server, disks: readonly BootDisk[], origin: BootOrigin): void {
  const { requestId, userId, projectId } = origin;
  const action = world.nova.record(server, 'create', { requestId, userId, projectId });
  world.clock.background(async () => {
    // Until a cell is chosen there is only a build request: the server has no rows yet.
    await world.clock.step();
    if (!alive(server)) return;
    if (!origin.schedulable) return fail(server, action, 'No valid host was found. ');
    if (server.imageId !== null) server.rows.push(localRoot());
    for (const disk of disks) addRow(server, disk);
    server.host = HOSTS[0];
    task(server, 'networking');
    const finish = startEvent(action, 'compute__do_build_and_run_instance', server.host);
    await world.clock.step();
    task(server, 'block_device_mapping');
    for (const [index, disk] of disks.entries()) await giveVolume(world, server, index, disk, origin);
    task(server, 'spawning');
    await world.clock.step();
    finish('Success');
    if (!alive(server)) return;
    server.vmState = 'active';
    server.taskState = null;
    server.powerState = 1;
    server.launchedAt = new Date();
    server.updatedAt = new Date();
  });
}

/** Whether nobody has begun to delete the server while it is built. */
function alive(server: Server): boolean {
  return server.vmState === 'building' && server.taskState !== 'deleting';
}

function task(server: Server, state: string): void {
  if (alive(server)) server.taskState = state;
}

function fail(server: Server, action: InstanceAction, message: string): void {
  server.vmState = 'error';
  server.taskState = null;
  server.fault = { code: 500, message, created: new Date() };
  action.message = 'Error';
}

function localRoot(): Server['rows'][number] {
  return {
    uuid: newUuid(),
    volumeId: null,
    device: ROOT_DEVICE,
    tag: null,
    deleteOnTermination: true,
    attachmentId: null,
    bootIndex: 0,
  };
}

function addRow(server: Server, disk: BootDisk): void {
  server.rows.push({
    uuid: newUuid(),
    volumeId: disk.volume?.id ?? null,
    device: disk.bootIndex === 0 ? ROOT_DEVICE : (pickDevice(server, disk.device) ?? null),
    tag: disk.tag,
    deleteOnTermination: disk.deleteOnTermination,
    attachmentId: null,
    bootIndex: disk.bootIndex,
  });
}

async function giveVolume(
  world: World,
  server: Server,
  index: number,
  disk: BootDisk,
  origin: BootOrigin,
): Promise<void> {
  const row = server.rows[index + (server.imageId === null ? 0 : 1)];
  if (row === undefined) return;
  const [standard] = world.cinder.types;
  if (standard === undefined) throw new Error('no volume type');
  const imageId = disk.bootIndex === 0 ? world.image.id : undefined;
  const volume =
    disk.volume ??
    world.cinder.create(origin.token, {
      name: null,
      description: null,
      size: disk.size,
      type: standard,
      metadata: {},
      imageId,
    });
  while (volume.status === 'creating' || volume.status === 'downloading') await world.clock.step();
  row.volumeId = volume.id;
  if (!alive(server)) return releaseVolume(world, row);
  row.attachmentId = world.cinder.reserve(volume, server.id).id;
  await world.clock.step();
  world.cinder.connect(row.attachmentId, server.host, row.device);
  await world.clock.step();
  world.cinder.complete(row.attachmentId);
}
