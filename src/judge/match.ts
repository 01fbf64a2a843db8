import { isDeepStrictEqual } from 'node:util';
import type { Level } from '../contract/rule.ts';
import { fill } from '../plan/placeholders.ts';
import type { Deviation } from './verdict.ts';

/** Compares a body with the values that it must contain: objects as subsets, arrays as "has one like this". */
export function judgeMatch(
  expected: unknown,
  received: unknown,
  values: Record<string, string>,
  level: Level,
): Deviation[] {
  return [...differences(fill(expected, values), received, '')].map(({ pointer, wanted, found }) => ({
    what: `body ${pointer === '' ? '/' : pointer}`,
    expected: JSON.stringify(wanted),
    received: found === undefined ? 'absent' : JSON.stringify(found),
    level,
  }));
}

interface Difference {
  pointer: string;
  wanted: unknown;
  found: unknown;
}

function* differences(wanted: unknown, found: unknown, pointer: string): Generator<Difference> {
  if (Array.isArray(wanted)) {
    const items: unknown[] = Array.isArray(found) ? found : [];
    for (const [index, item] of wanted.entries()) {
      const has = items.some(candidate => differences(item, candidate, '').next().done);
      if (!has) yield { pointer: `${pointer}/${index}`, wanted: item, found: items.length === 0 ? [] : items };
    }
  } else if (typeof wanted === 'object' && wanted !== null) {
    for (const [key, value] of Object.entries(wanted)) {
      yield* differences(value, (found as Record<string, unknown> | null | undefined)?.[key], `${pointer}/${key}`);
    }
  } else if (!isDeepStrictEqual(wanted, found)) {
    yield { pointer, wanted, found };
  }
}
