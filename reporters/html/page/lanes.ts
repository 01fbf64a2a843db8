import type { Sample } from '../../../src/judge/timeline.ts';
import { printableLine } from '../../../src/report/printable.ts';

/** Readings of one observer, one after the other, that showed the same. */
export interface Stretch {
  shown: string;
  from: number;
  to: number;
  samples: Sample[];
}

/** All readings of one observer. */
export interface Lane {
  observer: string;
  stretches: Stretch[];
}

/** The lanes of a timeline, in the order in which the observers were first heard. */
export function lanesOf(samples: readonly Sample[]): Lane[] {
  const lanes = new Map<string, Stretch[]>();
  for (const sample of samples) {
    const stretches = lanes.get(sample.observer) ?? [];
    lanes.set(sample.observer, stretches);
    const last = stretches.at(-1);
    const shown = printableLine(sample.shown);
    if (last?.shown === shown) {
      last.samples.push(sample);
      last.to = Math.max(last.to, sample.to);
    } else {
      stretches.push({ shown, from: sample.from, to: sample.to, samples: [sample] });
    }
  }
  return [...lanes].map(([observer, stretches]) => ({ observer, stretches }));
}

/** About `count` round numbers from 0 to `end`, for an axis. */
export function ticks(end: number, count: number): number[] {
  const rough = Math.max(end, 1) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(each => each * power).find(each => each >= rough) ?? power * 10;
  return Array.from({ length: Math.floor(end / step) + 1 }, (_, at) => at * step);
}
