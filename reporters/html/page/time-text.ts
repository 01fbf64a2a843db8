import { duration } from '../../../src/report/duration.ts';

/** A measured time: `12 ms`, `1.7s`, `2m05s`. */
export function timeText(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : duration(ms);
}
