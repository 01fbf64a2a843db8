import type { World } from '../../world.ts';
import type { Row } from '../server.ts';
import { endEvent, type Origin, recordAction, startEvent } from './actions-log.ts';
import { exclusively } from './exclusively.ts';
import { detachFails } from './host-orders.ts';
import { type HostWork, paced, runWork, type WorkStep } from './work.ts';

/** A detach that has passed all checks. */
export type DetachJob = Omit<HostWork, 'action'> & { readonly origin: Origin };

/** How the host gives a volume back (`nova/compute/manager.py@master:8280`). */
export function disconnectSteps(): WorkStep<HostWork>[] {
  return [
    paced('started', ({ action, server }) => void startEvent(action, 'compute_detach_volume', server.host)),
    paced('guest', ({ server, volume }) => {
      if (detachFails(server, volume)) throw new Error('the guest does not let go');
    }),
    paced('free', ({ world, row }) => releaseAttachment(world, row)),
    paced('row', ({ world, server, row }) => world.nova.dropRow(server, row)),
    paced('ended', ({ action }) => endEvent(action, 'Success')),
  ];
}

/** What is undone where the guest does not let go of a volume. */
export function disconnectFailureSteps(): WorkStep<HostWork>[] {
  return [paced('rolled', rollBack), paced('ended', ({ action }) => endEvent(action, 'Error'))];
}

/** Lets a volume be in use again, unless its server has gone meanwhile and somebody else has it. */
export function rollBack({ world, server, row, volume }: HostWork): void {
  if (server.rows.includes(row)) world.cinder.rollDetaching(volume);
}

/** A detach from a server without a host: all of it before the answer, the volume itself included where flagged. */
export function detachOffloadedSteps(): WorkStep<HostWork>[] {
  return [
    { name: 'started', run: ({ action }) => void startEvent(action, 'api_detach_volume', null) },
    paced('free', ({ world, row }) => releaseAttachment(world, row)),
    paced('volume', ({ world, row }) => deleteFlagged(world, row)),
    paced('row', ({ world, server, row }) => world.nova.dropRow(server, row)),
    paced('ended', ({ action }) => endEvent(action, 'Success')),
  ];
}

/** Notes the action and lets the host give the volume back behind the answer. */
export async function startDetach(job: DetachJob): Promise<void> {
  const { clock, behaviour } = job.world;
  const work = await noted(job);
  clock.background(() =>
    exclusively(work.server, async () => {
      try {
        await runWork(behaviour.sequences.disconnect, work);
      } catch {
        await runWork(behaviour.sequences.disconnectFailure, work);
      }
    }),
  );
}

/** Detaches from a server without a host, before the answer. */
export async function detachOffloaded(job: DetachJob): Promise<void> {
  const work = await noted(job);
  await exclusively(job.server, () => runWork(job.world.behaviour.sequences.detachOffloaded, work));
}

async function noted({ origin, ...work }: DetachJob): Promise<HostWork> {
  await work.world.clock.step();
  return { ...work, action: recordAction(work.world, work.server, 'detach_volume', origin) };
}

/** Ends the attachment of a row and deletes its volume where the row says so. */
export function releaseVolume(world: World, row: Row): void {
  releaseAttachment(world, row);
  deleteFlagged(world, row);
}

/** Ends the attachment of a row, if it has one. */
export function releaseAttachment(world: World, { attachmentId }: Row): void {
  if (attachmentId !== null) world.cinder.remove(attachmentId);
}

/** Deletes the volume of a row where the row says so; Cinder's refusals are swallowed. */
export function deleteFlagged(world: World, { volumeId, deleteOnTermination }: Row): void {
  const volume = volumeId === null ? undefined : world.cinder.volumes.get(volumeId);
  if (volume === undefined || !deleteOnTermination) return;
  try {
    world.cinder.delete(volume);
  } catch {
    // Nova logs and goes on: the server must not stay because its volume does.
  }
}
