import { now } from '../../dates.ts';
import type { World } from '../../world.ts';
import type { Server } from '../server.ts';
import { deleteFlagged, releaseAttachment } from './detach.ts';
import { exclusively } from './exclusively.ts';
import { paced, runWork, type WorkStep } from './work.ts';

/** The end of a server. */
export interface EndWork {
  readonly world: World;
  readonly server: Server;
  /** Whether its volumes are looked after. */
  readonly frees: boolean;
}

/** Attachments, then flagged volumes, then the server itself (`nova/compute/manager.py@master:3374`). */
export function endSteps(): WorkStep<EndWork>[] {
  return [
    paced('attachments', ({ world, server, frees }) => {
      if (frees) for (const row of server.rows) releaseAttachment(world, row);
    }),
    paced('volumes', ({ world, server, frees }) => {
      if (frees) for (const row of server.rows) deleteFlagged(world, row);
    }),
    paced('deleted', ({ server }) => {
      server.vmState = 'deleted';
    }),
    paced('gone', ({ world, server }) => {
      world.nova.dropRows(server);
      world.nova.remove(server);
    }),
  ];
}

/** Hides a server until it is restored or reclaimed; what is attached to it stays attached. */
export function softDelete(world: World, server: Server): void {
  server.taskState = 'soft-deleting';
  world.clock.background(async () => {
    await world.clock.wait(world.environment.deleteMs);
    await world.clock.step();
    if (server.taskState !== 'soft-deleting') return;
    server.vmState = 'soft-delete';
    server.taskState = null;
    server.powerState = 4;
    server.updatedAt = now();
    reclaimInTime(world, server.id);
  });
}

/** Ends a server when its time is up; one clock for all, because most are gone long before. */
function reclaimInTime(world: World, id: string): void {
  const { reclaims } = world.nova;
  reclaims.due.delete(id);
  reclaims.due.set(id, Date.now() + world.deployment.reclaimSeconds * 1000);
  if (reclaims.running) return;
  reclaims.running = true;
  world.clock.background(() => reclaimInTurn(world));
}

async function reclaimInTurn(world: World): Promise<void> {
  const { servers, reclaims } = world.nova;
  for (;;) {
    const [first] = reclaims.due;
    if (first === undefined) break;
    const [id, due] = first;
    await world.clock.wait(Math.max(0, due - Date.now()));
    // Meanwhile it may have gone, or have been restored and deleted again.
    if (reclaims.due.get(id) !== due) continue;
    reclaims.due.delete(id);
    const server = servers.get(id);
    if (server?.vmState === 'soft-delete' && server.taskState === null) terminate(world, server);
  }
  reclaims.running = false;
}

/** Ends a server. */
export function terminate(world: World, server: Server): void {
  const frees = !forgetsVolumes(world, server);
  server.taskState = 'deleting';
  world.clock.background(async () => {
    await world.clock.wait(world.environment.deleteMs);
    await exclusively(server, () => runWork(world.behaviour.sequences.end, { world, server, frees }));
  });
}

/** Some releases look for volumes of a server without a host only where its vm_state says that it may have some. */
function forgetsVolumes({ behaviour }: World, { host, vmState }: Server): boolean {
  return behaviour.release.forgetsVolumes && host === null && vmState === 'active';
}
