import type { Attachment } from './observe.ts';

/** What a case was given: the values of its placeholders, and what must be true of its volumes if nothing happens. */
export interface Lease {
  values: Record<string, string>;
  /** The server that the request is about, where there is a real one. */
  serverId: string | null;
  /** The volume that the request is about, where there is a real one. */
  volume: LeasedVolume | null;
  /** The second volume, where there is one. */
  otherId: string | null;
  /** The second server, where there is one. */
  elsewhereId: string | null;
  /** Whether the server's situation passes by itself. */
  isMoment: boolean;
  /** Whether the server is still in the situation. */
  lasts: () => Promise<boolean>;
  /** Ends the lease. `place`: where the volume is now, as far as the case knows. */
  release: (place: 'as before' | 'attached' | 'detached' | 'swapped' | 'unknown') => Promise<void>;
}

/** A lease as plain data: what judging a recorded case again must know of it. */
export interface LeaseFacts
  extends Pick<Lease, 'values' | 'serverId' | 'volume' | 'otherId' | 'elsewhereId' | 'isMoment'> {}

/** The plain data of a lease. */
export function leaseFacts({ values, serverId, volume, otherId, elsewhereId, isMoment }: Lease): LeaseFacts {
  return { values, serverId, volume, otherId, elsewhereId, isMoment };
}

/** A volume and its attachment, before the request, on the server that the request is about. */
export interface LeasedVolume {
  id: string;
  before: Attachment | null;
  /** Statuses that the volume API may show for it as long as nothing happens; absent where nobody looks. */
  statuses?: readonly string[];
}

/** What a volume lends to placeholders. */
export function volumeValues({ id, before }: LeasedVolume): Record<string, string> {
  const values: Record<string, string> = { volume_id: id };
  for (const key of ['device', 'attachment_id', 'bdm_uuid']) {
    const value = before?.[key];
    if (typeof value === 'string') values[key] = value;
  }
  return values;
}
