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
  return Object.entries(expected).flatMap(([name, pattern]) => {
    const value = received[name.toLowerCase()];
    const what = `header ${name}`;
    if (pattern === null) {
      return value === undefined ? [] : [{ what, expected: 'absent', received: JSON.stringify(value), level }];
    }
    const filled = pattern.includes('{{') ? fillPattern(pattern, { ...values, ...asValues(received) }) : pattern;
    if (value !== undefined && new RegExp(filled).test(value)) return [];
    return [{ what, expected: `/${filled}/`, received: value === undefined ? 'absent' : JSON.stringify(value), level }];
  });
}

function asValues(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [`header:${name}`, value]));
}
