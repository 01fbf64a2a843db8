import type { World } from '../../world.ts';
import type { InstanceAction, Row, Server } from '../server.ts';
import { type Origin, recordAction, startEvent } from './actions-log.ts';
import { dropRow } from './attach.ts';

/** Lets the host of a server give a volume back, behind the answer. */
export function startDetach(world: World, server: Server, row: Row, origin: Origin): void {
  const action = recordAction(world, server, 'detach_volume', origin);
  world.clock.background(() => disconnect(world, server, row, action));
}

async function disconnect(world: World, server: Server, row: Row, action: InstanceAction): Promise<void> {
  const { freesDetachedVolume, dropsDetachedRow } = world.behaviour.effects;
  await world.clock.step();
  const finish = startEvent(action, 'compute_detach_volume', server.host);
  await world.clock.step();
  await world.clock.step();
  if (freesDetachedVolume && row.attachmentId !== null) world.cinder.remove(row.attachmentId);
  await world.clock.step();
  if (dropsDetachedRow) dropRow(server, row);
  await world.clock.step();
  finish('Success');
}

/** Detaches from a server without a host: all of it before the answer, the volume itself included where flagged. */
export function detachOffloaded(world: World, server: Server, row: Row, origin: Origin): void {
  const action = recordAction(world, server, 'detach_volume', origin);
  const finish = startEvent(action, 'api_detach_volume', null);
  releaseVolume(world, row);
  dropRow(server, row);
  finish('Success');
}

/** Ends the attachment of a row and deletes its volume where the row says so; Cinder's refusals are swallowed. */
export function releaseVolume(world: World, row: Row): void {
  if (row.attachmentId !== null) world.cinder.remove(row.attachmentId);
  const volume = row.volumeId === null ? undefined : world.cinder.volumes.get(row.volumeId);
  if (volume === undefined || !row.deleteOnTermination || !world.behaviour.effects.honoursFlag) return;
  try {
    world.cinder.delete(volume);
  } catch {
    // Nova logs and goes on: the server must not stay because its volume does.
  }
}
