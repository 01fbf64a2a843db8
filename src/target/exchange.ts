/** What is sent: relative to a service's endpoint, everything already filled in. */
export interface RequestSpec {
  method: string;
  /** Path below the service's endpoint, e.g. `/servers`. */
  path: string;
  /** Raw query string without the question mark. */
  query?: string;
  /**
   * Names are sent as they are written, and replace ours (Accept, User-Agent, Content-Type, X-Auth-Token) in any case. A
   * body goes with `Content-Type: application/json` unless another is given; an empty one stands for no Content-Type at all.
   */
  headers?: Record<string, string>;
  /** A JSON body; `raw` is sent byte for byte (UTF-8) instead. */
  body?: unknown;
  raw?: string;
  /** `own`: the persona's token (default); `none`; `invalid`: one that no Keystone issued. */
  token?: 'own' | 'none' | 'invalid';
  /** Whether a 503 with Retry-After is waited for with an unsafe method too: for who bears that it may be done twice. */
  patient?: boolean;
}

/** One request and its answer as they were on the wire, secrets already replaced by `***`. */
export interface Exchange {
  /** Without the headers that every request needs: Host, Connection, Content-Length. */
  request: { method: string; url: string; headers: Record<string, string>; body?: string };
  response: {
    status: number;
    /** Lower-case names; repeated headers joined by `, `. */
    headers: Record<string, string>;
    /** Body as text, as received. */
    body: string;
    /** The parsed body, when it is JSON. */
    json?: unknown;
  };
  /** Milliseconds since the epoch, to the microsecond: when the request went out. */
  startedAt: number;
  /** Milliseconds until the whole answer had come, to the microsecond. */
  durationMs: number;
}
