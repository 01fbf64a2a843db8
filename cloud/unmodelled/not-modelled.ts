import { ApiError } from '../http/api-error.ts';
import type { Route } from '../http/route.ts';
import type { JsonObject } from '../json.ts';

/** What the real service knows of a path: the path in hono's syntax, its methods, and the last minor microversion that has it. */
export type KnownPath = readonly [path: string, methods: string, until?: number];

/** The refusal of what the real service would do and this cloud does not: 501, which no service says of itself. */
export function notModelled(service: 'Keystone' | 'Nova' | 'Cinder' | 'Glance', what: string): ApiError {
  return new ApiError(
    501,
    `The embedded cloud of novaspec does not model ${what} of ${service}. What it models stands in docs/embedded-cloud.md.`,
  );
}

/** Refuses a request that asks for one of these; they are properties that the real service would heed. */
export function refuseUnmodelled(
  service: 'Nova' | 'Cinder',
  request: string,
  wanted: JsonObject,
  properties: readonly string[],
): void {
  const found = properties.find(name => wanted[name] !== undefined && wanted[name] !== null);
  if (found !== undefined) throw notModelled(service, `the property ${found} of ${request}`);
}

/** Every method of every path of a table. */
export function knownRoutes(
  table: readonly KnownPath[],
): { method: Route['method']; path: string; name: string; until: number }[] {
  return table.flatMap(([path, methods, until = Number.POSITIVE_INFINITY]) =>
    (methods.split(' ') as Route['method'][]).map(method => ({
      method,
      path,
      name: `${method} ${path.replaceAll(/:(\w+)/g, '{$1}')}`,
      until,
    })),
  );
}
