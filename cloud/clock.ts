/**
 * Paces everything that happens behind an answer: one step lasts `delayMs` milliseconds, so that a client can
 * observe the states in between as it could on a real cloud.
 */
export class Clock {
  readonly #delayMs: number;
  readonly #timers = new Set<NodeJS.Timeout>();
  #stopped = false;

  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  /** Resolves one step later; never after `stop`. */
  step(): Promise<void> {
    return new Promise(resolve => {
      if (this.#stopped) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, this.#delayMs);
      this.#timers.add(timer);
    });
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
}
