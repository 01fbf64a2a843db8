import type { Level } from '../contract/rule.ts';
import type { SkipReason } from '../plan/case.ts';
import type { Exchange } from '../target/exchange.ts';
import type { RetoldHistory } from './retold-history.ts';
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

/** One command of a history that failed. */
export interface HistoryStep {
  /** `attach.tag@2.79 server 1 volume 2` */
  text: string;
  expected: string;
  received: string;
  /** What was sent; missing for steps of servers and new volumes. */
  exchange?: Exchange;
  /** The reading after it that shows the failure. */
  reading?: Exchange;
}

/** What was played for a case about histories. */
export interface HistoryResult {
  /** Histories or bursts, and their commands. */
  played: number;
  commands: number;
  requests: number;
  /** `SITUATION OPERATION` and `STEP: FROM -> TO` -> how often; all that there is, for histories that were generated. */
  coverage?: { pairs: Record<string, number>; steps: Record<string, number> };
  /** Why a history could not go on to its end, where that is nobody's failure. */
  ended?: string[];
  /** The shortest history that failed. */
  failure?: HistoryFailure;
}

/** A history that failed, as short as it could be made. */
export interface HistoryFailure {
  mode: 'settled' | 'overlapping' | 'burst';
  /** The rule that it breaks, of an operation or of histories. */
  rule: string;
  sentence: string;
  source: string[];
  /** Where it comes from: the seed, and which choices made it shorter. */
  seed: number;
  path: string | null;
  /** Number of the command after which it showed, from 0. */
  at: number;
  /** Commands of the history as it was generated. */
  from: number;
  /** How often shorter ones were tried, and what that took. */
  attempts: number;
  requests: number;
  durationMs: number;
  /** Whether it failed again when it was played again. */
  confirmed: boolean;
  /** At which requests were sent. */
  microversions: string[];
  /** Plain data, which `novaspec replay` plays again. */
  plan: unknown[];
  steps: HistoryStep[];
  servers: string[];
  volumes: string[];
  /** The same for whoever has no novaspec. */
  retold: RetoldHistory;
}

/** Why a failure of a case is accepted, and where that stands. */
export interface Waived {
  /** The baseline, as it was named. */
  file: string;
  line: number;
  /** The rule, family, case or pattern that is waived. */
  name: string;
  reason: string;
  /** http or https. */
  link?: string;
  /** `YYYY-MM-DD`: the last day (UTC) on which it is. */
  expires?: string;
}

/** The outcome of one case, as it goes from the suite to the reporters: plain, cloneable data. */
export interface CaseResult {
  id: string;
  verdict: 'pass' | 'fail' | 'waived' | 'skipped' | 'error';
  /** `RULE: expected X, received Y` of the first deviation, of a waived one behind why it is; for errors and skips the cause. Absent on a plain pass. */
  message?: string;
  skip?: { reason: SkipReason; detail: string };
  /** Of a failure that was waived, which keeps its evidence. */
  waiver?: Waived;
  deviations: Deviation[];
  /** Differences that never fail a run: informative rules, or weaker than the levels that were asked for. */
  findings: Deviation[];
  /** Kept for cases that did not pass. */
  exchanges: Exchange[];
  /** Milliseconds since the epoch. */
  startedAt: number;
  durationMs: number;
  /** How many requests the case itself sent; where it is about histories, without what builds and moves their servers. */
  requests: number;
  /** Of each request that was accepted and whose completion was seen. */
  timings?: Timing[];
  /** What the observers saw: of the request that a deviation is about, or of a whole scenario for the case that played it. */
  timelines?: Timeline[];
  /** For how many milliseconds it was watched that nothing happened, where that is what was asserted. */
  absentMs?: number;
  /** For cases about histories. */
  history?: HistoryResult;
  /** Of a case that was carried out several times with different outcomes: the verdict of each time, in order. */
  verdicts?: CaseResult['verdict'][];
}
