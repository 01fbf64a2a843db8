import type { Builder } from './builder.ts';

/** Where a volume of the pool is: on no server, on one (with or without the stage's tag), or not known after a surprise. */
export type Place = { server: string; tagged: boolean } | 'free' | 'unknown';

/** One volume of the pool; whoever holds the slot is alone with it. */
export interface Slot {
  volumeId: string;
  kind: string;
  place: Place;
}

interface Waiter {
  kind: string;
  take: (slot: Slot | null) => void;
}

/**
 * The pool of volumes that cases attach and detach: a slot is used by one case at a time, created when none is free, and
 * reused after that. With a fixed set of volumes none is created and cases wait for their turn.
 */
export class Slots {
  private readonly idle: Slot[] = [];
  private readonly waiting: Waiter[] = [];
  private readonly create: (kind: string) => Promise<string>;
  private readonly dispose: (slot: Slot) => Promise<void>;
  private readonly capacity: number;
  private count = 0;

  constructor(
    create: (kind: string) => Promise<string>,
    dispose: (slot: Slot) => Promise<void>,
    capacity: number,
    fixed: readonly string[],
  ) {
    this.create = create;
    this.dispose = dispose;
    this.capacity = fixed.length > 0 ? fixed.length : capacity;
    for (const volumeId of fixed) this.idle.push({ volumeId, kind: 'default', place: 'free' });
    this.count = fixed.length;
  }

  /** Takes a slot, one in the wanted place if there is any. */
  async acquire(kind: string, place: Place): Promise<Slot> {
    const ready = this.pick(slot => slot.kind === kind && samePlace(slot.place, place));
    if (ready) return ready;
    if (this.count < this.capacity) {
      this.count += 1;
      try {
        return { volumeId: await this.create(kind), kind, place: 'free' };
      } catch (error) {
        this.retire();
        throw error;
      }
    }
    const other = this.pick(slot => slot.kind === kind);
    if (other) return other;
    // An idle volume of another kind gives its place up.
    const stranger = this.pick(() => true);
    if (stranger) {
      await this.dispose(stranger);
      this.count -= 1;
      return this.acquire(kind, place);
    }
    const handed = await new Promise<Slot | null>(take => this.waiting.push({ kind, take }));
    return handed ?? this.acquire(kind, place);
  }

  /** Gives a slot back. */
  release(slot: Slot): void {
    const index = this.waiting.findIndex(({ kind }) => kind === slot.kind);
    const waiter = index < 0 ? undefined : this.waiting.splice(index, 1)[0];
    if (waiter) waiter.take(slot);
    else {
      this.idle.push(slot);
      // Somebody who waits for another kind may now have this one's place.
      this.waiting.shift()?.take(null);
    }
  }

  /** Gives a slot up: its volume is in a state that nobody could repair, and stays for the clean-up. */
  retire(): void {
    this.count -= 1;
    // Whoever waits may now create another one.
    this.waiting.shift()?.take(null);
  }

  private pick(fits: (slot: Slot) => boolean): Slot | undefined {
    const index = this.idle.findIndex(fits);
    return index < 0 ? undefined : this.idle.splice(index, 1)[0];
  }
}

/** Brings a slot's volume to a place; `persona` asks for it. */
export async function moveTo(
  builder: Builder,
  slot: Slot,
  place: Place,
  tag: string | null,
  persona = 'member',
): Promise<void> {
  if (samePlace(slot.place, place)) return;
  const from = slot.place;
  // Should a step fail, nobody may believe the old place.
  slot.place = 'unknown';
  if (typeof from === 'object') await builder.detach(from.server, slot.volumeId, { persona });
  if (typeof place === 'object') await builder.attach(place.server, slot.volumeId, place.tagged ? tag : null, persona);
  slot.place = place;
}

function samePlace(a: Place, b: Place): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b && a !== 'unknown';
  return a.server === b.server && a.tagged === b.tagged;
}
