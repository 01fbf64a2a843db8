import type { Address } from './addresses.ts';
import type { Flavor } from './servers/flavors.ts';

/** The vm_states of Nova that the cloud reaches. */
export type VmState =
  | 'active'
  | 'building'
  | 'paused'
  | 'suspended'
  | 'stopped'
  | 'rescued'
  | 'resized'
  | 'soft-delete'
  | 'deleted'
  | 'error'
  | 'shelved'
  | 'shelved_offloaded';

/** A block device mapping; the one of a local disk has no volume and stays out of the attachments. */
export interface Row {
  uuid: string;
  /** Changed by `Nova.giveVolume` only. */
  readonly volumeId: string | null;
  device: string | null;
  tag: string | null;
  deleteOnTermination: boolean;
  attachmentId: string | null;
  readonly bootIndex: number | null;
}

/** One event of an instance action. */
export interface ActionEvent {
  readonly event: string;
  readonly startTime: Date;
  finishTime: Date | null;
  result: 'Success' | 'Error' | null;
  readonly host: string | null;
}

/** What Nova remembers of a request that changed a server. */
export interface InstanceAction {
  action: string;
  readonly requestId: string;
  readonly userId: string;
  readonly projectId: string;
  readonly startTime: Date;
  updatedAt: Date;
  message: string | null;
  /** The newest first. */
  events: readonly ActionEvent[];
}

/** A server as Nova keeps it. */
export interface Server {
  readonly id: string;
  name: string;
  description: string | null;
  readonly projectId: string;
  readonly userId: string;
  /** Null for a server that boots from a volume. */
  readonly imageId: string | null;
  flavor: Flavor;
  /** The flavor and vm_state to go back to while a resize waits for its confirmation. */
  beforeResize: { readonly flavor: Flavor; readonly vmState: VmState } | null;
  metadata: Readonly<Record<string, string>>;
  tags: string[];
  /** The name that the guest is told; made of the server's name where none is given. */
  hostname: string;
  /** Null where it is on no network. */
  readonly network: Address | null;
  accessIPv4: string;
  accessIPv6: string;
  diskConfig: 'AUTO' | 'MANUAL';
  readonly userData: string | null;
  /** What the servers of one request have in common. */
  readonly reservationId: string;
  /** Place among the servers of one request. */
  readonly launchIndex: number;
  /** The zone that was asked for, where one was. */
  readonly pinnedZone: string | null;
  readonly keyName: string | null;
  vmState: VmState;
  taskState: string | null;
  powerState: number;
  locked: boolean;
  lockedReason: string | null;
  /** Whose lock it is: that of a user of the project, or an admin's. */
  lockedBy: 'owner' | 'admin' | null;
  host: string | null;
  readonly createdAt: Date;
  updatedAt: Date;
  launchedAt: Date | null;
  fault: { readonly code: number; readonly message: string; readonly created: Date } | null;
  /** In the order of their making; changed by Nova's `addRow`, `dropRow` and `dropRows` only. */
  rows: readonly Row[];
  /** The newest first. */
  actions: readonly InstanceAction[];
}
