/** Which answers a rule about headers is about. */
export interface HeaderScope {
  rule: string;
  /** Only answers that accept, or that refuse. */
  accepted?: boolean;
  /** Only answers that are declared with a body, or without one. */
  body?: boolean;
  /** Only requests that accept just this media type; null: those that ask for none of these. */
  accept?: string | null;
  /** Only where the length of the answer must be said. */
  sized?: true;
}

/** Rules that refuse a body or a query by itself, and the one that lets it through. */
export interface InputRules {
  /** For a body that is no JSON, and for none. */
  malformed?: string;
  empty?: string;
  invalid: string;
  /** For properties that the schema does not know; `invalid` without it. */
  unknown?: string;
  valid: string;
}

/** What recorded exchanges can be judged by; `specs/os-volume_attachments/traffic.yaml` describes each part. */
export interface TrafficData {
  negotiation: { service: string; legacy: string; newest: string };
  endpoints: Record<string, string>;
  elsewhere: Record<string, string>;
  signs: string[];
  early: { statuses: number[]; sign: string; rule: string };
  accepted: Record<string, string[]>;
  samples: Record<string, string>;
  refused: Record<string, string[]>;
  microversions: Record<AskedBy, string>;
  headers: HeaderScope[];
  requests: {
    server: string;
    type: string;
    body: Record<string, InputRules>;
    query: Record<string, InputRules>;
  };
  placed: Record<string, string>;
  content_types: string[];
  refuses_schema: string;
  echoed: Record<string, string>;
  echoed_text: string[];
  null_at_first: string[];
  page: { rule: string; limit: string };
  kept: { rules: Record<string, string>; of: string; same: string; shown: Record<string, string> };
  told: Record<string, string>;
}

/** How a request names its microversion. */
export type AskedBy =
  /** By the document's header. */
  | 'number'
  /** By the older header alone. */
  | 'legacy'
  /** By the older header, beside one that names other services. */
  | 'fallback'
  /** By both, which disagree. */
  | 'both'
  /** By one of several entries, or in capitals. */
  | 'list'
  | 'absent'
  /** By the word for the newest one. */
  | 'newest'
  | 'malformed'
  /** By a number that no target offers. */
  | 'unsupported';
