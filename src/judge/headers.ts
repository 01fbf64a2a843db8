import type { Level } from '../contract/rule.ts';
import { fillPattern } from '../plan/placeholders.ts';
import type { Deviation } from './verdict.ts';

/** Compares headers with the regular expressions of a case; null: absent. `{{header:NAME}}` is another header's value. */
export function judgeHeaders(
  expected: Record<string, string | null>,
  received: Record<string, string>,
  values: Record<string, string>,
  level: Level,
): Deviation[] {
  const others = Object.fromEntries(Object.entries(received).map(([name, value]) => [`header:${name}`, value]));
  return Object.entries(expected).flatMap(([name, pattern]) => {
    const value = received[name.toLowerCase()];
    const what = `header ${name}`;
    if (pattern === null) {
      return value === undefined ? [] : [{ what, expected: 'absent', received: JSON.stringify(value), level }];
    }
    const filled = fillPattern(pattern, { ...values, ...others });
    if (value !== undefined && new RegExp(filled).test(value)) return [];
    return [{ what, expected: `/${filled}/`, received: value === undefined ? 'absent' : JSON.stringify(value), level }];
  });
}
