import type { Timeline } from '../judge/timeline.ts';
import type { Exchange } from '../target/exchange.ts';
import type { Watch } from './watcher.ts';

/** One request of a scenario as it went. */
export interface PlayedStep {
  /** By which rules refer to its answer. */
  name?: string;
  exchange: Exchange;
  /** What was watched and what was seen, in the same order. */
  watches: readonly Watch[];
  timelines: readonly Timeline[];
}
