import { ApiError } from '../../http/api-error.ts';
import type { Reply } from '../../http/reply.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { World } from '../../world.ts';
import type { Call } from '../api/call.ts';
import { novaJson } from '../api/respond.ts';

/** What the quota of a project counts. */
const counted = ['cores', 'instances', 'ram'] as const;

/** So much of each. */
export type Amounts = Readonly<Record<(typeof counted)[number], number>>;

/** Lets through what the project may have more of; ApiError 403 with Nova's text. */
export function checkQuota({ nova, deployment }: World, projectId: string, more: Amounts): void {
  const { quota } = deployment;
  if (counted.every(name => quota[name] < 0)) return;
  const used = usageOf(nova, projectId);
  const overs = counted.filter(name => more[name] > 0 && quota[name] >= 0 && used[name] + more[name] > quota[name]);
  if (overs.length === 0) return;
  const list = (amounts: Amounts): string => overs.map(name => amounts[name]).join(', ');
  const names = overs.join(', ');
  throw new ApiError(
    403,
    `Quota exceeded for ${names}: Requested ${list(more)}, but already used ${list(used)} of ${list(quota)} ${names}`,
  );
}

/** Answers `GET /limits`. */
export function showLimits(call: Call): Reply {
  const { quota } = call.world.deployment;
  const used = usageOf(call.world.nova, call.token.project?.id ?? '');
  const { minor } = call;
  const until = (last: number, fields: JsonObject): JsonObject => (minor <= last ? fields : {});
  const absolute = {
    maxTotalCores: quota.cores,
    ...until(56, { maxPersonality: 5, maxPersonalitySize: 10_240 }),
    maxTotalInstances: quota.instances,
    maxTotalKeypairs: 100,
    maxServerMeta: -1,
    ...until(38, { maxImageMeta: -1 }),
    maxTotalRAMSize: quota.ram,
    maxServerGroups: -1,
    maxServerGroupMembers: -1,
    ...until(35, { maxTotalFloatingIps: -1, maxSecurityGroups: -1, maxSecurityGroupRules: -1 }),
    totalRAMUsed: used.ram,
    totalCoresUsed: used.cores,
    totalInstancesUsed: used.instances,
    ...until(35, { totalFloatingIpsUsed: 0, totalSecurityGroupsUsed: 0 }),
    totalServerGroupsUsed: 0,
  };
  return novaJson(call, 200, { limits: { rate: [], absolute } });
}

/** Answers `GET /os-quota-sets/{project}`. */
export function showQuotaSet(call: Call): Reply {
  return quotaSet(call, limit => limit);
}

/** Answers `GET /os-quota-sets/{project}/detail`, with what is used. */
export function detailQuotaSet(call: Call): Reply {
  return quotaSet(call, (limit, used) => ({ limit, in_use: used, reserved: 0 }));
}

/** Answers `GET /os-quota-sets/{project}/defaults`, for anybody: no project has a quota of its own. */
export function defaultQuotaSet(call: Call): Reply {
  return novaJson(call, 200, { quota_set: quotaView(call, limit => limit) });
}

function quotaSet(call: Call, entry: (limit: number, used: number) => Json): Reply {
  const id = call.exchange.params.id ?? '';
  if (id !== call.token.project?.id && !call.token.roles.includes('admin')) {
    throw new ApiError(403, "Policy doesn't allow os_compute_api:os-quota-sets:show to be performed.");
  }
  return novaJson(call, 200, { quota_set: quotaView(call, entry) });
}

function quotaView(call: Call, entry: (limit: number, used: number) => Json): JsonObject {
  const id = call.exchange.params.id ?? '';
  const { quota } = call.world.deployment;
  const used = usageOf(call.world.nova, id);
  const network = { fixed_ips: -1, floating_ips: -1, security_group_rules: -1, security_groups: -1 };
  const files = { injected_file_content_bytes: 10_240, injected_file_path_bytes: 255, injected_files: 5 };
  const unused = { ...(call.minor <= 35 ? network : {}), ...(call.minor <= 56 ? files : {}) };
  return {
    id,
    cores: entry(quota.cores, used.cores),
    instances: entry(quota.instances, used.instances),
    key_pairs: entry(100, 0),
    metadata_items: entry(-1, 0),
    ram: entry(quota.ram, used.ram),
    server_group_members: entry(-1, 0),
    server_groups: entry(-1, 0),
    ...Object.fromEntries(Object.entries(unused).map(([name, limit]) => [name, entry(limit, 0)])),
  };
}

/** What a project uses; servers that are deleted softly do not count. */
function usageOf(nova: World['nova'], projectId: string): Amounts {
  const own = [...nova.servers.values()].filter(
    server => server.projectId === projectId && server.vmState !== 'soft-delete',
  );
  return {
    instances: own.length,
    cores: own.reduce((total, { flavor }) => total + flavor.vcpus, 0),
    ram: own.reduce((total, { flavor }) => total + flavor.ram, 0),
  };
}
