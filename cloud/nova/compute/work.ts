import type { Volume } from '../../cinder/volume.ts';
import type { World } from '../../world.ts';
import type { InstanceAction, Row, Server } from '../server.ts';

/** One thing that happens in a piece of work; a fault drops, moves or adds such steps by name. */
export interface WorkStep<Work> {
  readonly name: string;
  readonly run: (work: Work) => void | Promise<void>;
}

/** One attachment in the hands of a server's host. */
export interface HostWork {
  readonly world: World;
  readonly server: Server;
  readonly volume: Volume;
  readonly row: Row;
  readonly action: InstanceAction;
}

/** Takes a piece of work through its steps. */
export async function runWork<Work>(steps: readonly WorkStep<Work>[], work: Work): Promise<void> {
  for (const step of steps) await step.run(work);
}

/** A step that ends in a state which a client can tell from the one before; it takes a moment to get there. */
export function paced<Work extends { readonly world: World }>(
  name: string,
  run: WorkStep<Work>['run'],
): WorkStep<Work> {
  return {
    name,
    run: async work => {
      await work.world.clock.step();
      await run(work);
    },
  };
}

/** Whether a server is at its end, so that nothing more can be attached to it. */
export function ending({ nova }: World, { id, taskState }: Server): boolean {
  return taskState === 'deleting' || !nova.servers.has(id);
}
