import { endEvent, startEvent } from './actions-log.ts';
import { exclusively } from './exclusively.ts';
import { attachOutcome } from './host-orders.ts';
import { ending, type HostWork, paced, runWork, type WorkStep } from './work.ts';

/** What the host does with a volume that is promised to its server (`nova/compute/manager.py@master:8138`). */
export function connectSteps(): WorkStep<HostWork>[] {
  return [
    paced('started', ({ action, server }) => void startEvent(action, 'compute_attach_volume', server.host)),
    paced('attaching', work => {
      if (hosted(work)) work.world.cinder.connect(promiseOf(work), work.server.host, work.row.device);
    }),
    { name: 'host', run: useHost },
    paced('in-use', work => {
      if (hosted(work)) work.world.cinder.complete(promiseOf(work));
    }),
    paced('ended', ({ action }) => endEvent(action, 'Success')),
  ];
}

/** What is undone where the host fails, the volume first (`nova/compute/manager.py@master:8189`). */
export function connectFailureSteps(): WorkStep<HostWork>[] {
  return [
    paced('free', work => work.world.cinder.remove(promiseOf(work))),
    paced('row', ({ world, server, row }) => world.nova.dropRow(server, row)),
    paced('ended', ({ action }) => endEvent(action, 'Error')),
  ];
}

/** Lets the host connect a volume behind the answer. */
export function startConnect(work: HostWork): void {
  const { clock, behaviour } = work.world;
  clock.background(() =>
    exclusively(work.server, async () => {
      try {
        await runWork(behaviour.sequences.connect, work);
      } catch (error) {
        if (!(error instanceof HostHangs)) await runWork(behaviour.sequences.connectFailure, work);
      }
    }),
  );
}

/** The host does not get on with a volume, and lets everybody else go first. */
class HostHangs extends Error {}

function useHost({ world, server, volume }: HostWork): void {
  const outcome = attachOutcome(server, volume);
  if (ending(world, server)) throw new Error('the server is gone');
  if (outcome === 'hangs') throw new HostHangs();
  if (outcome === 'fails') throw new Error('the host cannot connect the volume');
}

/** Whether the server still has a host; where not, the volume stays promised to it, as those that it had before. */
function hosted({ server }: HostWork): boolean {
  return server.vmState !== 'shelved_offloaded';
}

function promiseOf({ row }: HostWork): string {
  return row.attachmentId ?? '';
}
