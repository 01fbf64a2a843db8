/** A request body that holds from a microversion of the target on. */
export interface BodyFrom {
  from: string;
  body: unknown;
}

/** `specs/stage.yaml`. */
export interface StageData {
  /** Statuses that tell the stage something. */
  answers: { gone: number[] };
  /** In lower case, as Glance and Nova's proxy differ in that. */
  image: { ready: string[] };
  server: {
    create: BodyFrom[];
    create_from_volume: BodyFrom[];
    ready: string[];
    failed: string[];
    force_delete: unknown;
  };
  volume: {
    create: unknown;
    create_typed: unknown;
    create_bootable: unknown;
    available: string[];
    attached: string[];
    failed: string[];
  };
  attachment: { create: BodyFrom[] };
  /** Seconds. */
  limits: Record<
    'server_build' | 'server_delete' | 'volume_create' | 'volume_delete' | 'attach' | 'detach' | 'detach_unlist',
    number
  >;
  /** Milliseconds and a factor. */
  poll: { first: number; growth: number; ceiling: number };
}
