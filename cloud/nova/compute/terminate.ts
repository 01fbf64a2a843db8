import type { World } from '../../world.ts';
import type { Server } from '../server.ts';
import { releaseVolume } from './detach.ts';

/** Hides a server until it is restored or reclaimed; what is attached to it stays attached. */
export function softDelete(world: World, server: Server): void {
  server.taskState = 'soft-deleting';
  world.clock.background(async () => {
    await world.clock.step();
    server.vmState = 'soft-delete';
    server.taskState = null;
    server.powerState = 4;
    server.updatedAt = new Date();
  });
}

/** Ends a server: attachments, then flagged volumes, then the server itself. */
export function terminate(world: World, server: Server): void {
  server.taskState = 'deleting';
  world.clock.background(async () => {
    await world.clock.step();
    if (world.behaviour.effects.freesOnDelete) for (const row of server.rows) releaseVolume(world, row);
    await world.clock.step();
    server.vmState = 'deleted';
    await world.clock.step();
    server.rows.length = 0;
    world.nova.servers.delete(server.id);
    world.nova.deleted.set(server.id, server);
  });
}
