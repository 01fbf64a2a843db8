import type { Scrubber } from './scrub.ts';

/** A word that means something: a state, an action, a name of a field; neither an id nor a name that somebody chose. */
const word = /^[A-Za-z][A-Za-z_.:-]{0,40}$/;

/** Texts that are made up each time. */
const random = /\.(adminPass|OS-EXT-SRV-ATTR:reservation_id|audit_ids\[\])$/;

/** What a project uses depends on what else it has. */
const usage = /\.(in_use|reserved|total\w+Used)$/;

/**
 * The paths of a JSON value and what is there: `object`, `array`, `empty` (an array), or the type of a scalar. The items of an array
 * share their path; what differs between them is joined by `|`. With `words`, flags, small numbers and words stand for themselves.
 */
export function shapeOf(json: unknown, scrub: Scrubber, words: boolean): Record<string, string> {
  const found = new Map<string, Set<string>>();
  const note = (path: string, token: string) => {
    const known = found.get(path) ?? new Set();
    found.set(path, known.add(token));
  };
  const visit = (path: string, value: unknown) => {
    if (Array.isArray(value)) {
      note(path, value.length === 0 ? 'empty' : 'array');
      for (const item of value) visit(`${path}[]`, item);
    } else if (typeof value === 'object' && value !== null) {
      note(path, 'object');
      for (const [key, item] of Object.entries(value)) visit(`${path}.${scrub.text(key)}`, item);
    } else note(path, random.test(path) ? 'string' : tokenOf(value, scrub, words && !usage.test(path)));
  };
  visit('$', json);
  return Object.fromEntries(
    [...found]
      .map(([path, tokens]) => [path, [...tokens].toSorted().join('|')] as const)
      .toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}

function tokenOf(value: unknown, scrub: Scrubber, words: boolean): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return words ? String(value) : 'boolean';
  if (typeof value === 'number') return words && Math.abs(value) < 10 ? String(value) : 'number';
  if (typeof value !== 'string' || !words) return 'string';
  const text = value;
  const scrubbed = scrub.text(text);
  return scrubbed === text && word.test(text) ? `"${text}"` : scrub.kindOf(text);
}
