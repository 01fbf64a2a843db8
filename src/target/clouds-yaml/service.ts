import { serviceTypes } from '../catalog.ts';
import { TargetError } from '../errors.ts';
import { stringAt } from '../json.ts';
import type { Service } from '../resolved.ts';
import type { Cloud } from './cloud.ts';

/** Prefixes of the per-service keys, official name first. */
const prefixes: Record<Service, readonly string[]> = {
  compute: ['compute'],
  volume: ['block_storage', 'volumev3', 'volumev2', 'volume', 'block_store'],
  image: ['image'],
  network: ['network'],
};

/** How to find one service of a cloud. */
export interface ServiceSettings {
  /** Instead of the catalog. */
  endpoint: string | undefined;
  types: readonly string[];
  interfaces: string[];
  region: string | undefined;
  name: string | undefined;
}

/** What a cloud says about a service; only `interface` and `region_name` fall back to the unprefixed key. */
export function serviceSettings(cloud: Cloud, service: Service): ServiceSettings {
  const setting = (key: string): unknown =>
    prefixes[service]
      .map(prefix => cloud.settings[`${prefix}_${key}`])
      .find(value => value !== undefined && value !== null);
  const text = (key: string): string | undefined => stringAt({ value: setting(key) }, 'value');
  const type = text('service_type');
  return {
    endpoint: text('endpoint_override') ?? text('endpoint'),
    types: type === undefined ? serviceTypes[service] : [type],
    interfaces: toInterfaces(setting('interface') ?? cloud.settings.interface ?? 'public', cloud.where),
    region: text('region_name') ?? cloud.region,
    name: text('service_name'),
  };
}

/** One name or a list; `publicURL` is the old form of `public`. */
function toInterfaces(value: unknown, where: string): string[] {
  const names: unknown[] = Array.isArray(value) ? value : [value];
  return names.map(name => {
    if (typeof name === 'string') return name.replace(/URL$/, '');
    throw new TargetError('config', `${where}: interface must be a name or a list of names`);
  });
}
