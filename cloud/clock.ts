import { ApiError } from './http/api-error.ts';
import type { Pace } from './pace.ts';

/** What a timer of Node takes at most; a longer one would end at once. */
const LONGEST_MS = 2 ** 31 - 1;

/** What is left of all work on a clock that has ended: a refusal for a client that waits, nothing behind an answer. */
class ClockEnded extends ApiError {
  constructor() {
    super(503, 'The cloud was reset while this request was on its way.');
  }
}

interface Sleeper {
  readonly timer: NodeJS.Timeout | undefined;
  readonly wake: (error: ClockEnded) => void;
}

/**
 * Paces everything that happens behind an answer: each step takes a while, so that a client can observe the states in
 * between as it could on a real cloud.
 */
export class Clock {
  readonly #pace: Pace;
  readonly #sleepers = new Set<Sleeper>();
  #ended = false;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** Resolves one step later; ApiError 503 once the clock has ended. */
  step(): Promise<void> {
    return this.#sleep(this.#pace.step());
  }

  /** Resolves after so many parts of building a server; ApiError 503 once the clock has ended. */
  build(parts: number): Promise<void> {
    const ms = this.#pace.build();
    return ms === 0 ? this.#turns(parts) : this.#sleep(ms * parts);
  }

  /** Resolves so many milliseconds later, at once for none, never for an infinite time; ApiError 503 once the clock has ended. */
  wait(ms: number): Promise<void> {
    return ms === 0 ? Promise.resolve() : this.#sleep(ms);
  }

  /** Starts work that no answer waits for; its failure is a warning, as a real service would only log it. */
  background(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      if (!(error instanceof ClockEnded)) process.emitWarning(error instanceof Error ? error : String(error));
    });
  }

  /** Ends all work that waits for a step, and all that will. */
  end(): void {
    this.#ended = true;
    for (const { timer, wake } of this.#sleepers) {
      clearTimeout(timer);
      wake(new ClockEnded());
    }
    this.#sleepers.clear();
  }

  #sleep(ms: number): Promise<void> {
    if (this.#ended) return Promise.reject(new ClockEnded());
    // A timer takes a millisecond at least.
    if (ms === 0) return this.#turns(1);
    return new Promise((resolve, reject) => {
      const forever = ms === Number.POSITIVE_INFINITY;
      const timer = forever ? undefined : setTimeout(() => this.#wake(sleeper, resolve), Math.min(ms, LONGEST_MS));
      const sleeper: Sleeper = { timer, wake: reject };
      this.#sleepers.add(sleeper);
    });
  }

  /** So many turns of the event loop. */
  #turns(count: number): Promise<void> {
    return new Promise((resolve, reject) => {
      let left = count;
      const turn = (): void => {
        left -= 1;
        if (this.#ended) reject(new ClockEnded());
        else if (left > 0) setImmediate(turn);
        else resolve();
      };
      setImmediate(turn);
    });
  }

  #wake(sleeper: Sleeper, resolve: () => void): void {
    this.#sleepers.delete(sleeper);
    resolve();
  }
}
