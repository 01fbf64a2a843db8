import { percentile } from '../../../src/report/percentile.ts';

/** How long something took, over many times: for a small histogram on a logarithmic axis. Milliseconds. */
export interface Spread {
  p50: number;
  p95: number;
  max: number;
  /** Heights of the bars, the highest is 1. */
  bars: number[];
}

/** An axis that all histograms share: each bar stands for a tenth part of a power of ten or so. */
export interface Axis {
  /** Milliseconds. */
  from: number;
  to: number;
  bars: number;
}

const barsPerPower = 8;

/** The axis that all these times fit on. */
export function axisOf(times: readonly number[]): Axis {
  const shortest = times.reduce((least, each) => Math.min(least, Math.max(each, 1)), Number.POSITIVE_INFINITY);
  const longest = times.reduce((most, each) => Math.max(most, each), 10);
  const powers = [Math.floor(Math.log10(shortest)), Math.ceil(Math.log10(longest))] as const;
  const count = Math.max(powers[1] - powers[0], 1);
  return { from: 10 ** powers[0], to: 10 ** (powers[0] + count), bars: count * barsPerPower };
}

/** The powers of ten from one end of the axis to the other. */
export function powersOn({ from, to }: Axis): number[] {
  return Array.from({ length: Math.round(Math.log10(to / from)) + 1 }, (_, at) => from * 10 ** at);
}

/** Where a time stands on the axis, from 0 to 1. */
export function placeOn({ from, to }: Axis, ms: number): number {
  const place = Math.log(Math.max(ms, from) / from) / Math.log(to / from);
  return Math.min(Math.max(place, 0), 1);
}

/** What is drawn and said of times; `times` is not empty. */
export function spreadOf(times: readonly number[], axis: Axis): Spread {
  const ascending = times.toSorted((a, b) => a - b);
  const bars = Array.from({ length: axis.bars }, () => 0);
  for (const ms of times) {
    const at = Math.min(Math.floor(placeOn(axis, ms) * axis.bars), axis.bars - 1);
    bars[at] = (bars[at] ?? 0) + 1;
  }
  const most = Math.max(...bars);
  return {
    p50: percentile(ascending, 50),
    p95: percentile(ascending, 95),
    max: percentile(ascending, 100),
    bars: bars.map(count => count / most),
  };
}
