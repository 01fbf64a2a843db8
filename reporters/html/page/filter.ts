import { classOf } from '../../../src/report/class-of.ts';
import type { Judged } from './run.ts';

/** Which cases are listed; an empty text lets everything through. */
export interface Filter {
  /** Words that must all stand in the id, the sentence of the rule, or what was said of the case. */
  text: string;
  verdict: string;
  suite: string;
  operation: string;
  level: string;
  /** `2.79`, or a whole class: `2.79+`. */
  microversion: string;
  rule: string;
}

/** Lets every case through. */
export const noFilter: Filter = {
  text: '',
  verdict: '',
  suite: '',
  operation: '',
  level: '',
  microversion: '',
  rule: '',
};

/** The names of a filter's parts, as they stand in a link. */
export const filterKeys = Object.keys(noFilter) as (keyof Filter)[];

/** The link to a list of cases. */
export function filterLink(filter: Partial<Filter>): string {
  const query = new URLSearchParams();
  for (const key of filterKeys) if (filter[key]) query.set(key, filter[key]);
  const text = query.toString();
  return text === '' ? '#cases' : `#cases?${text}`;
}

/** The cases that a filter lets through, in their order. */
export function filtered(
  judged: readonly Judged[],
  filter: Filter,
  { classes, rules }: { classes: readonly string[]; rules: Record<string, { sentence: string }> },
): Judged[] {
  const { text, verdict, suite, operation, level, microversion, rule } = filter;
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const wholeClass = microversion.endsWith('+') ? microversion.slice(0, -1) : null;
  return judged.filter(({ case: one, result }) => {
    if (rule && one.rule !== rule) return false;
    if (verdict && (result?.verdict ?? 'unjudged') !== verdict) return false;
    if (suite && one.suite !== suite) return false;
    if (operation && one.operation !== operation) return false;
    if (level && one.level !== level) return false;
    if (wholeClass !== null && classOf(one.microversion, classes) !== wholeClass) return false;
    if (wholeClass === null && microversion && one.microversion !== microversion) return false;
    if (words.length === 0) return true;
    const said = `${one.id} ${rules[one.rule]?.sentence ?? ''} ${result?.message ?? ''} ${result?.skip?.detail ?? ''}`;
    const searched = said.toLowerCase();
    return words.every(word => searched.includes(word));
  });
}
