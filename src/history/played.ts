import type { Level } from '../contract/rule.ts';
import type { Command } from '../model/command.ts';
import type { Exchange } from '../target/exchange.ts';

/** One command of a history as it was played. */
export interface PlayedCommand {
  command: Command;
  /** In words. */
  text: string;
  /** Missing where nothing of the API was asked: a step of a server, a new volume. */
  exchange?: Exchange;
  /** The reading after it that showed a failure. */
  reading?: Exchange;
  /** What the contract says: `200` or `409 conflictingRequest (attach.state.paused)`. */
  expected: string;
  received: string;
}

/** How a history breaks the contract. */
export interface Failure {
  /** Number of the command after which it showed. */
  at: number;
  /** The rule, or the invariant of histories, that says otherwise. */
  rule: string;
  sentence: string;
  source: string[];
  level: Level;
  what: string;
  expected: string;
  received: string;
}

/** A history that was played: to its end, or up to its failure. */
export interface Played {
  commands: PlayedCommand[];
  failure: Failure | null;
  /** Why it ended early although nothing failed; null where it did not. */
  ended: string | null;
  /** How many requests it took, readings included. */
  requests: number;
  durationMs: number;
  /** The endpoints and ids, for whoever plays it again. */
  servers: string[];
  volumes: string[];
}
