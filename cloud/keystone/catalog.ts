import { newHexId } from '../ids.ts';
import type { Json } from '../json.ts';

/** The services in the catalog: type, name and where they live under the cloud's URL. */
const services = [
  { type: 'identity', name: 'keystone', path: '/identity' },
  { type: 'compute', name: 'nova', path: '/compute/v2.1' },
  { type: 'block-storage', name: 'cinder', path: '/volume/v3/$project' },
  // The name under which older clients look for it.
  { type: 'volumev3', name: 'cinderv3', path: '/volume/v3/$project' },
  { type: 'image', name: 'glance', path: '/image' },
].map(service => ({
  ...service,
  id: newHexId(),
  endpoints: ['public', 'internal', 'admin'].map(face => ({ id: newHexId(), face })),
}));

/** The catalog of a project-scoped token. */
export function catalogOf(url: string, projectId: string): Json[] {
  return services.map(({ type, name, path, id, endpoints }) => ({
    endpoints: endpoints.map(endpoint => ({
      id: endpoint.id,
      interface: endpoint.face,
      region_id: 'RegionOne',
      region: 'RegionOne',
      url: url + path.replace('$project', projectId),
    })),
    id,
    type,
    name,
  }));
}
