import type { CinderAttachment, Volume } from '../../cinder/volume.ts';
import { ApiError } from '../../http/api-error.ts';
import { newUuid } from '../../ids.ts';
import type { JsonObject } from '../../json.ts';
import type { World } from '../../world.ts';
import { refusal } from '../api/call.ts';
import type { InstanceAction, Row, Server } from '../server.ts';
import { type Origin, recordAction, startEvent } from './actions-log.ts';
import { pickDevice } from './devices.ts';

/** One attach on its way: what was asked, and what the steps have made of it so far. */
export interface AttachJob {
  readonly world: World;
  readonly server: Server;
  readonly volume: Volume;
  readonly wanted: JsonObject;
  readonly minor: number;
  readonly origin: Origin;
  row: Row | undefined;
}

/** One thing that the preparation of an attach checks or does. */
export interface AttachStep {
  readonly name: string;
  readonly run: (job: AttachJob) => void | Promise<void>;
}

/**
 * What happens between the checks of an attach and its start on the host: the host picks a device and makes the row,
 * then Cinder promises the volume. Each step ends a moment later, so that readers can see the states in between.
 */
export function prepareSteps(): AttachStep[] {
  return [
    {
      name: 'raced',
      run: async job => {
        await job.world.clock.step();
        if (job.server.rows.some(({ volumeId }) => volumeId === job.volume.id)) refuse(job, 'attached-here');
      },
    },
    {
      name: 'row',
      run: job => {
        const wanted = job.world.behaviour.effects.wantedDevice(job.wanted.device);
        const device = pickDevice(job.server, wanted);
        if (device === undefined) refuse(job, 'device-in-use', { device: wanted ?? '' });
        job.row = newRow(job, device);
      },
    },
    {
      name: 'flag',
      run: async job => {
        await job.world.clock.step();
        if (job.row)
          job.row.deleteOnTermination = job.world.behaviour.effects.storedFlag(job.wanted.delete_on_termination);
      },
    },
    {
      name: 'multiattach-version',
      run: job => {
        if (job.volume.type.multiattach && job.minor < 60) refuse(job, 'multiattach-version');
      },
    },
    {
      name: 'reserve',
      run: async job => {
        await job.world.clock.step();
        const attachment = reserve(job);
        if (job.row) job.row.attachmentId = attachment.id;
      },
    },
  ];
}

/** Takes a job through its preparation; a refusal leaves no row behind. */
export async function prepareAttach(job: AttachJob): Promise<void> {
  try {
    for (const step of job.world.behaviour.sequences.prepare) await step.run(job);
  } catch (error) {
    if (job.row !== undefined && job.world.behaviour.effects.dropsRefusedRow) dropRow(job.server, job.row);
    throw error;
  }
}

/** Notes the action and lets the host connect the volume behind the answer. */
export function startAttach(job: AttachJob): void {
  const action = recordAction(job.world, job.server, 'attach_volume', job.origin);
  if (!job.world.behaviour.effects.rowBeforeAnswer && job.row !== undefined) dropRow(job.server, job.row);
  job.world.clock.background(() => connect(job, action));
}

/** Attaches to a server without a host: no device, and Cinder has the volume in use at once. */
export function attachOffloaded(job: AttachJob): void {
  const { world, server } = job;
  const row = newRow(job, null);
  row.deleteOnTermination = world.behaviour.effects.storedFlag(job.wanted.delete_on_termination);
  job.row = row;
  try {
    row.attachmentId = reserve(job).id;
  } catch (error) {
    if (world.behaviour.effects.dropsRefusedRow) dropRow(server, row);
    throw error;
  }
  const action = recordAction(world, server, 'attach_volume', job.origin);
  const finish = startEvent(action, 'api_attach_volume', null);
  if (world.behaviour.effects.finishesAttach) world.cinder.complete(row.attachmentId);
  finish('Success');
}

/** Takes a row out of its server. */
export function dropRow(server: Server, row: Row): void {
  const index = server.rows.indexOf(row);
  if (index >= 0) server.rows.splice(index, 1);
}

async function connect(job: AttachJob, action: InstanceAction): Promise<void> {
  const { world, server, row } = job;
  const attachmentId = row?.attachmentId;
  if (!row || !attachmentId) return;
  await world.clock.step();
  const finish = startEvent(action, 'compute_attach_volume', server.host);
  try {
    await world.clock.step();
    world.cinder.connect(attachmentId, server.host, row.device);
    await world.clock.step();
    if (!world.nova.servers.has(server.id)) throw new Error('the server is gone');
    if (!world.behaviour.effects.finishesAttach) return;
    world.cinder.complete(attachmentId);
    if (!server.rows.includes(row)) server.rows.push(row);
    if (world.behaviour.effects.renewsRow) renew(server, row);
    await world.clock.step();
    finish('Success');
  } catch {
    // The server or the attachment went away meanwhile.
    world.cinder.remove(attachmentId);
    dropRow(server, row);
    finish('Error');
  }
}

function renew(server: Server, row: Row): void {
  const index = server.rows.indexOf(row);
  if (index >= 0) server.rows[index] = { ...row, uuid: newUuid() };
}

function newRow(job: AttachJob, device: string | null): Row {
  const row: Row = {
    uuid: newUuid(),
    volumeId: job.volume.id,
    device,
    tag: job.world.behaviour.effects.storedTag(job.wanted.tag),
    deleteOnTermination: false,
    attachmentId: null,
    bootIndex: null,
  };
  job.server.rows.push(row);
  return row;
}

function reserve(job: AttachJob): CinderAttachment {
  try {
    return job.world.cinder.reserve(job.volume, job.server.id, job.world.behaviour.effects.forcesReserve);
  } catch (error) {
    if (error instanceof ApiError) refuse(job, 'reserve-refused', { text: cinderText(error, job.origin) });
    throw error;
  }
}

/** Cinder's refusal as Nova quotes it. */
export function cinderText(error: ApiError, { requestId }: Pick<Origin, 'requestId'>): string {
  return `${error.message} (HTTP ${error.status}) (Request-ID: ${requestId})`;
}

function refuse(job: AttachJob, name: string, values: Record<string, string> = {}): never {
  throw refusal(job.world, 'create', name, { server: job.server.id, volume: job.volume.id, ...values });
}
