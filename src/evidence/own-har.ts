import type { HarPair } from './har.ts';

/** What novaspec adds to an entry: all that is needed to judge it again. */
export interface EntryNotes {
  /** Its number among the requests of its page, from 0, in the order in which they were sent. */
  number: number;
  persona: string;
  service: string;
  /** Milliseconds since the epoch, to the microsecond: when the request went out. */
  at: number;
  /** Why no answer came. */
  error?: { kind: string; message: string };
}

/** One exchange in HAR 1.2; what novaspec does not read of others' entries is left out. */
export interface OwnEntry {
  /** The page, i.e. what it was asked for. */
  pageref?: string;
  /** ISO 8601. */
  startedDateTime: string;
  /** Milliseconds until the whole answer had come. */
  time: number;
  request: {
    method: string;
    url: string;
    httpVersion: string;
    cookies: unknown[];
    headers: HarPair[];
    queryString: HarPair[];
    postData?: { mimeType: string; text: string };
    headersSize: number;
    bodySize: number;
  };
  response: {
    /** 0: none came. */
    status: number;
    statusText: string;
    httpVersion: string;
    cookies: unknown[];
    headers: HarPair[];
    content: { size: number; mimeType: string; text?: string };
    redirectURL: string;
    headersSize: number;
    bodySize: number;
  };
  cache: object;
  timings: { send: number; wait: number; receive: number };
  _novaspec?: EntryNotes;
}

/** What some requests were for: in a run of novaspec a case, a scenario, a history, or the stage's own work. */
export interface OwnPage {
  id: string;
  title: string;
  /** ISO 8601. */
  startedDateTime: string;
  pageTimings: object;
  /** What must be known beside the exchanges to judge them again; missing where they decide nothing. */
  _novaspec?: unknown;
}
