import type { World } from '../../world.ts';
import type { Row, Server } from '../server.ts';
import { HOSTS } from './boot.ts';
import { pickDevice } from './devices.ts';
import { ending, paced, runWork, type WorkStep } from './work.ts';

/** One volume of a server that gets a host again. */
export interface ReloadWork {
  readonly world: World;
  readonly server: Server;
  readonly row: Row;
}

/** How a host takes over a volume; one that was attached meanwhile gets its device. */
export function reloadSteps(): WorkStep<ReloadWork>[] {
  return [
    paced('device', ({ server, row }) => {
      row.device ??= pickDevice(server, null) ?? null;
    }),
    paced('attaching', ({ world, server, row }) => {
      if (!ending(world, server)) world.cinder.connect(row.attachmentId ?? '', server.host, row.device);
    }),
    paced('in-use', ({ world, server, row }) => {
      if (!ending(world, server)) world.cinder.complete(row.attachmentId ?? '');
    }),
  ];
}

/** A server without a host gets one again, and with it its volumes. */
export async function reload(world: World, server: Server): Promise<void> {
  if (server.host !== null) return;
  server.host = HOSTS[0];
  await connectAgain(world, server);
}

/** The host of a server connects all its volumes. */
export async function connectAgain(world: World, server: Server): Promise<void> {
  const rows = server.rows.filter(({ attachmentId }) => attachmentId !== null);
  for (const row of rows) await runWork(world.behaviour.sequences.reload, { world, server, row });
}
