import type { Level } from '../contract/rule.ts';

/** The first time that a rule found fault with a target. */
export interface Alarm {
  rule: string;
  /** Id of the case. */
  case: string;
  level: Level;
  /** Whether the case failed, or passed with a finding. */
  verdict: 'fail' | 'finding';
  /** `CASE: expected X, received Y` */
  headline: string;
  /** All that a reader is told, line by line. */
  text: string[];
  /** What the text lacks of what a diagnosis must have: `expected`, `received`, `sentence`, `source`. */
  lacks: string[];
  /** Milliseconds from the moment that the target was there. */
  afterMs: number;
}

/** What came of judging one target. */
export interface Outcome {
  /** Cases that were carried out, without those that were skipped. */
  judged: number;
  /** Cases that could not be judged, and the first reason. */
  errors: { count: number; first: string | null };
  /** One for each rule that alarmed, in the order of time. */
  alarms: Alarm[];
  /** The rule that a report of this run names first; null where none failed. */
  first: string | null;
  /** Sets of rules that failed in the same way, the plainest first in each; each rule that failed is in one at least. */
  causes: string[][];
  durationMs: number;
  /** Whether it was ended by its time limit, before all that it was to do. */
  cutShort: boolean;
}
