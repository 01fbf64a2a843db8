import type { CaseResult } from '../judge/verdict.ts';
import type { Case } from '../plan/case.ts';

/** How many cases have which verdict; `unjudged` are those that the run never came to. */
export interface Counts {
  total: number;
  pass: number;
  fail: number;
  waived: number;
  skipped: number;
  error: number;
  unjudged: number;
}

/** Counts the verdicts of these cases; results of other cases do not matter. */
export function countVerdicts(cases: readonly Case[], results: ReadonlyMap<string, CaseResult>): Counts {
  const counts: Counts = { total: cases.length, pass: 0, fail: 0, waived: 0, skipped: 0, error: 0, unjudged: 0 };
  for (const { id } of cases) counts[results.get(id)?.verdict ?? 'unjudged'] += 1;
  return counts;
}
