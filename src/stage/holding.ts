import type { Case } from '../plan/case.ts';
import type { Slot } from './slots.ts';
import type { Visit } from './walkers.ts';

/** What a case has been given so far. */
export interface Holding {
  one: Case;
  /** Whether the request is expected to change something. */
  changes: boolean;
  held: Slot[];
  /** The held volume that the request is about, and the second one. */
  slot?: Slot;
  second?: Slot;
  visit: Visit | null;
  serverId: string | null;
  /** Returns what was reserved of the pool. */
  tickets?: () => void;
  /** What ends situations of volumes, the newest first. */
  undo: (() => Promise<void>)[];
}
