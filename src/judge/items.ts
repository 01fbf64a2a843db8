import { isDeepStrictEqual } from 'node:util';
import type { Level } from '../contract/rule.ts';
import type { Expectation } from '../plan/case.ts';
import type { Deviation } from './verdict.ts';

/** Compares a page with the whole list. The order of items is nobody's promise, so it is never looked at. */
export function judgeItems(
  { compare, max, fewer }: NonNullable<Expectation['items']>,
  body: unknown,
  whole: unknown[],
  level: Level,
): Deviation[] {
  const page = Object.values((body ?? {}) as Record<string, unknown>).find(value => Array.isArray(value)) ?? [];
  const deviations: Deviation[] = [];
  const report = (expected: string, received: string) => deviations.push({ what: 'items', expected, received, level });
  const strangers = page.filter(item => !whole.some(other => isDeepStrictEqual(item, other)));
  const distinct = new Set(page.map(item => JSON.stringify(item)));
  if (strangers.length > 0) report('items of the whole list only', JSON.stringify(strangers));
  if (distinct.size < page.length) report('no item twice', `${page.length - distinct.size} of ${page.length} repeated`);
  const expectedCount = compare === 'equal' ? whole.length : compare === 'empty' ? 0 : undefined;
  if (expectedCount !== undefined && page.length !== expectedCount) {
    report(`${expectedCount} items (the whole list has ${whole.length})`, `${page.length} items`);
  }
  if (max !== undefined && page.length > max) report(`at most ${max} items`, `${page.length} items`);
  if (fewer && !fewer.includes(whole.length - page.length)) {
    report(`${fewer.join(' or ')} items fewer than the whole list of ${whole.length}`, `${page.length} items`);
  }
  return deviations;
}
