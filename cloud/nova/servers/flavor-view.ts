import { ApiError } from '../../http/api-error.ts';
import type { Reply } from '../../http/reply.ts';
import type { JsonObject } from '../../json.ts';
import type { Call } from '../api/call.ts';
import { novaJson } from '../api/respond.ts';
import { type Flavor, flavors } from './flavors.ts';
import { links } from './links.ts';

/** Answers `GET /flavors`. */
export function listFlavors(call: Call): Reply {
  return novaJson(call, 200, {
    flavors: flavors.map(({ id, name }) => ({
      id,
      name,
      links: links(call.world.url, 'flavors', id),
      ...(call.minor >= 55 ? { description: null } : {}),
    })),
  });
}

/** Answers `GET /flavors/detail`. */
export function detailFlavors(call: Call): Reply {
  return novaJson(call, 200, { flavors: flavors.map(flavor => flavorView(call, flavor)) });
}

/** Answers `GET /flavors/{id}`. */
export function showFlavor(call: Call): Reply {
  const id = call.exchange.params.id ?? '';
  const flavor = flavors.find(candidate => candidate.id === id);
  if (flavor === undefined) throw new ApiError(404, `Flavor ${id} could not be found.`);
  return novaJson(call, 200, { flavor: flavorView(call, flavor) });
}

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
    'OS-FLV-DISABLED:disabled': false,
    vcpus,
    'os-flavor-access:is_public': true,
    rxtx_factor: 1,
    links: links(call.world.url, 'flavors', id),
    ...(minor >= 55 ? { description: null } : {}),
    ...(minor >= 61 ? { extra_specs: {} } : {}),
  };
}
