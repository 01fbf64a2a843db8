import type { Pace } from './pace.ts';

/** What a timer of Node takes at most; a longer one would end at once. */
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Paces everything that happens behind an answer: each step takes a while, so that a client can observe the states in
 * between as it could on a real cloud.
 */
export class Clock {
  readonly #pace: Pace;
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  constructor(pace: Pace) {
    this.#pace = pace;
  }

  /** Resolves one step later; never after `stop`. */
  step(): Promise<void> {
    return this.#sleep(this.#pace.step());
  }

  /** Resolves after so many parts of building a server; never after `stop`. */
  async build(parts: number): Promise<void> {
    for (let left = parts; left > 0; left -= 1) await this.#sleep(this.#pace.build());
  }

  /** Resolves so many milliseconds later, at once for none; never after `stop` or for an infinite time. */
  wait(ms: number): Promise<void> {
    return ms === 0 ? Promise.resolve() : this.#sleep(ms);
  }

  /** Starts work that no answer waits for; its failure is a warning, as a real service would only log it. */
  background(work: () => Promise<void>): void {
    work().catch((error: unknown) => {
      process.emitWarning(error instanceof Error ? error : String(error));
    });
  }

  /** Drops all steps still to come. */
  stop(): void {
    this.#stopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  #sleep(ms: number): Promise<void> {
    return new Promise(resolve => {
      if (this.#stopped || ms === Number.POSITIVE_INFINITY) return;
      // A timer takes a millisecond at least.
      if (ms === 0) {
        setImmediate(() => {
          if (!this.#stopped) resolve();
        });
        return;
      }
      const timer = setTimeout(
        () => {
          this.#timers.delete(timer);
          resolve();
        },
        Math.min(ms, LONGEST_MS),
      );
      this.#timers.add(timer);
    });
  }
}
