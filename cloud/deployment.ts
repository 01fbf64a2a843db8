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
  /** The order of the attachments in their list, which Nova leaves to its database; `inserted` by default. */
  readonly listOrder?: ListOrder;
  /** The local disks of a server, which count in the pages of the list and are never shown. */
  readonly hiddenRows?: HiddenRows;
  /** Whether the driver names devices as it is asked to; where not, as libvirt, it takes the first free letters. */
  readonly deviceNames?: boolean;
  /** Whether the driver can tell a guest the tags of its disks; where not, a tag is refused. */
  readonly tags?: boolean;
  /** Whether the driver can share a volume; where not, one of a multiattach type is refused. */
  readonly multiattach?: boolean;
  /** Most disks of a server, local ones included (`max_disk_devices_to_attach`); -1, the default, is no limit. */
  readonly diskLimit?: number;
  /** What each project may have; -1, the default, is no limit. */
  readonly quota?: Quota;
}

/** The orders that a list may have. */
export const listOrders = [
  /** The oldest first. */
  'inserted',
  'volume-id',
  /** The newest first. */
  'reversed',
  /** Another one at each reading, local disks among the volumes. */
  'shuffled',
] as const;

/** One of them. */
export type ListOrder = (typeof listOrders)[number];

/**
 * How many local disks a server has in front of its volumes and behind them: of one that boots from an image the first is
 * its root disk, the others are swap and ephemeral; one that boots from a volume has one less. One in front by default.
 */
export interface HiddenRows {
  readonly before: number;
  readonly after: number;
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
    listOrder: 'inserted',
    hiddenRows: { before: 1, after: 0 },
    deviceNames: true,
    tags: true,
    multiattach: true,
    diskLimit: -1,
    ...switches,
    quota: { instances: -1, cores: -1, ram: -1, volumes: -1, gigabytes: -1, ...quota },
  };
}
