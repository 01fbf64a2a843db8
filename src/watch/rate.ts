import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Shares out how many readings may be sent in any second, in the order in which they are asked for. The whole of a second
 * may be used up at once: what happens behind an answer begins at once too.
 */
export class Rate {
  /** Milliseconds in which `count` readings may be sent. */
  private readonly span: number;
  private readonly count: number;
  /** When the newest of them were, or will be, sent. */
  private readonly sent: number[] = [];

  /** `perSecond`: infinite for as many as anybody likes. */
  constructor(perSecond: number) {
    this.count = Math.ceil(perSecond);
    this.span = (this.count / perSecond) * 1000;
  }

  /** Resolves when one more reading may be sent. */
  async turn(): Promise<void> {
    if (this.count === Number.POSITIVE_INFINITY) return;
    const now = performance.now();
    const oldest = this.sent.length < this.count ? undefined : this.sent.shift();
    const at = Math.max(now, oldest === undefined ? now : oldest + this.span);
    this.sent.push(at);
    if (at > now) await sleep(at - now);
  }
}
