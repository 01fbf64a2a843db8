import { exec, type JsonValue } from 'jsonpath-rfc9535';
import type { Action } from './sources.ts';

type Tree = Record<string | number, unknown>;

/**
 * Applies one action of an overlay to a document in place, as the Overlay Specification says, and gives how many nodes it
 * met. The build uses another engine; the two must agree.
 */
export function applyAction(document: unknown, { target, update, remove }: Action): number {
  const found: (string | number)[][] = [];
  exec(document as JsonValue, target, (_, path) => {
    found.push([...path]);
  });
  // From the end, so that the removal of one item does not move the next one.
  for (const steps of found.toReversed()) {
    const last = steps.at(-1) ?? '';
    const parent = steps.slice(0, -1).reduce<unknown>((value, step) => (value as Tree)[step], document) as Tree;
    if (!remove) parent[last] = merged(parent[last], update);
    else if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
  }
  return found.length;
}

function merged(base: unknown, update: unknown): unknown {
  if (Array.isArray(base)) return [...base, ...[update].flat()];
  if (!isTree(base) || !isTree(update)) return update;
  const result: Tree = { ...base };
  for (const [key, value] of Object.entries(update)) result[key] = key in result ? merged(result[key], value) : value;
  return result;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
