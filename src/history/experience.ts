/** What the histories of a run have found out about the target; it spares the later ones what cannot be done there. */
export class Experience {
  /** Step -> why the target does not take it. */
  readonly unreachable = new Map<string, string>();
  /** Whether attachments with the property of `may_stay` never come off the list. */
  keepsSome = false;
  /** Requests that histories have sent for attachments, readings included; not those of steps, nor of building. */
  requests = 0;
  /** Milliseconds after which everything was at rest that ever came to rest. */
  longestRestMs = 0;

  /** What is known now, for one history: what the others find out meanwhile must not change how it goes on. */
  fork(): Experience {
    const own = new Experience();
    for (const [step, why] of this.unreachable) own.unreachable.set(step, why);
    own.keepsSome = this.keepsSome;
    return own;
  }

  /** Takes over what a history has found out. */
  learn(own: Experience): void {
    for (const [step, why] of own.unreachable) this.unreachable.set(step, why);
    this.keepsSome ||= own.keepsSome;
    this.requests += own.requests;
    this.rested(own.longestRestMs);
  }

  /** Something came to rest. */
  rested(ms: number): void {
    this.longestRestMs = Math.max(this.longestRestMs, ms);
  }
}
