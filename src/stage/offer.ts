import { unknownName } from '../plan/selection.ts';
import { TargetError } from '../target/errors.ts';
import { isMapping, listAt } from '../target/json.ts';
import type { Service } from '../target/resolved.ts';
import { type CloudApi, describe, succeeded } from './cloud-api.ts';

/** Something that a cloud offers. */
export interface Named {
  id: string;
  name: string;
}

/** What a cloud offers of a kind; `problem`: why that could not be read, in one line. */
export interface Offer<T> {
  found: T[];
  problem: string | null;
}

/** Reads a list as the member; never throws. */
export async function listOf<T>(
  api: CloudApi,
  service: Service,
  path: string,
  key: string,
  microversion?: string,
): Promise<Offer<T>> {
  try {
    const exchange = await api.ask('member', service, 'GET', path, undefined, microversion);
    if (!succeeded(exchange)) return { found: [], problem: describe(exchange) };
    return { found: listAt(exchange.response.json, key).filter(isMapping) as T[], problem: null };
  } catch (error) {
    return { found: [], problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Reads anything as the member; undefined where it is refused or does not come. */
export async function readJson(api: CloudApi, service: Service, path: string): Promise<unknown> {
  try {
    const exchange = await api.ask('member', service, 'GET', path);
    return succeeded(exchange) ? exchange.response.json : undefined;
  } catch {
    return undefined;
  }
}

/** The offered one with this id or name; where nothing can be listed, the wish itself. @throws TargetError `config` */
export function wished<T extends Named>(option: string, wish: string, { found, problem }: Offer<T>): T | Named {
  if (problem !== null) return { id: wish, name: wish };
  const same = found.find(({ id }) => id === wish);
  if (same) return same;
  const [one, ...more] = found.filter(({ name }) => name === wish);
  if (!one) {
    throw new TargetError(
      'config',
      unknownName(
        option,
        wish,
        found.map(({ id, name }) => name ?? id),
      ),
    );
  }
  if (more.length === 0) return one;
  const ids = [one, ...more].map(({ id }) => id).join(', ');
  throw new TargetError('config', `${option}: ${more.length + 1} are named '${wish}'`, `give one of the ids ${ids}`);
}
