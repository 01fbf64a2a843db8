import type { Exchange } from './http/exchange.ts';
import type { Reply } from './http/reply.ts';

/** Answers a request before any service sees it, cuts its connection before (`reset`) or after that (`lost`), or lets it through. */
export type Interruption = (exchange: Exchange) => Reply | 'reset' | 'lost' | undefined;

/** How a server action ends: well, with the server as it was, with the server in ERROR, or never. */
export type Outcome = 'done' | 'back' | 'error' | 'never';

/** What the surroundings of the attachments do to a client; a quiet one unless a trouble says otherwise. */
export interface Environment {
  /** The first one that has an answer gives it. */
  readonly interruptions: Interruption[];
  /** Asked once for each server: the text of its fault where its build fails. */
  buildFailure: () => string | undefined;
  /** Asked once for each volume: whether it ends in `error`. */
  volumeFailure: () => boolean;
  /** The ends of server actions by their key; an action that is not named here ends well. */
  readonly outcomes: Map<string, Outcome>;
  /** Milliseconds that each of these takes longer than it has to; infinite for what never ends. */
  buildMs: number;
  volumeMs: number;
  deleteMs: number;
}

/** Surroundings without any trouble. */
export function createEnvironment(): Environment {
  return {
    interruptions: [],
    buildFailure: () => undefined,
    volumeFailure: () => false,
    outcomes: new Map(),
    buildMs: 0,
    volumeMs: 0,
    deleteMs: 0,
  };
}
