import type { Timing } from '../judge/verdict.ts';
import { groupBy } from './group-by.ts';
import type { Report } from './model.ts';
import { percentile } from './percentile.ts';

/** Milliseconds; percentiles by nearest rank. */
export interface Spread {
  p50: number;
  p95: number;
  max: number;
}

/** How long a target took for one operation on servers in one situation. */
export interface TimingSummary {
  operation: string;
  state: string;
  /** How many times it was measured. */
  n: number;
  /** From sending the request to its answer. */
  accepted: Spread;
  /** From sending the request until a reading had shown the end state. */
  completed: Spread;
  /** Milliseconds, the median: how much earlier than it was seen the end state may have come. */
  blur: number;
}

/** The times of a run by operation and situation, each in the order of the plan. */
export function timingsOf({ cases, results }: Report): TimingSummary[] {
  const all = cases.flatMap(({ id }) => results.get(id)?.timings ?? []);
  return [...groupBy(all, ({ operation }) => operation).values()].flatMap(ofOperation =>
    [...groupBy(ofOperation, ({ state }) => state).values()].map(summaryOf),
  );
}

function summaryOf(timings: [Timing, ...Timing[]]): TimingSummary {
  const [{ operation, state }] = timings;
  return {
    operation,
    state,
    n: timings.length,
    accepted: spreadOf(timings.map(({ acceptedMs }) => acceptedMs)),
    completed: spreadOf(timings.map(({ completedMs }) => completedMs)),
    blur: spreadOf(timings.map(({ blurMs }) => blurMs)).p50,
  };
}

function spreadOf(values: number[]): Spread {
  const ascending = values.toSorted((a, b) => a - b);
  return { p50: percentile(ascending, 50), p95: percentile(ascending, 95), max: percentile(ascending, 100) };
}
