import { isDeepStrictEqual } from 'node:util';
import type { Case } from '../plan/case.ts';
import { now } from '../target/now.ts';
import type { CloudApi } from './cloud-api.ts';
import type { Lease, LeasedVolume } from './lease.ts';
import {
  type Attachment,
  findAttachment,
  isAttached,
  isDetached,
  readStanding,
  readVolume,
  type Standing,
  standingText,
} from './observe.ts';

/** What a request did, compared with what it should have done; `null` received means: just that. */
export interface EffectReport {
  expected: string;
  received: string | null;
  /** Where it was waited for and came. */
  seen?: Sighting;
}

/** When an effect was seen, in milliseconds since the epoch. */
export interface Sighting {
  /** Begin of the last reading that did not show it; absent where the first one did. */
  missedAt?: number;
  /** End of the reading that showed it. */
  at: number;
}

/** Waits until a request has taken the effect that its case expects, or shows that it left no trace. */
export async function watchEffect(
  api: CloudApi,
  one: Case,
  lease: Lease,
  effect: Case['expect']['effect'] = one.expect.effect,
): Promise<EffectReport> {
  const { shown } = one.expect;
  const { serverId, volume } = lease;
  if (effect === undefined || serverId === null || volume === null)
    return { expected: 'nothing to see', received: null };
  if (effect === 'none') return noTrace(api, serverId, volume);
  const { limits } = api.data;
  const seconds = effect === 'attached' || effect === 'updated' ? limits.attach : limits.detach;
  let last: Standing = { attachment: null, volume: null };
  const isThere = async (): Promise<boolean> => {
    last = await readStanding(api, serverId, volume.id, one.microversion);
    if (effect === 'swapped') {
      const other = lease.otherId === null ? null : await readStanding(api, serverId, lease.otherId, one.microversion);
      return isDetached(api, last, serverId) && other !== null && isAttached(api, other, serverId);
    }
    // An update changes the list alone; the volume may be anywhere on its way.
    if (effect === 'updated') return last.attachment !== null && shows(last.attachment, shown);
    const done = effect === 'detached' ? isDetached(api, last, serverId) : isAttached(api, last, serverId);
    return done && shows(last.attachment, shown);
  };
  const seen = await waitFor(api, isThere, seconds);
  const showing = shown ? ` showing ${JSON.stringify(shown)}` : '';
  const expected = `${effect}${showing} within ${seconds} s`;
  if (seen) return { expected, received: null, seen };
  const showed =
    shown && last.attachment ? `, showing ${JSON.stringify(pick(last.attachment, Object.keys(shown)))}` : '';
  return { expected, received: `${standingText(last)}${showed}` };
}

async function waitFor(api: CloudApi, isThere: () => Promise<boolean>, seconds: number): Promise<Sighting | undefined> {
  let missed: Pick<Sighting, 'missedAt'> = {};
  return await api.wait(async () => {
    const missedAt = now();
    if (await isThere()) return { ...missed, at: now() };
    missed = { missedAt };
    return undefined;
  }, seconds);
}

async function noTrace(api: CloudApi, serverId: string, volume: NonNullable<Lease['volume']>): Promise<EffectReport> {
  // A row that is not complete yet may be hidden from newer microversions, never from the oldest.
  const now = await findAttachment(api, serverId, volume.id, volume.before ? undefined : api.oldest);
  const expected = volume.before ? `attachment unchanged: ${JSON.stringify(volume.before)}` : 'volume not attached';
  if (!isDeepStrictEqual(now, volume.before)) {
    return { expected, received: now ? `attachment ${JSON.stringify(now)}` : 'attachment gone' };
  }
  const trace = await untouched(api, volume);
  return trace.received === null ? { expected, received: null } : trace;
}

/** A volume may be on its way back to where it was, so it is looked at more than once. */
async function untouched(api: CloudApi, { id, statuses }: LeasedVolume): Promise<EffectReport> {
  if (!api.hasVolumes || statuses === undefined) return { expected: 'nothing to see', received: null };
  let last = '';
  const back = await api.wait(async () => {
    last = (await readVolume(api, 'member', id))?.status ?? 'gone';
    return statuses.includes(last) ? true : undefined;
  }, api.data.limits.trace);
  return { expected: `volume ${statuses.join(' or ')} as before`, received: back ? null : `volume ${last}` };
}

function shows(attachment: Attachment | null, shown: Record<string, unknown> | undefined): boolean {
  return !shown || Object.entries(shown).every(([key, value]) => isDeepStrictEqual(attachment?.[key], value));
}

function pick(attachment: Attachment, keys: string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map(key => [key, attachment[key]]));
}
