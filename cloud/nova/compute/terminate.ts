import type { World } from '../../world.ts';
import type { Server } from '../server.ts';
import { releaseVolume } from './detach.ts';

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
    server.updatedAt = new Date();
    await world.clock.wait(world.deployment.reclaimSeconds * 1000);
    if (server.vmState === 'soft-delete' && server.taskState === null) terminate(world, server);
  });
}

/** Ends a server: attachments, then flagged volumes, then the server itself. */
export function terminate(world: World, server: Server): void {
  const keepsVolumes = forgetsVolumes(world, server) || !world.behaviour.effects.freesOnDelete;
  server.taskState = 'deleting';
  world.clock.background(async () => {
    await world.clock.wait(world.environment.deleteMs);
    await world.clock.step();
    if (!keepsVolumes) for (const row of server.rows) releaseVolume(world, row);
    await world.clock.step();
    server.vmState = 'deleted';
    await world.clock.step();
    server.rows.length = 0;
    world.nova.servers.delete(server.id);
    world.nova.deleted.set(server.id, server);
  });
}

/** Some releases look for volumes of a server without a host only where its vm_state says that it may have some. */
function forgetsVolumes({ behaviour }: World, { host, vmState }: Server): boolean {
  return behaviour.release.forgetsVolumes && host === null && vmState === 'active';
}
