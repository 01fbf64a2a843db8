import type { Quota } from '../deployment.ts';
import { ApiError } from '../http/api-error.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Token } from '../keystone/token.ts';
import type { Cinder } from './cinder.ts';
import type { VolumeType } from './volume.ts';

type Limits = Required<Quota>;

/** Lets through a volume of so many GiB if the project may have it; ApiError 413 with Cinder's text. */
export function checkQuota(cinder: Cinder, token: Token, quota: Limits, size: number): void {
  if (quota.gigabytes < 0 && quota.volumes < 0) return;
  const used = usageOf(cinder, token.project?.id ?? '');
  if (quota.gigabytes >= 0 && used.gigabytes + size > quota.gigabytes) {
    throw new ApiError(
      413,
      `VolumeSizeExceedsAvailableQuota: Requested volume or snapshot exceeds allowed gigabytes quota. Requested ${size}G, quota is ${quota.gigabytes}G and ${used.gigabytes}G has been consumed.`,
    );
  }
  if (quota.volumes >= 0 && used.volumes + 1 > quota.volumes) {
    throw new ApiError(
      413,
      `VolumeLimitExceeded: Maximum number of volumes allowed (${quota.volumes}) exceeded for quota 'volumes'.`,
    );
  }
}

/** The body of `GET /limits`. */
export function limitsView(cinder: Cinder, token: Token, quota: Limits): Json {
  const used = usageOf(cinder, token.project?.id ?? '');
  return {
    limits: {
      rate: [],
      absolute: {
        maxTotalVolumes: quota.volumes,
        maxTotalSnapshots: -1,
        maxTotalVolumeGigabytes: quota.gigabytes,
        maxTotalBackups: -1,
        maxTotalBackupGigabytes: 1000,
        totalVolumesUsed: used.volumes,
        totalGigabytesUsed: used.gigabytes,
        totalSnapshotsUsed: 0,
        totalBackupsUsed: 0,
        totalBackupGigabytesUsed: 0,
      },
    },
  };
}

/** The quota set of a project, with what it uses where that is asked for. */
export function quotaView(cinder: Cinder, projectId: string, quota: Limits, usage: boolean): JsonObject {
  const used = usageOf(cinder, projectId);
  const entry = (limit: number, inUse: number): Json => (usage ? { limit, in_use: inUse, reserved: 0 } : limit);
  return {
    volumes: entry(quota.volumes, used.volumes),
    per_volume_gigabytes: entry(-1, 0),
    snapshots: entry(-1, 0),
    gigabytes: entry(quota.gigabytes, used.gigabytes),
    backups: entry(-1, 0),
    backup_gigabytes: entry(1000, 0),
    ...Object.assign({}, ...cinder.types.map(type => typeEntries(cinder, projectId, type, entry))),
    groups: entry(-1, 0),
    id: projectId,
  };
}

function typeEntries(
  cinder: Cinder,
  projectId: string,
  type: VolumeType,
  entry: (limit: number, inUse: number) => Json,
): JsonObject {
  const used = usageOf(cinder, projectId, type);
  return {
    [`volumes_${type.name}`]: entry(-1, used.volumes),
    [`gigabytes_${type.name}`]: entry(-1, used.gigabytes),
    [`snapshots_${type.name}`]: entry(-1, 0),
  };
}

function usageOf(cinder: Cinder, projectId: string, type?: VolumeType): { volumes: number; gigabytes: number } {
  const own = [...cinder.volumes.values()].filter(
    volume => volume.projectId === projectId && (type === undefined || volume.type === type),
  );
  return { volumes: own.length, gigabytes: own.reduce((sum, { size }) => sum + size, 0) };
}
