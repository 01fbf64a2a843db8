import { ApiError } from '../../http/api-error.ts';
import { parseQuery } from '../../http/query.ts';
import { repr } from '../../python.ts';
import type { Call } from '../api/call.ts';
import type { Server } from '../server.ts';
import { refuse } from './page.ts';

/** What servers can be sorted by; the keys that Nova knows besides these are the same for all servers here. */
const keys = new Map<string, (server: Server) => string | number>([
  ['created_at', ({ createdAt }) => createdAt.getTime()],
  ['updated_at', ({ updatedAt }) => updatedAt.getTime()],
  ['launched_at', ({ launchedAt }) => launchedAt?.getTime() ?? 0],
  ['display_name', ({ name }) => name],
  ['display_description', ({ description }) => description ?? ''],
  ['hostname', ({ hostname }) => hostname],
  ['uuid', ({ id }) => id],
  ['vm_state', ({ vmState }) => vmState],
  ['task_state', ({ taskState }) => taskState ?? ''],
  ['power_state', ({ powerState }) => powerState],
  ['user_id', ({ userId }) => userId],
  ['project_id', ({ projectId }) => projectId],
  ['instance_type_id', ({ flavor }) => flavor.id],
  ['image_ref', ({ imageId }) => imageId ?? ''],
  ['host', ({ host }) => host ?? ''],
  ['node', ({ host }) => host ?? ''],
  ...['access_ip_v4', 'access_ip_v6', 'auto_disk_config', 'availability_zone', 'config_drive', 'kernel_id'].map(flat),
  ...['key_name', 'launch_index', 'locked_by', 'progress', 'ramdisk_id', 'root_device_name', 'terminated_at'].map(flat),
  ...['locked'].map(flat),
]);

/** Sorts a list that is newest first as the query wants it; ApiError 400 for a key that is none. */
export function sorted(call: Call, servers: readonly Server[]): readonly Server[] {
  const pairs = parseQuery(call.exchange.query) ?? [];
  const wanted = pairs.filter(([name]) => name === 'sort_key').map(([, value]) => value);
  const directions = pairs.filter(([name]) => name === 'sort_dir').map(([, value]) => value);
  if (directions.some(direction => direction !== 'asc' && direction !== 'desc')) {
    throw new ApiError(400, "Invalid input received: Unknown sort direction, must be 'desc' or 'asc'");
  }
  const orders = wanted.map((key, index) => {
    const of = keys.get(key);
    if (of === undefined) return refuse('sort_key', key, `${repr(key)} is not one of ${repr([...keys.keys()])}`);
    const sign = (directions[index] ?? directions.at(-1) ?? 'desc') === 'asc' ? 1 : -1;
    return (one: Server, other: Server): number => sign * compare(of(one), of(other));
  });
  if (orders.length === 0) return servers;
  return servers.toSorted((one, other) => {
    for (const order of orders) {
      const found = order(one, other);
      if (found !== 0) return found;
    }
    return 0;
  });
}

function flat(name: string): [string, () => number] {
  return [name, () => 0];
}

function compare(one: string | number, other: string | number): number {
  return one < other ? -1 : Number(one > other);
}
