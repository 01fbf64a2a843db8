import type { CaseResult } from '../../src/judge/verdict.ts';
import { type Counts, countVerdicts } from '../../src/report/counts.ts';
import type { Report } from '../../src/report/model.ts';

// Enough for a steady rate at the concurrency of a run, few enough to notice that a slow suite began.
const windowSize = 60;
const leastForAnEstimate = 5;

/** Where a run stands right now; times in milliseconds. */
export interface ProgressView {
  counts: Counts;
  done: number;
  suite: string;
  phase: string;
  elapsedMs: number;
  /** Null as long as too few cases were carried out to tell. */
  leftMs: number | null;
}

/** Follows a run and answers where it stands. */
export class Progress {
  #suite = '';
  #phase = '';
  #recent: number[] = [];

  enterSuite(suite: string): void {
    this.#suite = suite;
  }

  enterPhase(phase: string): void {
    this.#phase = phase;
  }

  judged(result: CaseResult): void {
    this.#phase = '';
    // Skips cost nothing and come in bursts: they say nothing about the rate.
    if (result.verdict !== 'skipped') this.#recent = [...this.#recent.slice(1 - windowSize), Date.now()];
  }

  view(report: Report): ProgressView {
    const counts = countVerdicts(report.cases, report.results);
    return {
      counts,
      done: counts.total - counts.unjudged,
      suite: this.#suite,
      phase: this.#phase,
      elapsedMs: Date.now() - report.startedAt,
      leftMs: this.#estimate(report),
    };
  }

  #estimate(report: Report): number | null {
    const [first] = this.#recent;
    if (first === undefined || this.#recent.length < leastForAnEstimate) return null;
    const left = report.cases.filter(c => c.skip === undefined && !report.results.has(c.id)).length;
    return (left * (Date.now() - first)) / (this.#recent.length - 1);
  }
}
