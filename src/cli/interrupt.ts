/** The user's wish to stop: the first signal ends the run in good order, the second one ends the process. */
export class Interrupt {
  happened = false;
  private readonly listeners: (() => void)[] = [];
  private readonly handle = (signal: NodeJS.Signals) => {
    if (this.happened) {
      process.stderr.write(
        'novaspec: stopped at once; ledger.jsonl in the run folder names what is left on the target\n',
      );
      process.exit(130);
    }
    this.happened = true;
    process.stderr.write(`novaspec: ${signal}: ending the run and cleaning up; again to stop at once\n`);
    for (const listener of this.listeners) listener();
  };

  constructor() {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, this.handle);
  }

  /** Calls `listener` at the first signal. */
  onFirst(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Leaves signals to their defaults again. */
  stopListening(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, this.handle);
  }
}
