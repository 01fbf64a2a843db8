import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Shares out how many requests may be sent in any second, in the order in which they are asked for. The whole of a second
 * may be used up at once: what happens behind an answer begins at once too.
 */
export class Rate {
  /** Milliseconds in which `count` requests may be sent. */
  private readonly span: number;
  private readonly count: number;
  /** When the newest of them were sent. */
  private readonly sent: number[] = [];
  private last: Promise<void> = Promise.resolve();

  /** `perSecond`: infinite for as many as anybody likes. */
  constructor(perSecond: number) {
    this.count = Math.ceil(perSecond);
    this.span = (this.count / perSecond) * 1000;
  }

  /** Resolves when one more request may be sent. */
  turn(): Promise<void> {
    if (this.count === Number.POSITIVE_INFINITY) return Promise.resolve();
    this.last = this.last.then(() => this.grant());
    return this.last;
  }

  private async grant(): Promise<void> {
    const oldest = this.sent.length < this.count ? undefined : this.sent.shift();
    const at = oldest === undefined ? 0 : oldest + this.span;
    // Timers may ring early.
    for (let now = performance.now(); now < at; now = performance.now()) await sleep(at - now);
    this.sent.push(performance.now());
  }
}
