import type { Timeline } from '../judge/timeline.ts';
import { succeeded } from '../stage/cloud-api.ts';
import type { Exchange } from '../target/exchange.ts';
import type { Watch, WatchedTimeline } from './watcher.ts';

/** One request of a scenario as it went. */
export interface PlayedStep {
  /** By which rules refer to its answer. */
  name?: string;
  exchange: Exchange;
  /** What was watched and what was seen, in the same order. */
  watches: readonly Watch[];
  timelines: readonly (Timeline & Partial<WatchedTimeline>)[];
  /** Milliseconds since the epoch: the zero of the timelines. */
  sentAt: number;
}

/** Whether a request was accepted. */
export function isAccepted({ exchange }: PlayedStep): boolean {
  return succeeded(exchange);
}

/** Whether a scenario can go on after a request: it was accepted and came to its end, or only its answer is of interest. */
export function isDone(step: PlayedStep): boolean {
  const isOver = step.timelines.every(({ completed }) => completed !== null);
  return isAccepted(step) ? isOver : step.name !== undefined && step.watches.length === 0;
}
