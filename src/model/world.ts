/** A server of a history. */
export interface ModelServer {
  /** A situation of the contract. */
  situation: string;
  locked: boolean;
  /** Where a step that is on its way may take it; null while there is none. */
  moving: string[] | null;
  /** Situations that it does not come to again. */
  spent: string[];
}

/** What a volume is to one server. */
export interface Hold {
  server: number;
  /** A phase of the contract. */
  phase: string;
  /** What was asked for: tag, delete_on_termination ... */
  properties: Record<string, unknown>;
}

/** A volume of a history. */
export interface ModelVolume {
  /** A kind of the contract. */
  kind: string;
  exists: boolean;
  holds: Hold[];
}

/** Servers, volumes and attachments as they should be; by number. Never changed, always copied. */
export interface World {
  servers: readonly ModelServer[];
  volumes: readonly ModelVolume[];
}

/** Text that is the same for the same world. */
export function worldKey(world: World): string {
  return JSON.stringify(world);
}

/** The world with another server in place of one. */
export function withServer(world: World, number: number, change: Partial<ModelServer>): World {
  return {
    ...world,
    servers: world.servers.map((server, index) => (index === number ? { ...server, ...change } : server)),
  };
}

/** The world with another volume in place of one; holds in one order. */
export function withVolume(world: World, number: number, change: Partial<ModelVolume>): World {
  return {
    ...world,
    volumes: world.volumes.map((volume, index) => {
      if (index !== number) return volume;
      const changed = { ...volume, ...change };
      // What nobody can tell apart is one and the same.
      return { ...changed, holds: changed.holds.toSorted((one, other) => compare(holdKey(one), holdKey(other))) };
    }),
  };
}

function holdKey({ server, phase, properties }: Hold): string {
  return `${server} ${phase} ${JSON.stringify(properties)}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
