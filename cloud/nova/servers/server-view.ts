import { createHash } from 'node:crypto';
import { micros, zulu } from '../../dates.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Call } from '../api/call.ts';
import { ROOT_DEVICE } from '../compute/devices.ts';
import type { Server, VmState } from '../server.ts';
import { links } from './links.ts';
import { addressesOf, shortAddressesOf } from './server-addresses.ts';

/** The status of a server without a task, by its vm_state. */
export const statuses: Readonly<Record<VmState, string>> = {
  active: 'ACTIVE',
  building: 'BUILD',
  paused: 'PAUSED',
  suspended: 'SUSPENDED',
  stopped: 'SHUTOFF',
  rescued: 'RESCUE',
  resized: 'VERIFY_RESIZE',
  'soft-delete': 'SOFT_DELETED',
  deleted: 'DELETED',
  error: 'ERROR',
  shelved: 'SHELVED',
  shelved_offloaded: 'SHELVED_OFFLOADED',
};

/** Statuses that an active server shows while a task runs. */
const taskStatuses = new Map([
  ['rebooting', 'REBOOT'],
  ['reboot_pending', 'REBOOT'],
  ['reboot_started', 'REBOOT'],
  ['rebooting_hard', 'HARD_REBOOT'],
  ['reboot_pending_hard', 'HARD_REBOOT'],
  ['reboot_started_hard', 'HARD_REBOOT'],
  ['resize_prep', 'RESIZE'],
  ['resize_migrating', 'RESIZE'],
  ['resize_migrated', 'RESIZE'],
  ['resize_finish', 'RESIZE'],
  ['resize_reverting', 'REVERT_RESIZE'],
  ['rebuilding', 'REBUILD'],
  ['rebuild_block_device_mapping', 'REBUILD'],
  ['rebuild_spawning', 'REBUILD'],
]);

/** Statuses that tell how far a server is, although no driver says. */
const inProgress = new Set(['ACTIVE', 'BUILD', 'REBUILD', 'RESIZE', 'VERIFY_RESIZE', 'MIGRATING']);

/** The status that clients see. */
export function statusOf(server: Server): string {
  return taskStatuses.get(server.taskState ?? '') ?? statuses[server.vmState];
}

/** The short form of a server, in lists. */
export function serverSummary(url: string, server: Server): JsonObject {
  return { id: server.id, name: server.name, links: links(url, 'servers', server.id) };
}

/** The host as a project may know it: an opaque hash. */
export function hostIdOf(server: Pick<Server, 'projectId' | 'host'>): string {
  return server.host === null
    ? ''
    : createHash('sha224')
        .update(server.projectId + server.host)
        .digest('hex');
}

/** The fields that a server has in lists and where one is shown, but, before 2.75, not in the answers to changes. */
const shownOnly = new Set([
  'OS-EXT-AZ:availability_zone',
  'config_drive',
  'key_name',
  'OS-SRV-USG:launched_at',
  'OS-SRV-USG:terminated_at',
  'OS-EXT-STS:task_state',
  'OS-EXT-STS:vm_state',
  'OS-EXT-STS:power_state',
  'os-extended-volumes:volumes_attached',
  'host_status',
]);

/** A server in the answer to a request that changes it. */
export function changedServerView(call: Call, server: Server): JsonObject {
  const view = serverView(call, server);
  if (call.minor >= 75) return view;
  const short = Object.entries(view).filter(([name]) => !shownOnly.has(name) && !name.startsWith('OS-EXT-SRV-ATTR:'));
  return { ...Object.fromEntries(short), addresses: shortAddressesOf(server) };
}

/** A server in the list with details, which leaves out what would have to be looked up for each. */
export function listedServerView(call: Call, server: Server): JsonObject {
  const { server_groups: _, ...view } = serverView(call, server);
  return view;
}

/** The whole server at the microversion of the call. */
export function serverView(call: Call, server: Server): JsonObject {
  const { minor, world, token } = call;
  const admin = token.roles.includes('admin');
  const since = (first: number, fields: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> =>
    minor >= first ? fields : {};
  return {
    id: server.id,
    name: server.name,
    status: statusOf(server),
    tenant_id: server.projectId,
    user_id: server.userId,
    metadata: server.metadata,
    hostId: hostIdOf(server),
    image: imageOf(call, server),
    flavor: flavorOf(call, server),
    created: zulu(server.createdAt),
    updated: zulu(server.updatedAt),
    addresses: addressesOf(server),
    accessIPv4: server.accessIPv4,
    accessIPv6: server.accessIPv6,
    links: links(world.url, 'servers', server.id),
    'OS-DCF:diskConfig': server.diskConfig,
    ...(inProgress.has(statusOf(server)) ? { progress: 0 } : {}),
    'OS-EXT-AZ:availability_zone': server.host === null ? '' : 'nova',
    config_drive: '',
    key_name: server.keyName,
    'OS-SRV-USG:launched_at': server.launchedAt === null ? null : micros(server.launchedAt),
    'OS-SRV-USG:terminated_at': null,
    ...(admin ? hostFields(server, minor) : {}),
    'OS-EXT-STS:task_state': server.taskState,
    'OS-EXT-STS:vm_state': server.vmState,
    'OS-EXT-STS:power_state': server.powerState,
    'os-extended-volumes:volumes_attached': server.rows
      .filter(({ volumeId }) => volumeId !== null)
      .map(row => ({ id: row.volumeId, ...since(3, { delete_on_termination: row.deleteOnTermination }) })),
    ...(server.fault !== null && (server.vmState === 'error' || server.vmState === 'deleted')
      ? { fault: { code: server.fault.code, message: server.fault.message, created: zulu(server.fault.created) } }
      : {}),
    ...since(9, { locked: server.locked }),
    ...(admin ? since(16, { host_status: server.host === null ? '' : 'UP' }) : {}),
    ...since(19, { description: server.description }),
    ...since(26, { tags: server.tags }),
    ...since(63, { trusted_image_certificates: null }),
    ...since(71, { server_groups: [] }),
    ...since(73, { locked_reason: server.lockedReason }),
    ...since(90, { 'OS-EXT-SRV-ATTR:hostname': server.hostname }),
    ...since(96, { pinned_availability_zone: server.pinnedZone }),
    ...since(100, { scheduler_hints: {} }),
  };
}

function imageOf(call: Call, server: Server): Json {
  if (server.imageId === null) return '';
  const href = `${call.world.url}/compute/images/${server.imageId}`;
  const properties = call.minor >= 98 ? { properties: {} } : {};
  return { id: server.imageId, links: [{ rel: 'bookmark', href }], ...properties };
}

function flavorOf(call: Call, { flavor }: Server): Json {
  if (call.minor < 47) {
    return { id: flavor.id, links: [{ rel: 'bookmark', href: `${call.world.url}/compute/flavors/${flavor.id}` }] };
  }
  const { vcpus, ram, disk, name } = flavor;
  return { vcpus, ram, disk, ephemeral: 0, swap: 0, original_name: name, extra_specs: {} };
}

function hostFields(server: Server, minor: number): Readonly<Record<string, Json>> {
  return {
    'OS-EXT-SRV-ATTR:host': server.host,
    'OS-EXT-SRV-ATTR:hypervisor_hostname': server.host,
    'OS-EXT-SRV-ATTR:instance_name': `instance-${server.id.slice(0, 8)}`,
    ...(minor >= 3
      ? {
          'OS-EXT-SRV-ATTR:root_device_name': ROOT_DEVICE,
          'OS-EXT-SRV-ATTR:hostname': server.hostname,
          'OS-EXT-SRV-ATTR:kernel_id': '',
          'OS-EXT-SRV-ATTR:ramdisk_id': '',
          'OS-EXT-SRV-ATTR:launch_index': server.launchIndex,
          'OS-EXT-SRV-ATTR:reservation_id': server.reservationId,
          'OS-EXT-SRV-ATTR:user_data': server.userData,
        }
      : {}),
  };
}
