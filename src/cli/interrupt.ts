/** The user's wish to stop has ended what was going on; its message says how far that was. */
export class InterruptedError extends Error {}

/** The user's wish to stop: the first signal ends the run in good order, the second one ends the process. */
export class Interrupt {
  happened = false;
  /** Whether the work is over and only the clean-up goes on, which the first signal does not end. */
  cleaning = false;
  /** The command that finishes the clean-up, once there may be something to remove. */
  cleanUp: string | null = null;
  private readonly listeners: (() => void)[] = [];
  private readonly handle = (signal: NodeJS.Signals) => {
    if (this.happened) {
      const how = this.cleanUp === null ? '' : `; what is left on the target is removed by: ${this.cleanUp}`;
      process.stderr.write(`novaspec: stopped at once${how}\n`);
      process.exit(130);
    }
    this.happened = true;
    const what = this.cleaning ? 'the clean-up goes on' : 'ending the run and cleaning up';
    process.stderr.write(`novaspec: ${signal}: ${what}; again to stop at once\n`);
    for (const listener of this.listeners) listener();
  };

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, this.handle);
  }

  /** Calls `listener` at the first signal, at once if that has come. */
  onFirst(listener: () => void): void {
    if (this.happened) listener();
    else this.listeners.push(listener);
  }

  /** The outcome of work that leaves nothing behind, unless the first signal comes earlier. @throws InterruptedError */
  unlessFirst<T>(work: Promise<T>): Promise<T> {
    return Promise.race([
      work,
      new Promise<never>((_, reject) =>
        this.onFirst(() => reject(new InterruptedError('interrupted before anything was made'))),
      ),
    ]);
  }

  /** Leaves signals to their defaults again. */
  stopListening(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, this.handle);
  }
}
