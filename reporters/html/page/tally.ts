import type { Counts } from '../../../src/report/counts.ts';
import type { Judged } from './run.ts';

/** Counts cases by two names at once, e.g. rule and microversion. */
export class Tally {
  private readonly cells = new Map<string, Counts>();

  /** Counts a case. */
  add(row: string, column: string, { result }: Judged): void {
    const key = `${row}\n${column}`;
    const counts = this.cells.get(key) ?? { total: 0, pass: 0, fail: 0, waived: 0, skipped: 0, error: 0, unjudged: 0 };
    counts.total += 1;
    counts[result?.verdict ?? 'unjudged'] += 1;
    this.cells.set(key, counts);
  }

  /** What was counted there; undefined where there was nothing. */
  at(row: string, column: string): Counts | undefined {
    return this.cells.get(`${row}\n${column}`);
  }
}
