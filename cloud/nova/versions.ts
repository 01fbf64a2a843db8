import type { Json, JsonObject } from '../json.ts';
import type { World } from '../world.ts';

/** The list of Nova's APIs, at its root. */
export function apiList(world: World): Json {
  return { versions: [entry(world)] };
}

/** The document of API v2.1, which names the range of microversions. */
export function apiDocument(world: World): Json {
  const own = entry(world);
  const docs = { rel: 'describedby', type: 'text/html', href: 'http://docs.openstack.org/' };
  return {
    version: {
      ...own,
      links: [own.links[0] ?? {}, docs],
      'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.compute+json;version=2.1' }],
    },
  };
}

function entry(world: World): JsonObject & { readonly links: readonly Json[] } {
  const { min, advertised } = world.behaviour.negotiation;
  return {
    id: 'v2.1',
    status: 'CURRENT',
    version: `2.${advertised}`,
    min_version: `2.${min}`,
    updated: '2013-07-23T11:33:21Z',
    links: [{ rel: 'self', href: `${world.url}/compute/v2.1/` }],
  };
}
