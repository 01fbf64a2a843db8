/** A volume as Cinder keeps it. */
export interface Volume {
  readonly id: string;
  readonly projectId: string;
  readonly userId: string;
  name: string | null;
  description: string | null;
  /** GiB. */
  size: number;
  type: VolumeType;
  metadata: Readonly<Record<string, string>>;
  /** The volume that this one is a copy of. */
  readonly sourceId: string | null;
  readonly createdAt: Date;
  updatedAt: Date | null;
  status: string;
  /** `attached` or `detached`, unless an admin says otherwise. */
  attachStatus: string;
  migrationStatus: string | null;
  bootable: boolean;
  /** What Cinder knows of the image in the volume (`volume_image_metadata`); any member may write it. */
  readonly imageMetadata: Map<string, string>;
}

/** Cinder's side of an attachment; a volume shows only those that are attached. */
export interface CinderAttachment {
  readonly id: string;
  readonly volumeId: string;
  readonly serverId: string;
  status: 'reserved' | 'attaching' | 'attached';
  /** What it is said to be attached for, and what the connection allows: Cinder does not ask the same for both. */
  mode: 'rw' | 'ro';
  access: 'rw' | 'ro';
  device: string | null;
  host: string | null;
  attachedAt: Date | null;
}

/** A volume type. */
export interface VolumeType {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly multiattach: boolean;
}
