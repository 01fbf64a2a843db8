import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Difference } from './compare.ts';
import { differentialFolder } from './folder.ts';

/** A difference that is wanted, and why. */
export interface Known {
  id: string;
  /** The heading under which it is told. */
  area: string;
  /** What differs, for people. */
  difference: string;
  reason: string;
  /** Patterns (`*` is any text) of steps, of what differs there, and of the values; absent: any. */
  steps?: string[];
  what: string[];
  real?: string[];
  embedded?: string[];
  /** Only beside these clouds. */
  clouds?: string[];
}

/** The differences that are known. */
export function readKnown(): Known[] {
  return parse(readFileSync(join(differentialFolder, 'differences.yaml'), 'utf8')) as Known[];
}

/** The differences beside a cloud that nobody has explained, and how many of the others each explanation explains. */
export function explain(
  cloud: string,
  differences: readonly Difference[],
  known: readonly Known[],
): { unexplained: Difference[]; counts: Map<string, number> } {
  const here = known.filter(({ clouds }) => clouds?.includes(cloud) ?? true);
  const counts = new Map(here.map(({ id }) => [id, 0]));
  const unexplained = differences.filter(difference => {
    const reason = here.find(each => matches(each, difference));
    if (!reason) return true;
    counts.set(reason.id, (counts.get(reason.id) ?? 0) + 1);
    return false;
  });
  return { unexplained, counts };
}

function matches({ steps, what, real, embedded }: Known, difference: Difference): boolean {
  return (
    isLike(difference.what, what) &&
    isLike(difference.step, steps) &&
    isLike(difference.real, real) &&
    isLike(difference.embedded, embedded)
  );
}

const patterns = new Map<string, RegExp>();

function isLike(text: string, globs: readonly string[] = ['*']): boolean {
  return globs.some(glob => {
    const known = patterns.get(glob);
    const pattern = known ?? new RegExp(`^${glob.split('*').map(literally).join('.*')}$`, 's');
    if (!known) patterns.set(glob, pattern);
    return pattern.test(text);
  });
}

function literally(text: string): string {
  return text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
}
