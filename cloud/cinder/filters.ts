import { ApiError } from '../http/api-error.ts';
import { parseQuery } from '../http/query.ts';
import { str } from '../python.ts';
import { parsePython } from './python-dict.ts';
import type { Volume } from './volume.ts';

/** From this minor microversion on only the filters of the resource are let through (`resource_filters.json`). */
const CHECKED = 31;

/** What is no filter in any list. */
const others = ['limit', 'marker', 'offset', 'sort', 'sort_key', 'sort_dir', 'all_tenants', 'with_count'];

/** The filters of a query; ApiError 400 for one that the resource does not have, as soon as Cinder checks that. */
export function filtersOf(query: string, known: readonly string[], minor: number): Map<string, string> {
  const pairs = (parseQuery(query) ?? []).filter(([name]) => !others.includes(name));
  const unknown = pairs.map(([name]) => name.replace(/~$/, '')).filter(name => !known.includes(name));
  if (minor >= CHECKED && unknown.length > 0) {
    throw new ApiError(400, `Invalid filters ${unknown.join(',')} are found in query options.`);
  }
  return new Map(pairs.filter(([name]) => known.includes(name.replace(/~$/, ''))));
}

/** What volumes can be filtered by. */
export const volumeFilters = [
  'name',
  'status',
  'metadata',
  'bootable',
  'migration_status',
  'availability_zone',
  'group_id',
  'size',
  'user_id',
  'project_id',
];

/** Whether a volume is one of those that a filter asks for; with a tilde a part of the text is enough. */
export function fits(volume: Volume, name: string, value: string): boolean {
  const plain = name.replace(/~$/, '');
  if (plain === 'metadata') {
    return Object.entries(parsePython(value)).every(([key, wanted]) => volume.metadata[key] === wanted);
  }
  const own: Record<string, string> = {
    name: volume.name ?? '',
    status: volume.status,
    bootable: String(volume.bootable),
    migration_status: volume.migrationStatus ?? '',
    availability_zone: 'nova',
    group_id: '',
    size: str(volume.size),
    user_id: volume.userId,
    project_id: volume.projectId,
  };
  const text = own[plain] ?? '';
  if (plain === 'bootable') return text === value.toLowerCase();
  return name.endsWith('~') ? text.includes(value) : text === value;
}
