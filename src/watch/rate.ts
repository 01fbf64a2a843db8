import { setTimeout as sleep } from 'node:timers/promises';

/** Shares out how many readings may be sent each second, in the order in which they are asked for. */
export class Rate {
  /** Readings a second; infinite: as many as anybody likes. */
  readonly perSecond: number;
  private next = 0;

  constructor(perSecond: number) {
    this.perSecond = perSecond;
  }

  /** Resolves when one more reading may be sent. */
  async turn(): Promise<void> {
    if (this.perSecond === Number.POSITIVE_INFINITY) return;
    const now = performance.now();
    const at = Math.max(now, this.next);
    this.next = at + 1000 / this.perSecond;
    if (at > now) await sleep(at - now);
  }
}
