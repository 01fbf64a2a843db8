import type { CinderAttachment, Volume } from '../../cinder/volume.ts';
import { endEvent, type Origin, recordAction, startEvent } from './actions-log.ts';
import { rollBack } from './detach.ts';
import { exclusively } from './exclusively.ts';
import { swapFails } from './host-orders.ts';
import { ending, type HostWork, paced, runWork, type WorkStep } from './work.ts';

/** A swap in the hands of the host; `volume` is the old one. */
export interface SwapWork extends HostWork {
  readonly newVolume: Volume;
  /** Cinder's promise of the new volume. */
  readonly promise: CinderAttachment;
  /** The id of the attachment of the old volume. */
  readonly oldAttachment: string;
}

/** How the host exchanges the volume of a row, which keeps everything else (`nova/compute/manager.py@master:8550`). */
export function exchangeSteps(): WorkStep<SwapWork>[] {
  return [
    paced('started', ({ action, server }) => void startEvent(action, 'compute_swap_volume', server.host)),
    paced('attaching', ({ world, server, row, promise }) => world.cinder.connect(promise.id, server.host, row.device)),
    {
      name: 'host',
      run: ({ world, server, newVolume }) => {
        if (ending(world, server) || server.vmState === 'shelved_offloaded') throw new Error('the server is gone');
        if (swapFails(newVolume)) throw new Error('the host cannot copy the volume');
      },
    },
    paced('in-use', ({ world, promise }) => world.cinder.complete(promise.id)),
    paced('old-free', ({ world, volume, oldAttachment }) => {
      if (volume.migrationStatus === null) world.cinder.remove(oldAttachment);
    }),
    paced('flip', flip),
    paced('ended', ({ action }) => endEvent(action, 'Success')),
  ];
}

/** What is undone where the host cannot exchange the volumes. */
export function exchangeFailureSteps(): WorkStep<SwapWork>[] {
  return [
    paced('rolled', rollBack),
    paced('new-free', ({ world, promise }) => world.cinder.remove(promise.id)),
    paced('ended', ({ action }) => endEvent(action, 'Error')),
  ];
}

/** Notes the action and lets the host exchange the volume behind the answer. */
export function startSwap(job: Omit<SwapWork, 'action' | 'oldAttachment'>, origin: Origin): void {
  const { world, server, row } = job;
  const action = recordAction(world, server, 'swap_volume', origin);
  const work = { ...job, action, oldAttachment: row.attachmentId ?? '' };
  world.clock.background(() =>
    exclusively(server, async () => {
      try {
        await runWork(world.behaviour.sequences.exchange, work);
      } catch {
        await runWork(world.behaviour.sequences.exchangeFailure, work);
      }
    }),
  );
}

function flip({ world, server, row, volume, newVolume, promise }: SwapWork): void {
  if (volume.migrationStatus === null) {
    world.nova.giveVolume(server, row, newVolume.id);
    row.attachmentId = promise.id;
    return;
  }
  // A migration ends with the data under the old id, so the list keeps naming it.
  world.cinder.remove(promise.id);
  volume.migrationStatus = null;
}
