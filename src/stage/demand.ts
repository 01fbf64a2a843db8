import type { Walker } from './walker.ts';
import type { Wish } from './wish.ts';

/** How many cases of a suite are still to come for servers of a kind at a place. */
export class Demand {
  private readonly remaining = new Map<string, number>();
  private readonly placeOf: (wish: Wish) => string;

  /** `placeOf`: where a server must be for a wish. */
  constructor(wishes: readonly Wish[], placeOf: (wish: Wish) => string) {
    this.placeOf = placeOf;
    for (const wish of wishes) this.change(wish, 1);
  }

  /** Notes that a case got what it wished for, or never will. */
  met(wish: Wish): void {
    this.change(wish, -1);
  }

  /** Whether a suite still needs a server where it is. */
  needs(suite: string, { kind, situation }: Walker): boolean {
    return (this.remaining.get(`${suite} ${kind} ${situation}`) ?? 0) > 0;
  }

  private change(wish: Wish, step: number): void {
    const key = `${wish.suite} ${wish.kind} ${this.placeOf(wish)}`;
    this.remaining.set(key, (this.remaining.get(key) ?? 0) + step);
  }
}
