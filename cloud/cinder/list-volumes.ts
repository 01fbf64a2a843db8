import { ApiError } from '../http/api-error.ts';
import type { Exchange } from '../http/exchange.ts';
import { queryValue } from '../http/query.ts';
import type { JsonObject } from '../json.ts';
import type { Token } from '../keystone/token.ts';
import type { Cinder } from './cinder.ts';
import { filtersOf, fits, volumeFilters } from './filters.ts';
import { pageOf } from './page.ts';
import type { Volume } from './volume.ts';

/** The volumes that a bearer sees, newest first unless the query sorts them, and the link to the next page. */
export function volumesSeen(
  cinder: Cinder,
  token: Token,
  exchange: Exchange,
  minor: number,
): { readonly items: Volume[]; readonly links: JsonObject } {
  const { query } = exchange;
  const all = token.roles.includes('admin') && /^(1|true)$/i.test(queryValue(query, 'all_tenants') ?? '');
  const filters = [...filtersOf(query, volumeFilters, minor)];
  const found = [...cinder.volumes.values()]
    .filter(volume => all || volume.projectId === token.project?.id)
    .filter(volume => filters.every(([name, value]) => fits(volume, name, value)))
    .toReversed();
  return pageOf(cinder.url, exchange, 'volumes_links', sorted(query, found));
}

const keys = new Map<string, (volume: Volume) => string | number>([
  ['id', ({ id }) => id],
  ['name', ({ name }) => name ?? ''],
  ['display_name', ({ name }) => name ?? ''],
  ['status', ({ status }) => status],
  ['size', ({ size }) => size],
  ['created_at', ({ createdAt }) => createdAt.getTime()],
  ['updated_at', ({ updatedAt }) => updatedAt?.getTime() ?? 0],
  ['bootable', ({ bootable }) => Number(bootable)],
  ['availability_zone', () => 0],
  ['host', () => 0],
]);

/** Sorts by `sort=KEY:DIRECTION,...` or the older `sort_key` and `sort_dir`; ApiError 400 for a key that is none. */
function sorted(query: string, volumes: readonly Volume[]): readonly Volume[] {
  const old = queryValue(query, 'sort_key');
  const text = queryValue(query, 'sort') ?? (old && `${old}:${queryValue(query, 'sort_dir') ?? 'desc'}`);
  if (text === undefined) return volumes;
  const orders = text.split(',').map(part => {
    const [key = '', direction = 'desc'] = part.trim().split(':');
    const of = keys.get(key);
    if (of === undefined) throw new ApiError(400, 'Invalid input received: Invalid sort key');
    const sign = direction === 'asc' ? 1 : -1;
    return (one: Volume, other: Volume) => (of(one) === of(other) ? 0 : of(one) < of(other) ? -sign : sign);
  });
  return volumes.toSorted((one, other) => orders.map(order => order(one, other)).find(found => found !== 0) ?? 0);
}
