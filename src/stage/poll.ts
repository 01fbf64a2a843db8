import { setTimeout as sleep } from 'node:timers/promises';
import { interrupted } from './stage-error.ts';

/** How fast to poll, in milliseconds: the first pause, its growth, its ceiling. */
export interface Pace {
  first: number;
  growth: number;
  ceiling: number;
}

/**
 * Asks until `ask` gives something other than undefined, faster at first and with some jitter so that many waits do not
 * ask in step. Gives undefined when `limitMs` is over. @throws StageError once `isCancelled` says so
 */
export async function poll<T>(
  ask: () => Promise<T | undefined>,
  limitMs: number,
  pace: Pace,
  isCancelled: () => boolean,
): Promise<T | undefined> {
  const end = Date.now() + limitMs;
  for (let pause = pace.first; ; pause = Math.min(pause * pace.growth, pace.ceiling)) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (isCancelled()) throw interrupted();
    const left = end - Date.now();
    if (left <= 0) return undefined;
    await sleep(Math.min(left, pause * (0.75 + Math.random() / 2)));
  }
}
