import { type CloudOptions, releases } from '../../cloud/cloud.ts';
import type { GoodJob } from './prove-jobs.ts';

/** A run on a cloud without a mistake, and its name in the proof. */
export interface GoodCloud {
  name: string;
  job: GoodJob;
}

/** Milliseconds of each step behind an answer, in turn. */
const delays: readonly number[] = [1, 0, 5, 2, 15, 40];

/** Every so many runs one takes as long as a real cloud. */
const realisticEvery = 100;

const orders = ['inserted', 'volume-id', 'reversed', 'shuffled'] as const;
const hidden = [
  { before: 1, after: 0 },
  { before: 0, after: 0 },
  { before: 0, after: 2 },
  { before: 3, after: 1 },
] as const;

/**
 * Clouds that differ in all that a mistake is not: release, pace, order of the list, rows that only count. Each has a seed of
 * its own, and is judged by every rule at one microversion; `wholeFirst`: the first one by the whole plan.
 */
export function goodClouds(count: number, seed: number, wholeFirst: boolean): GoodCloud[] {
  return Array.from({ length: count }, (_, index) => {
    // The newest first. Cycles of different lengths meet in all combinations, one after the other.
    const release = turn(releases.toReversed(), index);
    const delay =
      index % realisticEvery === realisticEvery - 1 ? 'realistic' : turn(delays, index + Math.floor(index / 12));
    const listOrder = turn(orders, index + Math.floor(index / 4));
    const hiddenRows = turn(hidden, index + Math.floor(index / 16));
    const cloud: CloudOptions = { release, delay, deployment: { listOrder, hiddenRows } };
    const rows = hiddenRows.before + hiddenRows.after;
    const name = `${release}, ${typeof delay === 'number' ? `delay ${delay} ms` : delay}, list ${listOrder}, ${rows} hidden`;
    return { name, job: { cloud, whole: index === 0 && wholeFirst, seed: seed + index } };
  });
}

function turn<T>(items: readonly T[], index: number): T {
  return items[index % items.length] as T;
}
