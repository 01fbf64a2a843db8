/** A request body that holds from a microversion of the target on. */
export interface BodyFrom {
  from: string;
  body: unknown;
}

/** What a server shows; properties that a view does not have are not looked at. `gone`: there is no such server. */
export type Sight = 'gone' | { status?: string; vm_state?: string; locked?: boolean };

/** One step of a server into a situation: an action or a deletion, and what the server shows after it. */
export interface StateStep {
  /** Persona; the server's owner without it. */
  as?: string;
  action?: unknown;
  delete?: true;
  until: Sight | Sight[];
  /** The step is not needed when the server shows this. */
  unless?: Sight | Sight[];
  /** Shown by a cloud that does something else. */
  instead?: Sight;
}

/** How a server gets into a situation and back to the usual one. */
export interface StateRecipe {
  enter?: StateStep[];
  leave?: StateStep[];
  /** Situations beside the usual one from which `enter` works too. */
  from?: string[];
  /** It passes by itself: at the `birth` of the server, or while the `task` of the last step runs. */
  moment?: 'birth' | 'task';
  /** Two situations of the contract that it is at once. */
  both?: [string, string];
  /** It takes a server of its own, which no host will have. */
  build?: 'unscheduled';
  /** What would make it reachable. */
  hint?: string;
}

/** A change of a volume that no attach or detach brings about. */
export interface VolumeStep {
  as: string;
  action: unknown;
  /** Statuses. */
  until: string[];
}

/** `specs/stage.yaml`. */
export interface StageData {
  /** Statuses that tell the stage something. */
  answers: { gone: number[]; not_offered: number[] };
  /** In lower case, as Glance and Nova's proxy differ in that. */
  image: { ready: string[] };
  server: {
    create: BodyFrom[];
    create_from_volume: BodyFrom[];
    create_with_volume: BodyFrom[];
    create_unscheduled: BodyFrom[];
    /** Merged into the body of each creation, as chosen. */
    options: { no_network: BodyFrom; network: unknown; availability_zone: unknown };
    ready: string[];
    failed: string[];
    force_delete: unknown;
    /** Action that ends what may stand in the way of a deletion. */
    when_delete_refused: unknown;
  };
  /** Servers at once, unless the user says otherwise; of them `walkers` walk and `own` are for one case each, at most; `beside` do neither. */
  servers: { default: number; walkers: number; beside: number; own: number };
  /** Volumes that stay on those servers. */
  volumes: { beside: number };
  /** What a run is expected to need. */
  estimate: {
    requests_per_case: number;
    /** Beside that, in requests that take as long: to bring a server into a situation, to build one for a single case; and for a scenario or a history in all. */
    requests: { situation: number; server: number; scenario: number; history: number };
  };
  volume: {
    create: unknown;
    create_bootable: unknown;
    unbootable: unknown[];
    /** Merged into the body of each creation, as chosen. */
    options: { type: unknown; availability_zone: unknown };
    when_delete_refused: unknown;
    /** What attachments of servers that are gone are asked for with. */
    orphans: { headers: Record<string, string> };
    available: string[];
    attached: string[];
    failed: string[];
    /** Situation of a volume -> name of the type that brings it about, and of the capability that this is. */
    types: Record<string, { type: string; capability: string }>;
    situations: Record<string, { before: 'available' | 'attached'; enter: VolumeStep; leave: VolumeStep }>;
  };
  /** In the order in which they are visited. */
  states: Record<string, StateRecipe>;
  /** Situations that pass by themselves: how often a case may be too late, and how fast they are looked for. */
  moments: { attempts: number; poll: StageData['poll'] };
  attachment: { create: BodyFrom[] };
  /** Seconds. */
  limits: Record<
    | 'server_build'
    | 'server_delete'
    | 'server_state'
    | 'server_settle'
    | 'volume_create'
    | 'volume_delete'
    | 'volume_state'
    | 'trace'
    | 'attach'
    | 'detach'
    | 'detach_unlist'
    | 'absence'
    | 'standstill'
    | 'clean_up'
    | 'creation_shows',
    number
  >;
  /** How observers are read: milliseconds and a factor, how long after the end, and readings a second in all. */
  watch: { first: number; growth: number; ceiling: number; linger: number; rate: number };
  /** Milliseconds and a factor. */
  poll: { first: number; growth: number; ceiling: number };
}
