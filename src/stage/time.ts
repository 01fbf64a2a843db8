import { setTimeout as sleep } from 'node:timers/promises';
import { poll } from './poll.ts';

/** How the stage lives in time; what was recorded is judged again in another one. */
export interface Time {
  /** Milliseconds since the epoch. */
  now: () => number;
  sleep: (ms: number) => Promise<unknown>;
  poll: typeof poll;
}

/** The time of this machine. */
export const wallTime: Time = { now: () => Date.now(), sleep: ms => sleep(ms), poll };
