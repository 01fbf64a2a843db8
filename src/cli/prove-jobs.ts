import type { CloudOptions } from '../../cloud/cloud.ts';
import type { Outcome } from '../prove/outcome.ts';

/** One target that a thread starts, judges and stops. */
export type ProveJob = MutantJob | GoodJob;

/** What a thread is told. */
export interface ProveOrder {
  job: ProveJob;
  /** See `Signal`: whether the judgement is to stop. */
  signal: SharedArrayBuffer;
}

/** A cloud with one mistake. */
export interface MutantJob {
  fault: string;
  /** Rules that are to catch it. */
  breaks: readonly string[];
  /** Whether it is judged by every rule, after those. */
  whole: boolean;
  /** Whether scenarios are played at every microversion that has them. */
  thorough: boolean;
  seed: number;
}

/** A cloud without a mistake, which no rule may find fault with. */
export interface GoodJob {
  cloud: Pick<CloudOptions, 'release' | 'delay' | 'deployment'>;
  /** Whether it is judged by the whole plan, or by a part that the seed draws. */
  whole: boolean;
  seed: number;
}

/** What came of a cloud with a mistake. */
export interface MutantOutcome {
  /** One judgement by the rules that are to catch it after the other, until each has alarmed. */
  attempts: Attempt[];
  /** By every rule; null where that was not asked for. */
  whole: Attempt | null;
}

/** One judgement of a cloud of a release. */
export interface Attempt extends Outcome {
  release: string;
}

/** What came of a cloud without a mistake. */
export interface GoodOutcome extends Outcome {
  microversions: string[];
}
