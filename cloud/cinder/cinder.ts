import type { Behaviour } from '../behaviour/behaviour.ts';
import type { VolumeViews } from '../behaviour/volume-views.ts';
import type { Clock } from '../clock.ts';
import { now } from '../dates.ts';
import type { Environment } from '../environment.ts';
import { type Image, imageMetadataOf } from '../glance/glance.ts';
import { ApiError } from '../http/api-error.ts';
import { newUuid } from '../ids.ts';
import type { Token } from '../keystone/token.ts';
import type { Release } from '../releases.ts';
import type { CinderAttachment, Volume, VolumeType } from './volume.ts';

/** What a new volume is to be. */
export type VolumeWish = Pick<Volume, 'name' | 'description' | 'size' | 'type' | 'metadata'> & {
  /** The image that is written to it. */
  readonly image: Image | undefined;
  /** The volume that it is a copy of. */
  readonly source: Volume | undefined;
};

/** The block storage service's memory and the state machine of a volume; refusals are ApiErrors with Cinder's text. */
export class Cinder {
  readonly url: string;
  readonly release: Release;
  /** The service that keeps all volumes. */
  readonly serviceId = newUuid();
  readonly types: readonly VolumeType[];
  readonly views: VolumeViews;
  readonly volumes = new Map<string, Volume>();
  readonly #attachments = new Map<string, CinderAttachment>();
  /** The same by volume, because a cloud may hold many. */
  readonly #byVolume = new Map<string, CinderAttachment[]>();
  readonly #clock: Clock;
  readonly #environment: Environment;

  constructor(
    url: string,
    clock: Clock,
    environment: Environment,
    { volumes: views, release }: Pick<Behaviour, 'volumes' | 'release'>,
    types: readonly VolumeType[],
  ) {
    this.url = url;
    this.release = release;
    this.views = views;
    this.types = types;
    this.#clock = clock;
    this.#environment = environment;
  }

  /** Every attachment by its id, reserved ones included. */
  get attachments(): ReadonlyMap<string, CinderAttachment> {
    return this.#attachments;
  }

  /** A volume that the bearer may see: one of its project, or any for an admin. */
  volume(token: Token, id: string): Volume {
    const volume = this.volumes.get(id);
    if (volume !== undefined && (token.roles.includes('admin') || volume.projectId === token.project?.id))
      return volume;
    throw new ApiError(404, `Volume ${id} could not be found.`);
  }

  /** Makes a volume; it is `available` two steps later. */
  create(token: Token, wish: VolumeWish): Volume {
    const { image, source, name, description, size, type, metadata } = wish;
    const volume: Volume = {
      name,
      description,
      size,
      type,
      metadata,
      id: newUuid(),
      projectId: token.project?.id ?? '',
      userId: token.user.id,
      createdAt: now(),
      updatedAt: null,
      status: 'creating',
      attachStatus: 'detached',
      migrationStatus: null,
      bootable: false,
      sourceId: source?.id ?? null,
      imageMetadata: new Map(),
    };
    this.volumes.set(volume.id, volume);
    const end = this.#environment.volumeFailure() ? 'error' : 'available';
    this.#clock.background(async () => {
      await this.#clock.wait(this.#environment.volumeMs);
      await this.#clock.step();
      if (image !== undefined && volume.status === 'creating') this.#set(volume, 'downloading');
      await this.#clock.step();
      if (volume.status !== 'creating' && volume.status !== 'downloading') return;
      if (end === 'available') {
        const metadata = image === undefined ? source?.imageMetadata : imageMetadataOf(image);
        for (const [key, value] of metadata ?? []) volume.imageMetadata.set(key, value);
        // Whoever has made it bootable meanwhile is not overruled.
        if (image !== undefined || source?.bootable === true) volume.bootable = true;
      }
      this.#set(volume, end);
    });
    return volume;
  }

  /** Deletes a free volume; it is gone two steps later. */
  delete(volume: Volume): void {
    const free = volume.status === 'available' || volume.status.startsWith('error');
    if (!free || volume.migrationStatus !== null || this.of(volume).length > 0) {
      throw new ApiError(
        400,
        'Invalid volume: Volume status must be available or error or error_restoring or error_extending or error_managing and must not be migrating, attached, belong to a group, have snapshots, awaiting a transfer, or be disassociated from snapshots after volume transfer.',
      );
    }
    this.#erase(volume);
  }

  /** Deletes a volume whatever its status, and its attachments with it. */
  forceDelete(volume: Volume): void {
    for (const { id } of this.of(volume)) this.remove(id);
    this.#erase(volume);
  }

  #erase(volume: Volume): void {
    this.#set(volume, 'deleting');
    this.#clock.background(async () => {
      await this.#clock.wait(this.#environment.deleteMs);
      await this.#clock.step();
      await this.#clock.step();
      this.volumes.delete(volume.id);
    });
  }

  /** Gives a volume another type; it is `retyping` for a step. */
  retype(volume: Volume, type: VolumeType): void {
    const before = volume.status;
    this.#set(volume, 'retyping');
    this.#clock.background(async () => {
      await this.#clock.step();
      if (volume.status !== 'retyping') return;
      volume.type = type;
      this.#set(volume, before);
    });
  }

  /** Makes a volume larger; it is `extending` for a step. */
  extend(volume: Volume, size: number): void {
    const before = volume.status;
    this.#set(volume, 'extending');
    this.#clock.background(async () => {
      await this.#clock.step();
      if (volume.status !== 'extending') return;
      volume.size = size;
      this.#set(volume, before);
    });
  }

  /** The attachments of a volume, reserved ones included. */
  of(volume: Volume): readonly CinderAttachment[] {
    return this.#byVolume.get(volume.id) ?? [];
  }

  /** First step of an attach: the volume is promised to a server, by force whatever its status. */
  reserve(volume: Volume, serverId: string, force = false): CinderAttachment {
    if (!force && volume.status.includes('error')) {
      throw new ApiError(
        400,
        `Invalid volume: Volume attachments can not be created if the volume is in an error state. The Volume ${volume.id} currently has a status of: ${volume.status} `,
      );
    }
    const open = ['available', ...(volume.type.multiattach ? ['in-use'] : []), 'downloading'];
    // A server that has the volume may ask again: it moves to another host.
    const again =
      ['in-use', 'reserved'].includes(volume.status) && this.of(volume).some(one => one.serverId === serverId);
    if (!force && !again && !open.includes(volume.status)) {
      throw new ApiError(
        400,
        `Invalid volume: Volume ${volume.id} status must be ${open.join(' or ')} to reserve, but the current status is ${volume.status}.`,
      );
    }
    const attachment: CinderAttachment = {
      id: newUuid(),
      volumeId: volume.id,
      serverId,
      status: 'reserved',
      mode: 'rw',
      access: 'rw',
      device: null,
      host: null,
      attachedAt: null,
    };
    this.#attachments.set(attachment.id, attachment);
    // A new array each time: whoever reads the old one while it takes attachments away must not miss any.
    this.#byVolume.set(volume.id, this.of(volume).concat(attachment));
    if (open.includes(volume.status) || force) this.#set(volume, 'reserved');
    return attachment;
  }

  /** Second step of an attach: the host says how it connects. */
  connect(attachmentId: string, host: string | null, device: string | null): void {
    const [attachment, volume] = this.#pair(attachmentId);
    attachment.host = host;
    attachment.device = device;
    attachment.status = 'attaching';
    attachment.attachedAt = now();
    // A volume that once was read-only keeps the word, and that is enough for the one, not for the other.
    attachment.mode = volume.metadata.readonly === undefined ? 'rw' : 'ro';
    attachment.access = volume.metadata.readonly === 'True' ? 'ro' : 'rw';
    volume.attachStatus = 'attaching';
    this.#set(volume, 'attaching');
  }

  /** Last step of an attach: the server has the volume. */
  complete(attachmentId: string): void {
    const [attachment, volume] = this.#pair(attachmentId);
    attachment.status = 'attached';
    volume.attachStatus = 'attached';
    this.#set(volume, 'in-use');
  }

  /** First step of a detach; refused unless the volume is in use. */
  beginDetaching(volume: Volume): void {
    if (volume.migrationStatus !== null) return;
    if (volume.status !== 'in-use' || volume.attachStatus !== 'attached') {
      throw new ApiError(
        400,
        "Invalid volume: Unable to detach volume. Volume status must be 'in-use' and attach_status must be 'attached' to detach.",
      );
    }
    this.#set(volume, 'detaching');
  }

  /** A user's reservation, without an attachment; refused unless the volume could be attached. */
  hold(volume: Volume): void {
    if (volume.status !== 'available' && !(volume.type.multiattach && volume.status === 'in-use')) {
      throw new ApiError(
        400,
        `Invalid volume: Volume status must be available to reserve, but the status is ${volume.status}.`,
      );
    }
    this.#set(volume, 'attaching');
  }

  /** Undoes `hold`; any other volume stays as it is. */
  unhold(volume: Volume): void {
    if (volume.status === 'attaching') this.#set(volume, this.#attached(volume).length > 0 ? 'in-use' : 'available');
  }

  /** Undoes `beginDetaching`; any other volume stays as it is. */
  rollDetaching(volume: Volume): void {
    if (volume.status === 'detaching') this.#set(volume, 'in-use');
  }

  /** Ends an attachment, whatever its status; a volume without others becomes `available`. */
  remove(attachmentId: string): void {
    const attachment = this.#attachments.get(attachmentId);
    if (attachment === undefined) return;
    const rest = (this.#byVolume.get(attachment.volumeId) ?? []).filter(one => one !== attachment);
    this.#attachments.delete(attachmentId);
    if (rest.length > 0) this.#byVolume.set(attachment.volumeId, rest);
    else this.#byVolume.delete(attachment.volumeId);
    const volume = this.volumes.get(attachment.volumeId);
    if (volume === undefined) return;
    const left = (status: CinderAttachment['status']): boolean => rest.some(one => one.status === status);
    volume.attachStatus = left('attached') ? 'attached' : 'detached';
    this.#set(
      volume,
      left('attached') ? 'in-use' : left('attaching') ? 'attaching' : left('reserved') ? 'reserved' : 'available',
    );
  }

  #attached(volume: Volume): CinderAttachment[] {
    return this.of(volume).filter(({ status }) => status === 'attached');
  }

  #pair(attachmentId: string): [CinderAttachment, Volume] {
    const attachment = this.#attachments.get(attachmentId);
    const volume = attachment && this.volumes.get(attachment.volumeId);
    if (attachment === undefined || volume === undefined) {
      throw new ApiError(404, `Volume attachment could not be found with filter: attachment_id = ${attachmentId}.`);
    }
    return [attachment, volume];
  }

  #set(volume: Volume, status: string): void {
    volume.status = status;
    volume.updatedAt = now();
  }
}
