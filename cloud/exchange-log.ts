import type { Json } from './json.ts';

/** One request and its answer. Tokens, passwords and secrets are `***`. */
export interface LoggedExchange {
  /** Counts from 1 since the start or the last reset. */
  readonly id: number;
  /** When the request was complete, in ISO 8601. */
  readonly time: string;
  /** Milliseconds until it was answered. */
  readonly duration: number;
  /** The type of the service in the catalog; null where no service has the path. */
  readonly service: string | null;
  readonly request: {
    readonly method: string;
    /** With its query, as it was sent. */
    readonly path: string;
    /** Names in lower case. */
    readonly headers: Readonly<Record<string, string | readonly string[]>>;
    /** Parsed where it is JSON, else text; null where there is none, or more than a service reads. */
    readonly body: Json;
  };
  /** Null where a trouble has cut the connection. */
  readonly response: {
    readonly status: number;
    /** In the order of their sending, repeated ones apart. */
    readonly headers: readonly (readonly [name: string, value: string])[];
    readonly body: Json;
  } | null;
}

/** What a cloud was asked and has answered, oldest first. */
export interface ExchangeLog {
  /** How many older ones were dropped, because the log is limited. */
  readonly dropped: number;
  readonly exchanges: readonly LoggedExchange[];
}
