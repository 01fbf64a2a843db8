import { micros } from '../../dates.ts';
import { ApiError } from '../../http/api-error.ts';
import type { Reply } from '../../http/reply.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Call } from '../api/call.ts';
import { novaJson } from '../api/respond.ts';
import { HOSTS } from '../compute/boot.ts';

const zone = { zoneName: 'nova', zoneState: { available: true } };

/** Lets through the one zone, or none at all; ApiError 400 with Nova's text. */
export function needZone(wanted: Json | undefined): void {
  const [name] = typeof wanted === 'string' ? wanted.split(':') : [];
  if (name !== undefined && name !== zone.zoneName) {
    throw new ApiError(400, 'The requested availability zone is not available');
  }
}

/** Answers `GET /os-availability-zone`. */
export function listZones(call: Call): Reply {
  return novaJson(call, 200, { availabilityZoneInfo: [{ ...zone, hosts: null }] });
}

function service(name: string): JsonObject {
  return { [name]: { available: true, active: true, updated_at: micros(new Date()) } };
}

/** Answers `GET /os-availability-zone/detail`, with the hosts, which only an admin may see. */
export function detailZones(call: Call): Reply {
  if (!call.token.roles.includes('admin')) {
    throw new ApiError(403, "Policy doesn't allow os_compute_api:os-availability-zone:detail to be performed.");
  }
  const hosts = Object.fromEntries(HOSTS.map(host => [host, service('nova-compute')]));
  const controller = { 'novaspec-controller': { ...service('nova-conductor'), ...service('nova-scheduler') } };
  return novaJson(call, 200, {
    availabilityZoneInfo: [
      { ...zone, zoneName: 'internal', hosts: controller },
      { ...zone, hosts },
    ],
  });
}
