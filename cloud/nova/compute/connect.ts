import { endEvent, startEvent } from './actions-log.ts';
import { attachOutcome } from './host-orders.ts';
import { dropRow } from './rows.ts';
import { ending, type HostWork, paced, runWork, type WorkStep } from './work.ts';

/** What the host does with a volume that is promised to its server (`nova/compute/manager.py@master:8138`). */
export function connectSteps(): WorkStep<HostWork>[] {
  return [
    paced('started', ({ action, server }) => void startEvent(action, 'compute_attach_volume', server.host)),
    paced('attaching', work => work.world.cinder.connect(promiseOf(work), work.server.host, work.row.device)),
    { name: 'host', run: useHost },
    paced('in-use', work => work.world.cinder.complete(promiseOf(work))),
    paced('ended', ({ action }) => endEvent(action, 'Success')),
  ];
}

/** What is undone where the host fails, the volume first (`nova/compute/manager.py@master:8189`). */
export function connectFailureSteps(): WorkStep<HostWork>[] {
  return [
    paced('free', work => work.world.cinder.remove(promiseOf(work))),
    paced('row', ({ server, row }) => dropRow(server, row)),
    paced('ended', ({ action }) => endEvent(action, 'Error')),
  ];
}

/** Lets the host connect a volume behind the answer. */
export function startConnect(work: HostWork): void {
  const { clock, behaviour } = work.world;
  clock.background(async () => {
    try {
      await runWork(behaviour.sequences.connect, work);
    } catch {
      await runWork(behaviour.sequences.connectFailure, work);
    }
  });
}

async function useHost({ world, server, volume }: HostWork): Promise<void> {
  const outcome = attachOutcome(server, volume);
  if (ending(world, server)) throw new Error('the server is gone');
  if (outcome === 'hangs') await world.clock.wait(Number.POSITIVE_INFINITY);
  if (outcome === 'fails') throw new Error('the host cannot connect the volume');
}

function promiseOf({ row }: HostWork): string {
  return row.attachmentId ?? '';
}
