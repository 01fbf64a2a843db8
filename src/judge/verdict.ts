import type { Level } from '../contract/rule.ts';
import type { SkipReason } from '../plan/case.ts';
import type { Exchange } from '../target/exchange.ts';

/** One difference between what the contract says and what came. */
export interface Deviation {
  /** What was looked at: `status`, `body /volumeAttachment/tag`, `header vary`, `effect` ... */
  what: string;
  expected: string;
  received: string;
  level: Level;
}

/** The outcome of one case, as it goes from the suite to the reporters: plain, cloneable data. */
export interface CaseResult {
  id: string;
  verdict: 'pass' | 'fail' | 'waived' | 'skipped' | 'error';
  /** `RULE: expected X, received Y` of the first deviation; for errors and skips the cause. Absent on a plain pass. */
  message?: string;
  skip?: { reason: SkipReason; detail: string };
  deviations: Deviation[];
  /** Differences that never fail a run: informative rules, or weaker than the levels that were asked for. */
  findings: Deviation[];
  /** Kept for cases that did not pass. */
  exchanges: Exchange[];
  /** Milliseconds since the epoch. */
  startedAt: number;
  durationMs: number;
  /** How many requests the case itself sent. */
  requests: number;
}
