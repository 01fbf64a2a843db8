import { diffWordsWithSpace } from 'diff';

/** A part of a text; `own`: the other text does not have it. */
export interface Part {
  text: string;
  own: boolean;
}

// Texts that have so little in common are better read one after the other.
const mostEdits = 400;
const shortest = 14;

/** Two texts in parts, so that what differs can be marked; JSON is compared as it would be written by hand. */
export function differenceOf(expected: string, received: string): { expected: Part[]; received: Part[] } {
  const bothJson = isJson(expected) && isJson(received);
  const [wanted, came] = bothJson ? [pretty(expected), pretty(received)] : [expected, received];
  const changes = diffWordsWithSpace(wanted, came, { maxEditLength: mostEdits });
  const isShared = changes?.map(({ added, removed }) => !added && !removed) ?? [];
  if (changes === undefined) return whole(wanted, came, false);
  if (!changes.some(({ value }, at) => isShared[at] && /\w/.test(value))) return whole(wanted, came, true);
  // In prose a word or two that happen to stand in both, between what differs, only look like something in common.
  const byChance = (at: number) =>
    !bothJson && isShared[at] && at > 0 && at < changes.length - 1 && (changes[at]?.value.length ?? 0) < shortest;
  const side = (other: 'added' | 'removed') =>
    joined(
      changes.flatMap((change, at) =>
        change[other] ? [] : [{ text: change.value, own: !isShared[at] || byChance(at) === true }],
      ),
    );
  return { expected: side('added'), received: side('removed') };
}

function whole(expected: string, received: string, own: boolean): ReturnType<typeof differenceOf> {
  return { expected: [{ text: expected, own }], received: [{ text: received, own }] };
}

function joined(parts: readonly Part[]): Part[] {
  const all: Part[] = [];
  for (const part of parts) {
    const last = all.at(-1);
    if (last?.own === part.own) last.text += part.text;
    else all.push({ ...part });
  }
  return all;
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
