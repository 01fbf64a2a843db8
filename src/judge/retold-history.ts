import type { StateStep } from '../contract/stage-data.ts';

/** An attachment as a list must show it. */
export interface RestingAttachment {
  /** Number of the volume. */
  volume: number;
  /** What a microversion does not show is not looked at. */
  properties: Record<string, unknown>;
}

/** What readings must show once nothing goes on any more, by number; null: it is gone. */
export interface Resting {
  /** Server -> its list. */
  lists: (RestingAttachment[] | null)[];
  /** Volume -> its statuses, and the servers that it names. */
  volumes: ({ statuses: string[]; servers: number[] } | null)[];
}

/** One step of a history as somebody without novaspec can take it. */
export interface RetoldStep {
  /** Persona whose token goes with it; `none` and `invalid` stand for no token and a made-up one. */
  caller: string;
  /** Number of the server; null: none, or one that does not exist. */
  server: number | null;
  /** Statuses that the contract allows; none for steps of servers and new volumes. */
  statuses: number[];
  /** For steps of servers: what to send, and what the server shows after it. */
  take?: StateStep[];
  /** For new volumes: their kind. */
  create?: string;
  /** What must be there before it; any one of them. Missing: whatever there is. */
  before?: Resting[];
  /** What must be there after it; any one of them. */
  after: Resting[];
  /** What is read of it before the next step. */
  looks: { servers: number[]; volumes: number[] };
}

/** What the calls of a burst may be answered, and what must be there then. */
export interface BurstOutcome {
  /** For each call its status; for steps of servers `accepted` or `refused`. */
  answers: string[];
  after: Resting[];
}

/** Plain data for whoever plays a failed history again without novaspec. */
export interface RetoldHistory {
  /**
   * Where the failure shows: in the status of the last step, in the list that it was answered with, in something else of its
   * answer, in a reading after it, or in what calls at the same moment lead to.
   */
  shows: 'status' | 'list' | 'answer' | 'reading' | 'burst';
  /** What was looked at: `status`, `body /volumeAttachment/tag`, `list of server 1` ... */
  what: string;
  expected: string;
  received: string;
  steps: RetoldStep[];
  /** How many of the steps at the end are sent at the same moment. */
  together: number;
  /** Everything that such calls may lead to. */
  outcomes: BurstOutcome[];
}
