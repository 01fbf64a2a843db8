import type { Json } from '../json.ts';

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
  /** The device that an attach asks its driver for. */
  wantedDevice: (requested: Json | undefined) => string | null;
  /** The flag that an update stores. */
  updatedFlag: (requested: Json, present: boolean) => boolean;
  /** Whether the row of an attach that Cinder refuses is taken away again. */
  dropsRefusedRow: boolean;
  /** Whether an attach ever gets as far as `in-use`. */
  finishesAttach: boolean;
  /** Whether a detach takes the row away. */
  dropsDetachedRow: boolean;
  /** Whether a detach frees the volume. */
  freesDetachedVolume: boolean;
  /** Whether the row is there when an attach is answered with 200. */
  rowBeforeAnswer: boolean;
  /** Whether attach and detach leave an instance action. */
  recordsActions: boolean;
  /** Whether these actions get a request id of their own. */
  ownActionIds: boolean;
  /** Whether Cinder is told to promise a volume whatever its status. */
  forcesReserve: boolean;
  /** Whether the row is made anew, with a new uuid, when the attach completes. */
  renewsRow: boolean;
  /** Whether the deletion of a server deletes the volumes with the flag. */
  honoursFlag: boolean;
  /** Whether the deletion of a server frees its volumes. */
  freesOnDelete: boolean;
  /** Whether the device of an attachment made while offloaded appears with the unshelve. */
  namesDeviceOnUnshelve: boolean;
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
    wantedDevice: requested => (typeof requested === 'string' ? requested : null),
    updatedFlag: requested =>
      typeof requested === 'string' ? truths.has(requested.toLowerCase()) : Boolean(requested),
    dropsRefusedRow: true,
    finishesAttach: true,
    dropsDetachedRow: true,
    freesDetachedVolume: true,
    rowBeforeAnswer: true,
    recordsActions: true,
    ownActionIds: false,
    forcesReserve: false,
    renewsRow: false,
    honoursFlag: true,
    freesOnDelete: true,
    namesDeviceOnUnshelve: true,
  };
}
