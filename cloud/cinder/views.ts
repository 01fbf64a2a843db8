import { micros } from '../dates.ts';
import type { JsonObject } from '../json.ts';
import type { Token } from '../keystone/token.ts';
import type { Cinder } from './cinder.ts';
import type { CinderAttachment, Volume, VolumeType } from './volume.ts';

/** The short form of a volume, in lists. */
export function volumeSummary(cinder: Cinder, token: Token, volume: Volume): JsonObject {
  return { id: volume.id, name: volume.name, links: linksOf(cinder, token, volume.id) };
}

/** The whole volume as it is shown; `minor` is the microversion's minor number. */
export function volumeView(cinder: Cinder, token: Token, volume: Volume, minor: number): JsonObject {
  return { ...madeVolumeView(cinder, token, volume, minor), 'os-vol-tenant-attr:tenant_id': volume.projectId };
}

/** The whole volume as its creation and its update tell it. */
export function madeVolumeView(cinder: Cinder, token: Token, volume: Volume, minor: number): JsonObject {
  const admin = token.roles.includes('admin');
  return {
    id: volume.id,
    status: cinder.views.status(volume),
    size: volume.size,
    availability_zone: 'nova',
    created_at: micros(volume.createdAt),
    updated_at: volume.updatedAt === null ? null : micros(volume.updatedAt),
    name: volume.name,
    description: volume.description,
    volume_type: volume.type.name,
    ...(minor >= 63 ? { volume_type_id: volume.type.id } : {}),
    snapshot_id: null,
    source_volid: volume.sourceId,
    metadata: volume.metadata,
    links: linksOf(cinder, token, volume.id),
    user_id: volume.userId,
    bootable: String(volume.bootable),
    encrypted: false,
    replication_status: null,
    consistencygroup_id: null,
    multiattach: volume.type.multiattach,
    ...(volume.imageMetadata.size > 0 ? { volume_image_metadata: Object.fromEntries(volume.imageMetadata) } : {}),
    attachments: cinder.views.entries(volume, cinder.of(volume)).map(attachment => ({
      id: volume.id,
      attachment_id: attachment.id,
      volume_id: volume.id,
      server_id: attachment.serverId,
      host_name: admin ? attachment.host : null,
      device: attachment.device,
      attached_at: attachment.attachedAt === null ? null : micros(attachment.attachedAt),
    })),
    migration_status: admin ? volume.migrationStatus : undefined,
    ...(minor >= 13 ? { group_id: null } : {}),
    // Until a host has made it, nobody knows where it is.
    ...(minor >= 48
      ? volume.status === 'creating'
        ? { shared_targets: true, service_uuid: null }
        : { shared_targets: false, service_uuid: cinder.serviceId }
      : {}),
    ...(minor >= 61 && admin ? { cluster_name: null } : {}),
    ...(minor >= 65 ? { consumes_quota: true } : {}),
    ...(minor >= 21 && admin ? { provider_id: null } : {}),
    ...(admin
      ? {
          'os-vol-mig-status-attr:migstat': volume.migrationStatus,
          'os-vol-mig-status-attr:name_id': null,
          'os-vol-host-attr:host': 'novaspec@memory#memory',
        }
      : {}),
  };
}

/** The short form of an attachment, in lists. */
export function attachmentSummary(attachment: CinderAttachment): JsonObject {
  const { id, status, serverId, volumeId } = attachment;
  return { id, status, instance: serverId, volume_id: volumeId };
}

/** The whole attachment. */
export function attachmentView({ release }: Cinder, attachment: CinderAttachment): JsonObject {
  return {
    ...attachmentSummary(attachment),
    attached_at: attachment.attachedAt === null ? '' : micros(attachment.attachedAt),
    detached_at: '',
    attach_mode: attachment.status === 'attached' ? attachment.mode : null,
    connection_info:
      attachment.status === 'reserved'
        ? {}
        : {
            driver_volume_type: 'fake',
            volume_id: attachment.volumeId,
            attachment_id: attachment.id,
            access_mode: attachment.access,
            encrypted: false,
            cacheable: false,
            qos_specs: null,
            ...(release.enforcesMultipath ? { enforce_multipath: false } : {}),
          },
  };
}

/** A volume type, in a list or by itself. */
export function typeView(type: VolumeType, listed: boolean): JsonObject {
  return {
    id: type.id,
    name: type.name,
    is_public: true,
    description: type.description,
    extra_specs: type.multiattach ? { multiattach: '<is> True' } : {},
    ...(listed ? { 'os-volume-type-access:is_public': true } : {}),
  };
}

function linksOf(cinder: Cinder, token: Token, id: string): JsonObject[] {
  const path = `${token.project?.id ?? ''}/volumes/${id}`;
  return [
    { rel: 'self', href: `${cinder.url}/volume/v3/${path}` },
    { rel: 'bookmark', href: `${cinder.url}/volume/${path}` },
  ];
}
