import type { Volume } from '../cinder/volume.ts';
import type { Json } from '../json.ts';
import type { AttachJob } from '../nova/compute/attach.ts';
import type { Server } from '../nova/server.ts';

/** What the operations leave behind; all of it is how Nova does it unless a fault says otherwise. */
export interface Effects {
  /** From this minor microversion on, an attach is answered before it is prepared. */
  asyncSince: number;
  /** From this minor microversion on, a PUT that names the same volume is an update; before, any PUT is a swap. */
  updateSince: number;
  /** The flag that an attach stores; Nova takes any string for true. */
  storedFlag: (requested: Json | undefined) => boolean;
  /** The tag that an attach stores. */
  storedTag: (requested: Json | undefined) => string | null;
  /** The flag that an update stores. */
  updatedFlag: (requested: Json, present: boolean) => boolean;
  /** Whether the row of an attach that Cinder refuses is taken away again. */
  dropsRefusedRow: boolean;
  /** What follows where an attach is refused after it was answered. */
  afterDrop: (job: AttachJob) => void | Promise<void>;
  /** Whether a request leaves an instance action of this name. */
  recordsAction: (name: string) => boolean;
  /** Whether these actions get a request id of their own. */
  ownActionIds: boolean;
  /** What a server action that is done, by its key, leaves behind besides its purpose. */
  afterAction: (server: Server, key: string) => void;
  /** Whether Cinder is told to promise the volume whatever its status. */
  forcesReserve: (volume: Volume) => boolean;
}

/** The strings that Nova reads as true. */
const truths = new Set(['true', '1', 'on', 'yes']);

/** The effects of the real Nova. */
export function createEffects(): Effects {
  return {
    asyncSince: 101,
    updateSince: 85,
    storedFlag: requested => Boolean(requested),
    storedTag: requested => (typeof requested === 'string' ? requested : null),
    updatedFlag: requested =>
      typeof requested === 'string' ? truths.has(requested.toLowerCase()) : Boolean(requested),
    dropsRefusedRow: true,
    afterDrop: () => undefined,
    recordsAction: () => true,
    ownActionIds: false,
    afterAction: () => undefined,
    forcesReserve: () => false,
  };
}
