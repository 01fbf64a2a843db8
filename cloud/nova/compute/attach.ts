import type { Volume } from '../../cinder/volume.ts';
import { ApiError } from '../../http/api-error.ts';
import { newUuid } from '../../ids.ts';
import type { JsonObject } from '../../json.ts';
import type { World } from '../../world.ts';
import { refusal } from '../api/call.ts';
import type { InstanceAction, Row, Server } from '../server.ts';
import { type Origin, recordAction } from './actions-log.ts';
import { startConnect } from './connect.ts';
import { pickDevice } from './devices.ts';
import { exclusively } from './exclusively.ts';
import { paced, runWork, type WorkStep } from './work.ts';

/** One attach on its way: what was asked, and what the steps have made of it so far. */
export interface AttachJob {
  readonly world: World;
  readonly server: Server;
  readonly volume: Volume;
  readonly wanted: JsonObject;
  readonly minor: number;
  readonly origin: Origin;
  row: Row | undefined;
  action: InstanceAction | undefined;
}

/** One thing that the preparation of an attach checks or does. */
export type AttachStep = WorkStep<AttachJob>;

/**
 * What happens between the checks of an attach and its start on the host: the host picks a device and makes the row,
 * then Cinder promises the volume, then the action is noted.
 */
export function prepareSteps(): AttachStep[] {
  return [
    {
      name: 'tag-support',
      run: job => {
        if (job.wanted.tag !== undefined && !job.world.deployment.tags) refuse(job, 'tag-unsupported');
      },
    },
    {
      name: 'multiattach-support',
      run: job => {
        if (job.volume.type.multiattach && !job.world.deployment.multiattach) refuse(job, 'multiattach-unsupported');
      },
    },
    paced('raced', refuseRaced),
    {
      name: 'disk-limit',
      run: job => {
        const limit = job.world.deployment.diskLimit;
        if (limit >= 0 && job.server.rows.length >= limit) refuse(job, 'too-many-disks', { limit: String(limit) });
      },
    },
    // No moment in between: two attaches of one volume could both get through.
    {
      name: 'row',
      run: job => {
        const { device: asked } = job.wanted;
        const wanted = job.world.deployment.deviceNames && typeof asked === 'string' ? asked : null;
        const device = pickDevice(job.server, wanted);
        if (device === undefined) refuse(job, 'device-in-use', { device: wanted ?? '' });
        job.row = newRow(job, device);
      },
    },
    paced('flag', job => {
      if (job.row)
        job.row.deleteOnTermination = job.world.behaviour.effects.storedFlag(job.wanted.delete_on_termination);
    }),
    {
      name: 'multiattach-version',
      run: job => {
        if (job.volume.type.multiattach && job.minor < 60) refuse(job, 'multiattach-version');
      },
    },
    paced('reserve', reserve),
    paced('action', noteAction),
  ];
}

/** Takes a job through its preparation and leaves the rest to the host; a refusal leaves no row behind. */
export async function attachToHost(job: AttachJob): Promise<void> {
  await attachInTurn(job, job.world.behaviour.sequences.prepare);
  const { row, action } = job;
  if (row !== undefined && action !== undefined) startConnect({ ...job, row, action });
}

/** The same behind the answer: whatever refuses the attach, nobody is told. */
export async function attachUntold(job: AttachJob): Promise<void> {
  try {
    await attachToHost(job);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    await job.world.behaviour.effects.afterDrop(job);
  }
}

/** Takes a job through its steps when it is its server's turn; a refusal leaves no row behind. */
export function attachInTurn(job: AttachJob, steps: readonly AttachStep[]): Promise<void> {
  const { world, server } = job;
  const hostless = server.vmState === 'shelved_offloaded';
  return exclusively(server, async () => {
    if (!world.nova.servers.has(server.id)) refuse(job, 'server-unknown');
    // The steps are others for a server that has got or lost its host while this one waited.
    if ((server.vmState === 'shelved_offloaded') !== hostless) {
      refuse(job, 'vm-state', { action: world.behaviour.states.attach.action, state: server.vmState });
    }
    try {
      await runWork(steps, job);
    } catch (error) {
      if (job.row !== undefined && world.behaviour.effects.dropsRefusedRow) world.nova.dropRow(server, job.row);
      throw error;
    }
  });
}

/** Makes the row of a job. */
export function newRow(job: AttachJob, device: string | null): Row {
  const row: Row = {
    uuid: newUuid(),
    volumeId: job.volume.id,
    device,
    tag: job.world.behaviour.effects.storedTag(job.wanted.tag),
    deleteOnTermination: false,
    attachmentId: null,
    bootIndex: null,
  };
  job.world.nova.addRow(job.server, row);
  return row;
}

/** Refuses a volume that another request has given to the server meanwhile. */
export function refuseRaced(job: AttachJob): void {
  if (job.server.rows.some(({ volumeId }) => volumeId === job.volume.id)) refuse(job, 'attached-here');
}

/** Lets Cinder promise the volume of a job to its server. */
export function reserve(job: AttachJob): void {
  const { cinder, behaviour } = job.world;
  try {
    const { id } = cinder.reserve(job.volume, job.server.id, behaviour.effects.forcesReserve(job.volume));
    if (job.row) job.row.attachmentId = id;
  } catch (error) {
    if (error instanceof ApiError) refuse(job, 'reserve-refused', { text: cinderText(error, job.origin) });
    throw error;
  }
}

/** Notes the action of a job. */
export function noteAction(job: AttachJob): void {
  job.action = recordAction(job.world, job.server, 'attach_volume', job.origin);
}

/** Cinder's refusal as Nova quotes it. */
export function cinderText(error: ApiError, { requestId }: Pick<Origin, 'requestId'>): string {
  return `${error.message} (HTTP ${error.status}) (Request-ID: ${requestId})`;
}

function refuse(job: AttachJob, name: string, values: Record<string, string> = {}): never {
  throw refusal(job.world, 'create', name, { server: job.server.id, volume: job.volume.id, ...values });
}
