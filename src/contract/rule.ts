import type { WatchRule } from './async-data.ts';
import type { HistoryRule } from './histories-data.ts';

/** `required`: the published contract. `advisory`: what every known Nova does, unpublished. `informative`: never a failure. */
export type Level = 'required' | 'advisory' | 'informative';

/** The levels, strongest first. */
export const levels: readonly Level[] = ['required', 'advisory', 'informative'];

/** What a request adds to the operation's baseline; a header of null takes the baseline's away. */
export interface RequestPatch {
  method?: string;
  /** Goes before and after the operation's path. */
  prefix?: string;
  suffix?: string;
  query?: string;
  headers?: Record<string, string | null>;
  body?: unknown;
  /** Sent byte for byte instead of the body. */
  raw?: string;
  token?: 'none' | 'invalid';
}

/** Named situations, known to the stage. `state`: what the server is like; `other`: a second volume. */
export interface GivenPatch {
  server?: string;
  state?: string;
  volume?: string;
  other?: string;
  /** A second server. */
  beside?: string;
}

/** What must come back; `when` limits an alternative to targets by their maximum microversion, e.g. `<2.96`. */
export interface RuleExpectation {
  when?: string;
  status: number | number[];
  /** `any`: the body is the business of another rule, or does not come from Nova itself. */
  body?: 'any';
  match?: unknown;
  /** Header -> regular expression with placeholders; null: absent. */
  headers?: Record<string, string | null>;
  /** Regular expression with placeholders for the message of a refusal; wording is nobody's promise, so another one is a finding. */
  message?: string;
  items?: { compare: 'subset' | 'equal' | 'empty'; max?: number; fewer?: number[] };
  /** Values that the attachment must show once the request has taken effect, even if it is refused. */
  shown?: Record<string, unknown>;
}

/** Where cases come from that nobody lists by hand. */
export type Generator =
  | 'samples'
  | 'request-violations'
  | 'request-values'
  | 'random-requests'
  | 'query-violations'
  | 'query-values'
  | 'random-queries';

/** One rule as it stands in `specs/`, at one class of microversions; `specs/rule.schema.json` describes each property. */
export interface RuleData {
  sentence: string;
  level: Level;
  source: string[];
  suite: string;
  operations?: 'all' | string[];
  at?: 'ends' | 'first' | 'last';
  persona?: string;
  given?: GivenPatch;
  request?: RequestPatch;
  expect: RuleExpectation | RuleExpectation[];
  variants?: Record<string, { given?: GivenPatch; request?: RequestPatch; expect?: RuleExpectation }>;
  generate?: Generator;
  request_sample?: string;
  sample?: string;
  effect?: 'attached' | 'detached' | 'updated' | 'swapped';
  needs?: string[];
  /** Holds only for targets with such a maximum microversion, e.g. `>=2.95`. */
  target?: string;
  /** Judged by what observers saw of a scenario's requests; `expect` is about the answer of the one that is watched. */
  watch?: WatchRule;
  /** Judged by generated histories, or by requests at the same moment. */
  history?: HistoryRule;
}
