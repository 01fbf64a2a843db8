import type { GivenPatch, RequestPatch } from '../contract/rule.ts';

type Tree = { [key: string]: unknown };

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Lays `patch` over `base`: objects merge, everything else is replaced. */
export function merge(base: unknown, patch: unknown): unknown {
  if (!isTree(base) || !isTree(patch)) return patch;
  const merged: Tree = { ...base };
  for (const [key, value] of Object.entries(patch)) merged[key] = key in merged ? merge(merged[key], value) : value;
  return merged;
}

/** Lays request patches over each other, later ones on top; a raw body replaces a JSON one. */
export function mergeRequests(...patches: (RequestPatch | undefined)[]): RequestPatch {
  let merged: RequestPatch = {};
  for (const patch of patches) {
    if (!patch) continue;
    merged = merge(merged, patch) as RequestPatch;
    if (patch.raw !== undefined) delete merged.body;
  }
  return merged;
}

/** What a rule changes, as flat keys, so that two rules can be asked whether they change the same thing. */
export function touched(given: GivenPatch | undefined, request: RequestPatch | undefined, persona?: string): string[] {
  const { headers, body, raw, prefix, suffix, token, ...rest } = request ?? {};
  const touchesBody = body !== undefined || raw !== undefined;
  const touchesPath = prefix !== undefined || suffix !== undefined;
  // Without a valid token there is no caller, so no persona either.
  const touchesCaller = persona !== undefined || token !== undefined;
  return [
    ...Object.keys(given ?? {}).map(key => `given.${key}`),
    ...Object.keys(headers ?? {}).map(name => `header.${name.toLowerCase()}`),
    ...Object.keys(rest).map(key => `request.${key}`),
    ...(touchesBody ? ['request.body'] : []),
    ...(touchesPath ? ['request.path'] : []),
    ...(touchesCaller ? ['caller'] : []),
  ];
}
