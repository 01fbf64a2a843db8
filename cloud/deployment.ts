/** How an operator has set the cloud up; none of it is part of the attachments API. */
export interface Deployment {
  /** Seconds that a deleted server can be restored (`reclaim_instance_interval`); 0 deletes it at once. An hour by default. */
  readonly reclaimSeconds?: number;
  /** Seconds after which a shelved server loses its host (`shelved_offload_time`); 0 at once, -1, the default, never. */
  readonly shelvedOffloadSeconds?: number;
  /** Whether a resize finds a host; where not, it is answered 202 and the server stays as it was. */
  readonly resizeHost?: boolean;
  /** Whether the driver can rescue; where not, the server goes to ERROR (`nova/compute/manager.py@34:4904`). */
  readonly rescue?: boolean;
  /** Whether the driver can suspend; where not, the action fails behind its 202 and the server stays as it was. */
  readonly suspend?: boolean;
  /** Whether the driver can pause; where not, as with suspend. */
  readonly pause?: boolean;
  /** What each project may have; -1, the default, is no limit. */
  readonly quota?: Quota;
}

/** Limits of a project; memory in MiB, volumes in GiB. */
export interface Quota {
  readonly instances?: number;
  readonly cores?: number;
  readonly ram?: number;
  readonly volumes?: number;
  readonly gigabytes?: number;
}

/** A deployment with every switch set. */
export type Settings = Required<Omit<Deployment, 'quota'>> & { readonly quota: Required<Quota> };

/** Fills in the defaults. */
export function settingsOf({ quota, ...switches }: Deployment): Settings {
  return {
    reclaimSeconds: 3600,
    shelvedOffloadSeconds: -1,
    resizeHost: true,
    rescue: true,
    suspend: true,
    pause: true,
    ...switches,
    quota: { instances: -1, cores: -1, ram: -1, volumes: -1, gigabytes: -1, ...quota },
  };
}
