import type { WatchRule } from '../contract/async-data.ts';
import type { Level, RuleExpectation } from '../contract/rule.ts';

/** A request with `{{placeholders}}` that the stage fills in; the path is relative to the compute endpoint. */
export interface RequestTemplate {
  method: string;
  path: string;
  /** Raw query string without the question mark. */
  query?: string;
  headers: Record<string, string>;
  /** A JSON body. */
  body?: unknown;
  /** A body sent byte for byte, instead of `body`. */
  raw?: string;
  /** Whose token goes with it: the persona's own (default), none, or one that no Keystone issued. */
  token?: 'none' | 'invalid';
}

/** What the stage must have ready before the request: named situations of a server and up to two volumes. */
export interface Given {
  server: string;
  /** What the server is like; absent: as it usually is. */
  state?: string;
  volume?: string;
  other?: string;
  /** A second server. */
  beside?: string;
}

/** What must be true of the answer, and of the cloud after it. */
export interface Expectation extends Omit<RuleExpectation, 'when' | 'status'> {
  /** All acceptable status codes. */
  status: number[];
  /** Key of the error envelope, for refusals. */
  error?: string;
  /** Name of the sample whose keys and types the body must have. */
  sample?: string;
  /** What the request must have done once it is complete; `none`: it left no trace. Absent where nothing can change. */
  effect?: 'none' | 'attached' | 'detached' | 'updated' | 'swapped';
}

/** The closed list of reasons for which a case is not carried out. */
export type SkipReason =
  | 'microversion out of range'
  | 'state unreachable'
  | 'persona missing'
  | 'capability missing'
  | 'deselected';

/** Why a case is not carried out, and what would change that. */
export interface Skip {
  reason: SkipReason;
  detail: string;
}

/** What is asserted about a scenario. */
export interface CaseWatch {
  /** Scenarios are played once at a microversion, for all cases about them. */
  scenario: string;
  rule: WatchRule;
  /** What explains a deviation better; the case then passes. */
  unless: WatchRule[];
}

/** What is played for a case about histories. */
export interface CaseHistory {
  /** A generated history: its number among `runs` of a seed, each of `length` commands; and how it is played. */
  generated?: { mode: 'settled' | 'overlapping'; number: number; runs: number; length: number; seed: number };
  /** One that was written down; the last `together` of its commands go out at the same moment. */
  replay?: { mode: 'settled' | 'overlapping' | 'burst'; commands: unknown[]; together: number };
  /** Requests at the same moment, by the name of their burst. */
  burst?: string;
  /** At which the requests are sent. */
  microversions: string[];
}

/** One check of one rule at one microversion: plain data, nothing sent yet. */
export interface Case {
  /** `RULE[VARIANT]@MICROVERSION`, unique in a plan and stable between versions of the package. */
  id: string;
  rule: string;
  level: Level;
  suite: string;
  operation: string;
  microversion: string;
  persona: string;
  given: Given;
  request: RequestTemplate;
  expect: Expectation;
  /** For cases that are judged by what observers saw of a scenario; `expect` then lends its lease alone. */
  watch?: CaseWatch;
  /** For cases that are judged by whole histories. */
  history?: CaseHistory;
  /** Which of several times it is carried out, from 2; absent: the first one. */
  repetition?: number;
  /** Present when the plan already knows that the target cannot offer what the case needs. */
  skip?: Skip;
}
