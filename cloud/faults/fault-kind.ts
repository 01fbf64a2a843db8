/** Where a mistake lies, each of which has several faults; a table. */
export const faultKinds = [
  /** The microversion that a request asks for is misread. */
  'negotiation',
  /** A path or method means something else. */
  'routing',
  /** Requests are checked too little or too much. */
  'validation',
  /** Who may do what: roles, other projects, tokens, and whom a lock holds back. */
  'persona',
  /** The right answer under the wrong status. */
  'status',
  /** What a body looks like: its keys, their types and what they name. */
  'schema',
  'header',
  /** Of two refusals the wrong one. */
  'precedence',
  /** The state of the server. */
  'state',
  /** The state of the volume: what Cinder holds of it, and which servers have it. */
  'volume',
  'paging',
  /** A change of the contract comes early, late, or not at all. */
  'microversion-gate',
  /** Accepted, but nothing happens, too little, or something else. */
  'lost-effect',
  /** Something is there, or happens, that nobody asked for or that was refused. */
  'phantom',
  /** What can be seen behind an answer, and in which order. */
  'async-order',
  /** Only requests that overlap show it. */
  'concurrency',
  /** Only what came before shows it. */
  'sequence',
  /** What stands in front of Nova changes what goes through it. */
  'proxy',
] as const;

/** One of them. */
export type FaultKind = (typeof faultKinds)[number];
