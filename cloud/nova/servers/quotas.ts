import { ApiError } from '../../http/api-error.ts';
import type { Reply } from '../../http/reply.ts';
import type { Call } from '../api/call.ts';
import { novaJson } from '../api/respond.ts';

/** Answers `GET /limits`: nothing is limited. */
export function showLimits(call: Call): Reply {
  const own = [...call.world.nova.servers.values()].filter(({ projectId }) => projectId === call.token.project?.id);
  const sum = (of: (server: (typeof own)[number]) => number): number =>
    own.reduce((total, server) => total + of(server), 0);
  const absolute = {
    maxTotalCores: -1,
    maxTotalInstances: -1,
    maxTotalKeypairs: 100,
    maxServerMeta: -1,
    maxTotalRAMSize: -1,
    maxServerGroups: -1,
    maxServerGroupMembers: -1,
    totalRAMUsed: sum(({ flavor }) => flavor.ram),
    totalCoresUsed: sum(({ flavor }) => flavor.vcpus),
    totalInstancesUsed: own.length,
    totalServerGroupsUsed: 0,
  };
  return novaJson(call, 200, { limits: { rate: [], absolute } });
}

/** Answers `GET /os-quota-sets/{project}`. */
export function showQuotaSet(call: Call): Reply {
  const id = call.exchange.params.id ?? '';
  if (id !== call.token.project?.id && !call.token.roles.includes('admin')) {
    throw new ApiError(403, "Policy doesn't allow os_compute_api:os-quota-sets:show to be performed.");
  }
  const quotas = { cores: -1, instances: -1, key_pairs: 100, metadata_items: -1, ram: -1 };
  return novaJson(call, 200, { quota_set: { id, ...quotas, server_group_members: -1, server_groups: -1 } });
}
