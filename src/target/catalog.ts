import { listAt, stringAt } from './json.ts';
import type { Service } from './resolved.ts';

/** Names of the services in catalogs, preferred first (service-types-authority). */
export const serviceTypes: Record<Service, readonly string[]> = {
  compute: ['compute'],
  volume: ['block-storage', 'volumev3', 'block-store', 'volume'],
  image: ['image'],
  network: ['network'],
};

/** What to look for; undefined: anything. */
export interface EndpointQuery {
  types: readonly string[];
  /** Preferred first. */
  interfaces: readonly string[];
  region: string | undefined;
  name: string | undefined;
}

/** One endpoint of a catalog. */
export interface CatalogEndpoint {
  type: string;
  name: string | undefined;
  interface: string;
  region: string | undefined;
  url: string;
}

/** All endpoints of a Keystone v3 catalog, flat; entries without a URL are left out. */
export function endpointsOf(catalog: unknown[]): CatalogEndpoint[] {
  return catalog.flatMap(service =>
    listAt(service, 'endpoints').flatMap(endpoint => {
      const url = stringAt(endpoint, 'url');
      const type = stringAt(service, 'type');
      if (url === undefined || type === undefined) return [];
      const region = stringAt(endpoint, 'region_id') ?? stringAt(endpoint, 'region');
      return [{ type, name: stringAt(service, 'name'), interface: stringAt(endpoint, 'interface') ?? '', region, url }];
    }),
  );
}

/** The endpoints that match, best first: by type, then by interface, then as the catalog has them. */
export function findEndpoints(endpoints: CatalogEndpoint[], query: EndpointQuery): CatalogEndpoint[] {
  return query.types.flatMap(type =>
    query.interfaces.flatMap(wanted =>
      endpoints.filter(
        endpoint =>
          endpoint.type === type &&
          endpoint.interface === wanted &&
          (query.region === undefined || endpoint.region === query.region) &&
          (query.name === undefined || endpoint.name === query.name),
      ),
    ),
  );
}
