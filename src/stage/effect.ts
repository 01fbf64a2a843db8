import { isDeepStrictEqual } from 'node:util';
import type { Case } from '../plan/case.ts';
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
  const reached = await api.wait(async () => {
    last = await readStanding(api, serverId, volume.id, one.microversion);
    if (effect === 'swapped') {
      const other = lease.otherId === null ? null : await readStanding(api, serverId, lease.otherId, one.microversion);
      const done = isDetached(api, last, serverId) && other !== null && isAttached(api, other, serverId);
      return done ? true : undefined;
    }
    // An update changes the list alone; the volume may be anywhere on its way.
    if (effect === 'updated') return last.attachment && shows(last.attachment, shown) ? true : undefined;
    const done = effect === 'detached' ? isDetached(api, last, serverId) : isAttached(api, last, serverId);
    return done && shows(last.attachment, shown) ? true : undefined;
  }, seconds);
  const showing = shown ? ` showing ${JSON.stringify(shown)}` : '';
  const expected = `${effect}${showing} within ${seconds} s`;
  if (reached) return { expected, received: null };
  const seen = shown && last.attachment ? `, showing ${JSON.stringify(pick(last.attachment, Object.keys(shown)))}` : '';
  return { expected, received: `${standingText(last)}${seen}` };
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
