/** A name and a value, as HAR has them: headers, parameters of queries. */
export interface HarPair {
  name: string;
  value: string;
}

/**
 * One exchange as HAR 1.2 keeps it. Recorders leave out what the format demands, so nothing is promised to be there. Fields of
 * their own, which begin with an underscore, are kept as they are.
 */
export interface HarEntry {
  /** ISO 8601. */
  startedDateTime?: string;
  /** Milliseconds. */
  time?: number;
  request?: {
    method?: string;
    /** Absolute. */
    url?: string;
    httpVersion?: string;
    headers?: HarPair[];
    postData?: {
      mimeType?: string;
      text?: string;
      params?: unknown[];
      encoding?: string;
      [own: `_${string}`]: unknown;
    };
    /** Bytes; -1: not known. */
    bodySize?: number;
    [own: `_${string}`]: unknown;
  };
  response?: {
    /** 0: no answer came. */
    status?: number;
    statusText?: string;
    httpVersion?: string;
    headers?: HarPair[];
    /** `size`: bytes, decompressed; `encoding`: `base64`, where the text is that of the bytes. */
    content?: { size?: number; mimeType?: string; text?: string; encoding?: string; [own: `_${string}`]: unknown };
    /** Bytes on the wire; -1: not known. */
    bodySize?: number;
    [own: `_${string}`]: unknown;
  };
  /** Id of one of the pages. */
  pageref?: string;
  comment?: string;
  [own: `_${string}`]: unknown;
}

/** A page of HAR: a group of entries, with whatever fields its recorder added. */
export interface HarPage {
  id?: string;
  title?: string;
  startedDateTime?: string;
  comment?: string;
  [own: `_${string}`]: unknown;
}

/** Who wrote a HAR. */
export interface HarCreator {
  name?: string;
  version?: string;
}
