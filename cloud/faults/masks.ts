import type { Behaviour } from '../behaviour/behaviour.ts';
import type { Volume } from '../cinder/volume.ts';
import type { Clock } from '../clock.ts';
import type { Row, Server } from '../nova/server.ts';
import { field, insertAfter, insertBefore, rewrite } from './patching.ts';

/** Milliseconds that a wrong state lasts: ten short whiles. */
const SHORT_MS = 15;

/**
 * Waits for as long as a client who looks needs to notice something: 150 ms. In many turns, so that a process that was
 * held up for longer still answers requests before the time is over.
 */
export async function noticeably(clock: Clock): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await clock.wait(SHORT_MS);
}

/** Puts something on for a noticeable while. */
export async function during(clock: Clock, on: () => unknown, off: () => unknown): Promise<void> {
  on();
  await noticeably(clock);
  off();
}

/** The rows that list and show leave out from now on; the rest of Nova still has them. */
export function hiddenRows({ views }: Behaviour): Set<Row> {
  const hidden = new Set<Row>();
  const { hides } = views;
  views.hides = (row, minor) => hidden.has(row) || hides(row, minor);
  return hidden;
}

/** Rows that list and show have for a server besides its own; the rest of Nova does not know them. */
export function ghostRows({ views, sequences }: Behaviour): Map<Row, Server> {
  const ghosts = new Map<Row, Server>();
  const of = (rows: readonly Row[]): Row[] =>
    [...ghosts]
      .filter(([{ volumeId }, server]) => server.rows === rows && !rows.some(row => row.volumeId === volumeId))
      .map(([row]) => row);
  const { order } = views;
  views.order = rows => [...order(rows), ...of(rows)];
  rewrite(sequences.show, 'attachment', run => call => {
    const ghost = of(call.server.rows).find(({ volumeId }) => volumeId === call.volumeId);
    if (ghost === undefined) return run(call);
    call.row = ghost;
  });
  return ghosts;
}

/** The rows whose volume is not in use yet; getting there takes a noticeable while. */
export function unfinishedRows({ sequences }: Behaviour): ReadonlySet<Row> {
  const unfinished = new Set<Row>();
  insertAfter(sequences.prepare, 'row', 'unfinished', ({ row }) => {
    if (row !== undefined) unfinished.add(row);
  });
  insertBefore(sequences.connect, 'attaching', 'slow', ({ world }) => noticeably(world.clock));
  insertAfter(sequences.connect, 'in-use', 'finished', ({ row }) => void unfinished.delete(row));
  return unfinished;
}

/** What list and show say of the flag of a row instead of the truth. */
export function shownFlags({ views }: Behaviour): Map<Row, boolean> {
  const shown = new Map<Row, boolean>();
  for (const fields of [views.list, views.show]) {
    const flag = field(fields, 'delete_on_termination');
    flag.value = ({ row }) => shown.get(row) ?? row.deleteOnTermination;
  }
  return shown;
}

/** What Cinder says of the status of a volume instead of the truth. */
export function shownStatuses({ volumes }: Behaviour): Map<Volume, string> {
  const shown = new Map<Volume, string>();
  const { status } = volumes;
  volumes.status = volume => shown.get(volume) ?? status(volume);
  return shown;
}

/** Lets the end of a server free what else it holds in Cinder, so that a mistake does not outlive its server. */
export function freeAtEnd({ sequences }: Behaviour): void {
  insertBefore(sequences.end, 'deleted', 'strays', ({ world, server }) => {
    for (const { id, serverId } of world.cinder.attachments.values()) {
      if (serverId === server.id) world.cinder.remove(id);
    }
  });
}
