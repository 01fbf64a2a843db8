import type { CinderAttachment, Volume } from '../../cinder/volume.ts';
import { now } from '../../dates.ts';
import { newUuid } from '../../ids.ts';
import type { Token } from '../../keystone/token.ts';
import type { World } from '../../world.ts';
import type { InstanceAction, Row, Server } from '../server.ts';
import { type Origin, startEvent } from './actions-log.ts';
import { releaseVolume } from './detach.ts';
import { pickDevice, ROOT_DEVICE } from './devices.ts';

/** The host that takes new servers; a resize moves a server to the other one. */
export const HOSTS = ['novaspec1', 'novaspec2'] as const;

/** A disk that a server boots with and that Cinder keeps. */
export interface BootDisk {
  readonly bootIndex: number | null;
  /** A volume that is there already, and Cinder's promise of it; undefined where one has to be made first. */
  readonly given: { readonly volume: Volume; readonly promise: CinderAttachment } | undefined;
  /** GiB, for a volume that has to be made. */
  readonly size: number;
  readonly device: string | null;
  readonly tag: string | null;
  readonly deleteOnTermination: boolean;
}

/** Who boots, and whether the scheduler will find a host. */
export type BootOrigin = Origin & { readonly token: Token; readonly schedulable: boolean };

/** Steps between two looks at a volume that is being made: Nova waits for volumes much longer than for the rest. */
const STEPS_BETWEEN_LOOKS = 12;

/** Parts of scheduling and of spawning: on a real cloud a build takes several times as long as an attach. */
const PARTS = { scheduling: 6, spawning: 48 };

/** Builds a server behind the answer: scheduling, disks, spawning, then active. */
export function startBoot(world: World, server: Server, disks: readonly BootDisk[], origin: BootOrigin): void {
  const { requestId, userId, projectId } = origin;
  const action = world.nova.record(server, 'create', { requestId, userId, projectId });
  let failure = world.environment.buildFailure();
  world.clock.background(async () => {
    // Until a cell is chosen there is only a build request: the server has no rows yet.
    await world.clock.build(PARTS.scheduling);
    if (server.imageId !== null) world.nova.addRow(server, localDisk(ROOT_DEVICE, 0));
    const rows = disks.map(disk => newRow(disk));
    for (const row of rows) world.nova.addRow(server, row);
    const { before, after } = world.deployment.hiddenRows;
    for (let more = before + after - 1; more > 0; more--) {
      world.nova.addRow(server, localDisk(pickDevice(server, null) ?? null, null));
    }
    if (!alive(server)) {
      // Its end may have come before its rows.
      for (const row of rows) releaseVolume(world, row);
      return;
    }
    if (!origin.schedulable)
      return fail(server, action, 'No valid host was found. There are not enough hosts available.');
    server.taskState = null;
    await world.clock.step();
    server.host = HOSTS[0];
    task(server, 'networking');
    const finish = startEvent(action, 'compute__do_build_and_run_instance', server.host);
    await world.clock.step();
    for (const [index, row] of rows.entries()) {
      nameDevice(server, row, world.deployment.deviceNames ? (disks[index]?.device ?? null) : null);
    }
    task(server, 'block_device_mapping');
    await world.clock.step();
    for (const [index, disk] of disks.entries()) {
      failure = (await giveVolume(world, server, rows[index], disk, origin)) ?? failure;
    }
    task(server, 'spawning');
    await world.clock.wait(world.environment.buildMs);
    await world.clock.build(PARTS.spawning);
    if (!alive(server)) return finish('Error');
    if (failure !== undefined) {
      finish('Error');
      for (const row of rows) releaseVolume(world, row);
      return fail(server, action, failure);
    }
    finish('Success');
    server.vmState = 'active';
    server.taskState = null;
    server.powerState = 1;
    server.launchedAt = now();
    server.updatedAt = now();
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
  server.fault = { code: 500, message, created: now() };
  action.message = 'Error';
}

function localDisk(device: string | null, bootIndex: number | null): Row {
  return {
    uuid: newUuid(),
    volumeId: null,
    device,
    tag: null,
    deleteOnTermination: true,
    attachmentId: null,
    bootIndex,
  };
}

/** A row without a device: that is the host's to name. */
function newRow({ given, tag, deleteOnTermination, bootIndex }: BootDisk): Row {
  return {
    uuid: newUuid(),
    volumeId: given?.volume.id ?? null,
    device: null,
    tag,
    deleteOnTermination,
    attachmentId: given?.promise.id ?? null,
    bootIndex,
  };
}

function nameDevice(server: Server, row: Row, wanted: string | null): void {
  row.device = row.bootIndex === 0 ? ROOT_DEVICE : (pickDevice(server, wanted) ?? null);
}

/** Connects a volume, made first where it has to be; answers why that failed. */
async function giveVolume(
  world: World,
  server: Server,
  row: Row | undefined,
  disk: BootDisk,
  origin: BootOrigin,
): Promise<string | undefined> {
  if (row === undefined) return undefined;
  if (disk.given === undefined) {
    const volume = await madeVolume(world, disk, origin);
    world.nova.giveVolume(server, row, volume.id);
    if (!alive(server)) {
      releaseVolume(world, row);
      return undefined;
    }
    if (volume.status !== 'available') {
      return `Build of instance ${server.id} aborted: Volume ${volume.id} did not finish being created even after we waited 1 seconds or 1 attempts. And its status is ${volume.status}.`;
    }
    row.attachmentId = world.cinder.reserve(volume, server.id).id;
  }
  await world.clock.step();
  // A deletion meanwhile has taken the promise back.
  if (!alive(server) || row.attachmentId === null) return undefined;
  world.cinder.connect(row.attachmentId, server.host, row.device);
  await world.clock.step();
  if (alive(server)) world.cinder.complete(row.attachmentId);
  return undefined;
}

async function madeVolume(world: World, { size, bootIndex }: BootDisk, origin: BootOrigin): Promise<Volume> {
  const [type] = world.cinder.types;
  if (type === undefined) throw new Error('no volume type');
  const image = bootIndex === 0 ? world.image : undefined;
  const wish = { name: null, description: null, size, type, metadata: {}, image, source: undefined };
  const volume = world.cinder.create(origin.token, wish);
  while (volume.status === 'creating' || volume.status === 'downloading') {
    for (let step = 0; step < STEPS_BETWEEN_LOOKS; step++) await world.clock.step();
  }
  return volume;
}
