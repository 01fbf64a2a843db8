import type { Level } from '../contract/rule.ts';
import type { SkipReason } from '../plan/case.ts';
import type { Exchange } from '../target/exchange.ts';
import type { Timeline } from './timeline.ts';

/** One difference between what the contract says and what came. */
export interface Deviation {
  /** What was looked at: `status`, `body /volumeAttachment/tag`, `header vary`, `effect` ... */
  what: string;
  expected: string;
  received: string;
  level: Level;
}

/** How long the target took for what a case asked for. */
export interface Timing {
  operation: string;
  /** What the server was like: a situation of the contract, e.g. `active` or `shelved_offloaded`. */
  state: string;
  /** Milliseconds from sending the request to its answer. */
  acceptedMs: number;
  /** Milliseconds from sending the request until a reading had shown the end state. */
  completedMs: number;
  /** Of these, how long before it the reading before began that did not show it: the end state came somewhere in between. */
  blurMs: number;
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
  /** Of each request that was accepted and whose completion was seen. */
  timings?: Timing[];
  /** What the observers saw: of the request that a deviation is about, or of a whole scenario for the case that played it. */
  timelines?: Timeline[];
  /** For how many milliseconds it was watched that nothing happened, where that is what was asserted. */
  absentMs?: number;
}
