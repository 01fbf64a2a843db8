import type { Builder } from './builder.ts';
import type { CloudApi } from './cloud-api.ts';
import { findAttachment } from './observe.ts';
import { moveTo, type Place, type Slot, Slots } from './slots.ts';
import { StuckError } from './stage-error.ts';
import { Tickets } from './tickets.ts';

/** What the pool of volumes works with. */
export interface PoolOptions {
  /** Volumes that the user gave; then none is created. */
  volumes: readonly string[];
  capacity: number;
  /** The tag of attachments that the stage makes itself; null where the target takes none. */
  tag: string | null;
  /** Creates a volume of a kind. */
  create: (kind: string) => Promise<string>;
  /** Ids of the servers that a volume of the pool may be on, beside those that walk. */
  servers: () => Promise<string[]>;
}

/** The volumes that cases attach and detach, brought to where a case needs them and back in order after a surprise. */
export class VolumePool {
  private readonly api: CloudApi;
  private readonly builder: Builder;
  private readonly options: PoolOptions;
  private readonly slots: Slots;
  private readonly tickets: Tickets;

  constructor(api: CloudApi, builder: Builder, options: PoolOptions) {
    this.api = api;
    this.builder = builder;
    this.options = options;
    this.slots = new Slots(options.create, slot => this.dispose(slot), options.capacity, options.volumes);
    this.tickets = new Tickets(options.volumes.length || options.capacity);
  }

  /** Whether the volumes are the user's. */
  get fixed(): boolean {
    return this.options.volumes.length > 0;
  }

  /** Waits until a case can have as many volumes as it may hold; gives the function that ends that. */
  reserve(count: number): Promise<() => void> {
    return this.tickets.take(count);
  }

  /** A volume at a place, for the caller alone; `persona` attaches and detaches. It is among `held` from then on. */
  async hold(kind: string, place: Place, held: Slot[], persona = 'member'): Promise<Slot> {
    for (;;) {
      const slot = await this.slots.acquire(kind, place);
      try {
        if (slot.place === 'unknown') await this.recover(slot);
        await moveTo(this.builder, slot, place, this.options.tag, persona);
        held.push(slot);
        return slot;
      } catch (error) {
        // A volume that does not come off its server is of no use to anybody; another one is.
        if (this.fixed || typeof slot.place === 'object' || !(error instanceof StuckError)) {
          held.push(slot);
          throw error;
        }
        this.slots.retire();
      }
    }
  }

  /** Takes a held volume off a server that it must not stay on. @throws StageError */
  async takeOff(slot: Slot, serverId: string, persona: string): Promise<void> {
    if (typeof slot.place === 'object' && slot.place.server === serverId) {
      await moveTo(this.builder, slot, 'free', null, persona);
    }
  }

  /**
   * Gives held volumes back; `suspect`: nobody knows where they are, but on no other walking server than `visited`.
   */
  async giveBack(held: readonly Slot[], suspect: boolean, visited: string | null = null): Promise<void> {
    for (const slot of held) {
      if (suspect) {
        slot.place = 'unknown';
        try {
          await this.recover(slot, visited);
        } catch {
          // Whatever the cloud did to this volume, the next case gets another one; the clean-up will name it.
          if (!this.fixed) {
            this.slots.retire();
            continue;
          }
        }
      }
      this.slots.release(slot);
    }
  }

  /** A volume of a kind that nobody needs at the moment makes room for another one. */
  private async dispose(slot: Slot): Promise<void> {
    try {
      await moveTo(this.builder, slot, 'free', null);
      await this.builder.removeVolume(slot.volumeId);
    } catch {
      // The clean-up will name it.
    }
  }

  /** Finds out where a volume is after a surprise, and takes it off there. */
  private async recover(slot: Slot, visited: string | null = null): Promise<void> {
    for (const server of await this.options.servers()) {
      const attachment = await findAttachment(this.api, server, slot.volumeId);
      if (attachment) await this.builder.detach(server, slot.volumeId);
    }
    // A server that is in a state that refuses it will not change its mind.
    if (visited !== null && (await findAttachment(this.api, visited, slot.volumeId))) {
      await this.builder.detach(visited, slot.volumeId, { patient: false });
    }
    await this.builder.untilAvailable(slot.volumeId);
    slot.place = 'free';
  }
}
