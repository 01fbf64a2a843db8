import type { Operation } from '../contract/contract.ts';

/** Where a request to one of the operations goes. */
export interface Route {
  /** Steps of the path before the operation's own. */
  prefix: string[];
  serverId: string;
  volumeId?: string;
  /** Without the question mark. */
  query: string;
}

/** Why an entry is none of the operations'. */
export type Foreign = 'other APIs' | 'other methods' | 'not HTTP';

/** The operation that a request asks for, below whatever prefix; what else it is otherwise. */
export function routeOf(
  method: string,
  url: string,
  operations: readonly Operation[],
): { operation: Operation; route: Route } | Foreign {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol)) return 'not HTTP';
  const steps = parsed.pathname.split('/').slice(1);
  const alike = operations.flatMap(operation => {
    const route = match(operation.path.split('/').slice(1), steps, parsed.search.slice(1));
    return route ? [{ operation, route }] : [];
  });
  if (alike.length === 0) return 'other APIs';
  return alike.find(({ operation }) => operation.method === method) ?? 'other methods';
}

function match(pattern: readonly string[], steps: readonly string[], query: string): Route | undefined {
  const at = steps.length - pattern.length;
  if (at < 0) return;
  const values: Record<string, string> = {};
  for (const [index, expected] of pattern.entries()) {
    const step = steps[at + index] ?? '';
    const name = /^\{(\w+)\}$/.exec(expected)?.[1];
    if (name === undefined ? step !== expected : step === '') return;
    if (name !== undefined) values[name] = decoded(step);
  }
  const { server_id: serverId = '', volume_id: volumeId } = values;
  return { prefix: steps.slice(0, at), serverId, query, ...(volumeId === undefined ? {} : { volumeId }) };
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
