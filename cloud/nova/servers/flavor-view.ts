import { ApiError } from '../../http/api-error.ts';
import type { Reply } from '../../http/reply.ts';
import type { JsonObject } from '../../json.ts';
import { repr } from '../../python.ts';
import type { Call } from '../api/call.ts';
import { novaJson } from '../api/respond.ts';
import { type Flavor, flavors } from './flavors.ts';
import { links } from './links.ts';
import { type Page, pageOf, queryOf, refuse } from './page.ts';

/** Answers `GET /flavors`. */
export function listFlavors(call: Call): Reply {
  const { items, links: next } = selected(call);
  return novaJson(call, 200, {
    flavors: items.map(({ id, name }) => ({
      id,
      name,
      links: links(call.world.url, 'flavors', id),
      ...(call.minor >= 55 ? { description: null } : {}),
    })),
    ...next,
  });
}

/** Answers `GET /flavors/detail`. */
export function detailFlavors(call: Call): Reply {
  const { items, links: next } = selected(call);
  return novaJson(call, 200, { flavors: items.map(flavor => flavorView(call, flavor)), ...next });
}

/** Answers `GET /flavors/{id}`. */
export function showFlavor(call: Call): Reply {
  const id = call.exchange.params.id ?? '';
  const flavor = flavors.find(candidate => candidate.id === id);
  if (flavor === undefined) throw new ApiError(404, `Flavor ${id} could not be found.`);
  return novaJson(call, 200, { flavor: flavorView(call, flavor) });
}

/** What flavors can be sorted by; by the id where nothing is asked for. */
const keys = new Map<string, (flavor: Flavor) => string | number>([
  ['flavorid', ({ id }) => id],
  ['id', ({ id }) => id],
  ['name', ({ name }) => name],
  ['memory_mb', ({ ram }) => ram],
  ['root_gb', ({ disk }) => disk],
  ['vcpus', ({ vcpus }) => vcpus],
]);

/** The flavors as the query wants them; all are public. */
function selected(call: Call): Page<Flavor> {
  const query = queryOf(call);
  const least = (name: string): number => {
    const text = query.get(name) ?? '0';
    if (!/^\d+$/.test(text)) throw new ApiError(400, `Invalid ${name} filter [${text}]`);
    return Number(text);
  };
  const [minRam, minDisk] = [least('minRam'), least('minDisk')];
  const wanted = query.get('sort_key') ?? 'flavorid';
  const key = keys.get(wanted);
  if (key === undefined) return refuse('sort_key', wanted, `${repr(wanted)} is not one of ${repr([...keys.keys()])}`);
  const sign = query.get('sort_dir') === 'desc' ? -1 : 1;
  const hidden = call.token.roles.includes('admin') && /^(0|f|false|no|off|n)$/i.test(query.get('is_public') ?? '');
  const found = flavors
    .filter(({ ram, disk }) => !hidden && ram >= minRam && disk >= minDisk)
    .toSorted((one, other) => (key(one) < key(other) ? -sign : sign));
  return pageOf(call, 'flavors_links', found, ({ id }) => id);
}

/** The first microversion without what no flavor has used for long. */
const WITHOUT_FACTOR = 102;

function flavorView(call: Call, { id, name, ram, disk, vcpus }: Flavor): JsonObject {
  const { minor } = call;
  // Of the local disks of a server the first is its root disk.
  const { before, after } = call.world.deployment.hiddenRows;
  const [swap, ephemeral] = [before + after > 1, before + after > 2];
  return {
    id,
    name,
    ram,
    disk,
    swap: swap ? 64 : minor >= 75 ? 0 : '',
    'OS-FLV-EXT-DATA:ephemeral': ephemeral ? 1 : 0,
    ...(minor < WITHOUT_FACTOR ? { 'OS-FLV-DISABLED:disabled': false } : {}),
    vcpus,
    'os-flavor-access:is_public': true,
    ...(minor < WITHOUT_FACTOR ? { rxtx_factor: 1 } : {}),
    links: links(call.world.url, 'flavors', id),
    ...(minor >= 55 ? { description: null } : {}),
    ...(minor >= 61 ? { extra_specs: {} } : {}),
  };
}
