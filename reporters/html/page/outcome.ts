import type { CaseResult } from '../../../src/judge/verdict.ts';
import type { Counts } from '../../../src/report/counts.ts';
import { plural } from '../../../src/report/plural.ts';

/** How a case, or several together, came out. */
export type Outcome = CaseResult['verdict'] | 'unjudged';

/** The worst first. */
export const outcomes: readonly Outcome[] = ['fail', 'error', 'unjudged', 'waived', 'pass', 'skipped'];

/** In words, and as a sign for those who do not see colours. */
export const outcomeWords: Record<Outcome, { word: string; sign: string }> = {
  fail: { word: 'failed', sign: '✗' },
  error: { word: 'not judged: error', sign: '!' },
  unjudged: { word: 'open', sign: '?' },
  waived: { word: 'waived', sign: 'w' },
  pass: { word: 'passed', sign: '✓' },
  skipped: { word: 'skipped', sign: '–' },
};

/** What stands for several cases: the worst of them; skipped only if all are. */
export function worstOf(counts: Counts): Outcome {
  return outcomes.find(outcome => counts[outcome] > 0) ?? 'unjudged';
}

/** `2 failed, 1 passed` */
export function countsText(counts: Counts): string {
  return outcomes
    .filter(outcome => counts[outcome] > 0)
    .map(outcome =>
      outcome === 'error' ? plural(counts.error, 'error') : `${counts[outcome]} ${outcomeWords[outcome].word}`,
    )
    .join(', ');
}
