/** What a page tells of a case that is one request, beside its exchanges. `L`: the facts of a lease. */
export interface CaseFacts<L = unknown> {
  kind: 'case';
  /** Of several pages of a case, all but the last one are of attempts that came too late for their moment. */
  case: string;
  lease: L;
  /** Whether the server was in its situation until after the answer. */
  lasted: boolean;
  waits: number[];
}

/** What a page tells of a scenario that was played. */
export interface ScenarioFacts<L = unknown> {
  kind: 'scenario';
  lease: L;
  /** Its requests, in the order in which their scenario names them. */
  steps: StepFacts[];
}

/** One request of a scenario, by the numbers of exchanges. */
export interface StepFacts {
  exchange: number;
  /** Milliseconds since the epoch, to the microsecond: the zero of its timelines. */
  sentAt: number;
  /** For each watch of the step: the readers that were asked, with the numbers of the exchanges, and how it ended. */
  timelines: {
    readings: [reader: number, exchange: number][];
    isAnswered: boolean;
    completed: number | null;
    blur: number;
  }[];
}

/** What a page tells of a history, or of a burst, that was played. */
export interface HistoryFacts<C = unknown> {
  kind: 'history';
  case: string;
  mode: 'settled' | 'overlapping' | 'burst';
  /** What was to be played; the last `together` of them at the same moment. */
  commands: C[];
  together: number;
  /** Values of placeholders that do not depend on servers and volumes. */
  values: Record<string, string>;
  /** Ids by number, those that were made on the way included. */
  servers: string[];
  volumes: string[];
  unknownId: string;
  /** Device names in the order in which they were asked for. */
  devices: string[];
  /** What had been found out about the target before. */
  unreachable: Record<string, string>;
  keepsSome: boolean;
  /** Seconds after which rest was not waited for any longer; null: the contract's own limits. */
  restLimit: number | null;
  /** Whether it is an attempt to make a failed one shorter. */
  isAttempt: boolean;
  waits: number[];
}

/** What stands in the pages of our own HARs. */
export type PageFacts = CaseFacts | ScenarioFacts | HistoryFacts;
