import type { Call } from '../nova/api/call.ts';
import type { Step } from '../nova/api/step.ts';
import { str } from '../python.ts';
import { insertBefore } from './patching.ts';

/** Milliseconds that a request is held up, so that those which come at the same time meet it. */
const HELD_MS = 10;

/** One request that another one has met. */
export interface Met {
  readonly call: Call;
  /** Whether it was there first. */
  readonly first: boolean;
}

/** The requests that a request has met, by its request id. */
export type Meetings = (requestId: string) => readonly Met[];

/**
 * Holds up the requests of these sequences before a step, each under a key, and tells which of the same key were there at
 * the same time. Requests of a caller who waits for each answer never meet.
 */
export function meetings(key: (call: Call) => string, ...places: readonly (readonly [Step[], string])[]): Meetings {
  const here = new Map<string, Set<Call>>();
  const met = new Map<string, Met[]>();
  const note = (whose: Call, call: Call, first: boolean): void => {
    const { requestId } = whose.exchange;
    met.set(requestId, [...(met.get(requestId) ?? []), { call, first }]);
  };
  const meet = async (call: Call): Promise<void> => {
    const name = key(call);
    const others = here.get(name) ?? new Set();
    here.set(name, others);
    for (const other of others) {
      note(other, call, false);
      note(call, other, true);
    }
    others.add(call);
    await call.world.clock.wait(HELD_MS);
    others.delete(call);
  };
  for (const [sequence, step] of places) insertBefore(sequence, step, 'meeting', meet);
  return requestId => met.get(requestId) ?? [];
}

/** The volume that an attach or detach names. */
export function volumeKey(call: Call): string {
  return call.operation === 'create' ? str(call.wanted.volumeId) : call.volumeId;
}

/** The server and the volume that a request names. */
export function attachmentKey(call: Call): string {
  return `${call.server.id} ${volumeKey(call)}`;
}

/** The server that a request names. */
export function serverKey(call: Call): string {
  return call.server.id;
}
