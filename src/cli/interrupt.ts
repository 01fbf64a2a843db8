import { Ending, interrupted } from './ending.ts';

/** The user's wish to stop: the first signal ends the run in good order, the second one ends the process. */
export class Interrupt {
  happened = false;
  /** Whether the work is over and only the clean-up goes on, which the first signal does not end. */
  cleaning = false;
  /** The command that finishes the clean-up, once there may be something to remove. */
  cleanUp: string | null = null;
  /** What the first signal begins. */
  readonly ending: Ending;
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
    this.ending.begin(interrupted);
    for (const listener of this.listeners) listener();
  };

  constructor(ending = new Ending()) {
    this.ending = ending;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, this.handle);
  }

  /** Calls `listener` at the first signal, at once if that has come. */
  onFirst(listener: () => void): void {
    if (this.happened) listener();
    else this.listeners.push(listener);
  }

  /** Leaves signals to their defaults again. */
  stopListening(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, this.handle);
  }
}
