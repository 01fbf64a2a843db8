import type { Model } from '../model/model.ts';
import type { Builder } from '../stage/builder.ts';
import { Tickets } from '../stage/tickets.ts';

/** Servers and volumes for one history alone, by number. */
export interface Place {
  servers: string[];
  volumes: string[];
  /** Makes one more volume of a kind. */
  addVolume: (kind: string) => Promise<void>;
  /** Removes all of it; what does not go is left to the clean-up of the run. */
  close: () => Promise<void>;
}

/** Makes new servers and volumes for each history, so that nothing of one can be mistaken for the doing of another. */
export class Venue {
  private readonly model: Model;
  private readonly builder: Builder;
  private readonly lanes: Tickets;
  /** Name of the volume type of a kind. */
  private readonly typeOf: (kind: string) => Promise<string | undefined>;

  constructor(
    model: Model,
    builder: Builder,
    { lanes, typeOf }: { lanes: number; typeOf: (kind: string) => Promise<string | undefined> },
  ) {
    this.model = model;
    this.builder = builder;
    this.lanes = new Tickets(lanes);
    this.typeOf = typeOf;
  }

  /** Waits for its turn and builds. @throws StageError */
  async open(servers: number, kinds: readonly string[]): Promise<Place> {
    const done = await this.lanes.take(1);
    const place: Place = {
      servers: [],
      volumes: [],
      addVolume: async kind => {
        place.volumes.push(await this.volume(kind));
      },
      close: async () => {
        try {
          // Servers first, as they hold volumes.
          await Promise.allSettled(place.servers.map(id => this.builder.removeServer(id)));
          await Promise.allSettled(place.volumes.map(id => this.builder.removeVolume(id)));
        } finally {
          done();
        }
      },
    };
    try {
      const [built, made] = await Promise.all([
        Promise.allSettled(Array.from({ length: servers }, () => this.builder.server('member'))),
        Promise.allSettled(kinds.map(kind => this.volume(kind))),
      ]);
      // All that there is must be known before anything is given up.
      place.servers.push(...fulfilled(built));
      place.volumes.push(...fulfilled(made));
      const failure = [...built, ...made].find(each => each.status === 'rejected');
      if (failure) throw failure.reason;
      return place;
    } catch (error) {
      await place.close();
      throw error;
    }
  }

  private async volume(kind: string): Promise<string> {
    const { kind: type } = this.model.contract.data.histories.volumes[kind] ?? {};
    return this.builder.volume('member', type === undefined ? undefined : await this.typeOf(type));
  }
}

function fulfilled<T>(results: readonly PromiseSettledResult<T>[]): T[] {
  return results.flatMap(each => (each.status === 'fulfilled' ? [each.value] : []));
}
