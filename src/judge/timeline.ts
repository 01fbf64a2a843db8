/** One reading of one observer: what was true at some moment between `from` and `to`. */
export interface Sample {
  /** Who was asked, by its name in the contract: `list`, `volume`, `action` ...; `answer` is the request's own. */
  observer: string;
  /** What it showed, in the contract's words: `present`, `in-use`, `running` ... */
  shown: string;
  /** Milliseconds since the request was sent: when the reading was sent, and when its answer had come. */
  from: number;
  to: number;
  /** What else was read, e.g. the attachment as the list gave it. */
  detail?: unknown;
}

/** What the observers saw of one request, from the moment it was sent. */
export interface Timeline {
  /** What was asked for, by the name of its course in the contract: `attach`, `detach` ... */
  course: string;
  /** Method and path of the request. */
  request: string;
  /** Ascending by `to`. */
  samples: Sample[];
  /** Milliseconds until a reading had shown the end state of the course; null: it was not seen within the limit. */
  completed: number | null;
  /** Of these, milliseconds since the reading before began that did not show it; 0 where it was not seen. */
  blur: number;
  /** Seconds that it was waited for at most. */
  limit: number;
}
