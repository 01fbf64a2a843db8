import type { CinderAttachment, Volume } from '../../cinder/volume.ts';
import type { World } from '../../world.ts';
import type { Row, Server } from '../server.ts';
import { type Origin, recordAction, startEvent } from './actions-log.ts';

/** A swap that has passed all checks. */
export interface SwapJob {
  readonly world: World;
  readonly server: Server;
  readonly row: Row;
  readonly oldVolume: Volume;
  readonly newVolume: Volume;
  /** Cinder's promise of the new volume. */
  readonly promise: CinderAttachment;
}

/** Lets the host exchange the volume behind the answer. */
export function startSwap(job: SwapJob, origin: Origin): void {
  const { world, server, row, oldVolume, newVolume, promise } = job;
  const action = recordAction(world, server, 'swap_volume', origin);
  const oldAttachment = row.attachmentId;
  world.clock.background(async () => {
    await world.clock.step();
    const finish = startEvent(action, 'compute_swap_volume', server.host);
    await world.clock.step();
    world.cinder.connect(promise.id, server.host, row.device);
    await world.clock.step();
    world.cinder.complete(promise.id);
    await world.clock.step();
    if (oldVolume.migrationStatus === null) {
      if (oldAttachment !== null) world.cinder.remove(oldAttachment);
      row.volumeId = newVolume.id;
      row.attachmentId = promise.id;
    } else {
      // A migration ends with the data under the old id, so the list keeps naming it.
      world.cinder.remove(promise.id);
      oldVolume.migrationStatus = null;
    }
    await world.clock.step();
    finish('Success');
  });
}
