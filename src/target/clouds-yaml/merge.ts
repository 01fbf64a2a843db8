import { isMapping, type Mapping } from '../json.ts';

/** `over` laid over `base`, mappings key by key; neither is changed. */
export function mergeDeep(base: Mapping, over: Mapping): Mapping {
  const merged = { ...base };
  for (const [key, value] of Object.entries(over)) {
    const before = merged[key];
    merged[key] = isMapping(value) && isMapping(before) ? mergeDeep(before, value) : value;
  }
  return merged;
}

/** `over` laid over `base` one level deep, but `auth` key by key: so a cloud overrides its profile. */
export function mergeCloud(base: Mapping, over: Mapping): Mapping {
  const merged = { ...base, ...over };
  if (isMapping(base.auth) && isMapping(over.auth)) merged.auth = { ...base.auth, ...over.auth };
  return merged;
}

/** The same mapping with `_` for every `-` in its keys, at all depths. */
export function normalizeKeys(mapping: Mapping): Mapping {
  return Object.fromEntries(
    Object.entries(mapping).map(([key, value]) => [
      key.replaceAll('-', '_'),
      isMapping(value) ? normalizeKeys(value) : value,
    ]),
  );
}
