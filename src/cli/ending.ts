/** A run ended before anything was made; its message says why. */
export class EndedError extends Error {}

/** The user's wish to stop was why. */
export class InterruptedError extends EndedError {}

/** That a run ends before everything was judged. The first reason is the one that counts. */
export class Ending {
  /** Why, as the user may know it: `interrupted`, `--max-time 600`; null: it goes on. */
  reason: string | null = null;
  private readonly listeners: (() => void)[] = [];

  /** From now on no case is begun. */
  begin(reason: string): void {
    if (this.reason !== null) return;
    this.reason = reason;
    for (const listener of this.listeners) listener();
  }

  /** Calls `listener` once the run is to end, at once if it is already. */
  onBegin(listener: () => void): void {
    if (this.reason !== null) listener();
    else this.listeners.push(listener);
  }

  /** The outcome of work that leaves nothing behind, unless the run is to end earlier. @throws EndedError */
  unlessBegun<T>(work: Promise<T>): Promise<T> {
    return Promise.race([
      work,
      new Promise<never>((_, reject) => {
        this.onBegin(() => {
          const text = `${this.reason} before anything was made`;
          reject(this.reason === interrupted ? new InterruptedError(text) : new EndedError(text));
        });
      }),
    ]);
  }
}

/** The reason of a run that the user ended by a signal. */
export const interrupted = 'interrupted';
