import { ApiError } from '../http/api-error.ts';
import type { Reply } from '../http/reply.ts';
import type { JsonObject } from '../json.ts';
import type { Call } from './api/call.ts';
import { novaJson } from './api/respond.ts';

/** The extensions of old whose functions this Nova has, a table: alias, name, description. Clients still ask for it. */
const extensions = [
  ['OS-DCF', 'DiskConfig', 'Disk Management Extension.'],
  ['OS-EXT-AZ', 'ExtendedAvailabilityZone', 'Extended Availability Zone support.'],
  ['OS-EXT-IPS', 'ExtendedIps', 'Adds type parameter to the ip list.'],
  ['OS-EXT-IPS-MAC', 'ExtendedIpsMac', 'Adds mac address parameter to the ip list.'],
  ['OS-EXT-SRV-ATTR', 'ExtendedServerAttributes', 'Extended Server Attributes support.'],
  ['OS-EXT-STS', 'ExtendedStatus', 'Extended Status support.'],
  ['OS-FLV-DISABLED', 'FlavorDisabled', 'Support to show the disabled status of a flavor.'],
  ['OS-FLV-EXT-DATA', 'FlavorExtraData', 'Provide additional data for flavors.'],
  ['OS-SRV-USG', 'ServerUsage', 'Adds launched_at and terminated_at on Servers.'],
  ['os-access-ips', 'AccessIPs', 'Access IPs support.'],
  [
    'os-admin-actions',
    'AdminActions',
    'Enable admin-only server actions\n\n    Actions include: resetNetwork, injectNetworkInfo, os-resetState\n    ',
  ],
  [
    'os-availability-zone',
    'AvailabilityZone',
    '1. Add availability_zone to the Create Server API.\n       2. Add availability zones describing.\n    ',
  ],
  ['os-block-device-mapping-v2-boot', 'BlockDeviceMappingV2Boot', 'Allow boot with the new BDM data format.'],
  ['os-deferred-delete', 'DeferredDelete', 'Instance deferred delete.'],
  ['os-extended-volumes', 'ExtendedVolumes', 'Extended Volumes support.'],
  ['os-flavor-extra-specs', 'FlavorExtraSpecs', 'Flavors extra specs support.'],
  ['os-flavor-rxtx', 'FlavorRxtx', 'Support to show the rxtx status of a flavor.'],
  ['os-flavor-swap', 'FlavorSwap', 'Support to show the swap status of a flavor.'],
  ['os-instance-actions', 'InstanceActions', 'View a log of actions and events taken on an instance.'],
  ['os-lock-server', 'LockServer', 'Enable lock/unlock server actions.'],
  ['os-migrate-server', 'MigrateServer', 'Enable migrate and live-migrate server actions.'],
  ['os-multiple-create', 'MultipleCreate', 'Allow multiple create in the Create Server v2.1 API.'],
  ['os-pause-server', 'PauseServer', 'Enable pause/unpause server actions.'],
  ['os-quota-sets', 'Quotas', 'Quotas management support.'],
  ['os-rescue', 'Rescue', 'Instance rescue mode.'],
  ['os-server-sort-keys', 'ServerSortKeys', 'Add sorting support in get Server v2 API.'],
  ['os-server-start-stop', 'ServerStartStop', 'Start/Stop instance compute API support.'],
  ['os-shelve', 'Shelve', 'Instance shelve mode.'],
  ['os-suspend-server', 'SuspendServer', 'Enable suspend/resume server actions.'],
  ['os-used-limits', 'UsedLimits', 'Provide data on limited resources that are being used.'],
  ['os-user-data', 'UserData', 'Add user_data to the Create Server API.'],
  ['os-volume-attachment-update', 'VolumeAttachmentUpdate', 'Support for updating a volume attachment.'],
  ['os-volumes', 'Volumes', 'Volumes support.'],
] as const;

/** Answers `GET /extensions`. */
export function listExtensions(call: Call): Reply {
  return novaJson(call, 200, { extensions: extensions.map(view) });
}

/** Answers `GET /extensions/{alias}`. */
export function showExtension(call: Call): Reply {
  const found = extensions.find(([alias]) => alias === call.exchange.params.alias);
  if (found === undefined) throw new ApiError(404, 'The resource could not be found.');
  return novaJson(call, 200, { extension: view(found) });
}

function view([alias, name, description]: (typeof extensions)[number]): JsonObject {
  const namespace = 'http://docs.openstack.org/compute/ext/fake_xml';
  return { alias, description, links: [], name, namespace, updated: '2014-12-03T00:00:00Z' };
}
