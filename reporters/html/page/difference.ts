import { diffWordsWithSpace } from 'diff';

/** A part of a text; `own`: the other text does not have it. */
export interface Part {
  text: string;
  own: boolean;
}

// Texts that have so little in common are better read one after the other.
const mostEdits = 400;

/** Two texts in parts, so that what differs can be marked; JSON is compared as it would be written by hand. */
export function differenceOf(expected: string, received: string): { expected: Part[]; received: Part[] } {
  const bothJson = isJson(expected) && isJson(received);
  const [wanted, came] = bothJson ? [pretty(expected), pretty(received)] : [expected, received];
  const changes = diffWordsWithSpace(wanted, came, { maxEditLength: mostEdits });
  if (changes === undefined || !changes.some(({ added, removed, value }) => !added && !removed && /\w/.test(value))) {
    return { expected: [{ text: wanted, own: false }], received: [{ text: came, own: false }] };
  }
  const side = (other: 'added' | 'removed', own: 'added' | 'removed') =>
    changes.filter(change => !change[other]).map(change => ({ text: change.value, own: change[own] }));
  return { expected: side('added', 'removed'), received: side('removed', 'added') };
}

/** JSON with an indentation of two; what is none stays as it is. */
export function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function isJson(text: string): boolean {
  return /^\s*[[{]/.test(text) && pretty(text) !== text;
}
