import type { Server } from '../server.ts';

/** The end of what was begun last on each server. */
const ends = new WeakMap<Server, Promise<void>>();

/**
 * Does work on a server as soon as all that was begun on it before is over: a host has one lock for each instance
 * (`nova/compute/manager.py@master:8138`). The work must not wait for other work on the same server.
 */
export function exclusively<T>(server: Server, work: () => Promise<T>): Promise<T> {
  const turn = (ends.get(server) ?? Promise.resolve()).then(work);
  const over = (): void => {
    // Nobody has come after: most servers have nothing to do most of the time.
    if (ends.get(server) === end) ends.delete(server);
  };
  const end = turn.then(over, over);
  ends.set(server, end);
  return turn;
}
