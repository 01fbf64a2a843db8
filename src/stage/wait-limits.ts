import type { StageData } from '../contract/stage-data.ts';

/** Limits that the user's own can only shorten: they tell how long nothing may happen, not how long something may take. */
const pauses = ['server_settle', 'detach_unlist', 'absence', 'standstill'] as const;

/** How long a whole clean-up may take, and how late something may appear, is not about a single wait. */
const kept: readonly string[] = [...pauses, 'clean_up', 'creation_shows'];

/** Gives every wait for the cloud the same limit, in seconds. */
export function limitWaits(limits: StageData['limits'], seconds: number): void {
  for (const name of Object.keys(limits) as (keyof typeof limits)[]) if (!kept.includes(name)) limits[name] = seconds;
  for (const name of pauses) limits[name] = Math.min(limits[name], seconds);
}
