import { TargetError } from '../errors.ts';
import { isMapping, type Mapping, stringAt } from '../json.ts';

/** One region of a cloud and the settings that hold only there. */
export interface Region {
  name: string | undefined;
  values: Mapping;
}

/** The region to use: the first of `regions`, or of the outdated comma-separated `region_name`; none is fine too. */
export function defaultRegion(cloud: Mapping, where: string): Region {
  const { regions } = cloud;
  if (Array.isArray(regions) && regions.length > 0) return toRegion(regions[0], where);
  return { name: stringAt(cloud, 'region_name')?.split(',')[0]?.trim(), values: {} };
}

function toRegion(entry: unknown, where: string): Region {
  if (typeof entry === 'string') return { name: entry, values: {} };
  const name = stringAt(entry, 'name');
  if (isMapping(entry) && name !== undefined && Object.keys(entry).every(key => key === 'name' || key === 'values')) {
    return { name, values: isMapping(entry.values) ? entry.values : {} };
  }
  throw new TargetError('config', `${where}: an entry of regions must be a name, or a mapping of name and values`);
}
