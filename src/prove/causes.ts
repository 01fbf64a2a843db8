import { type Failed, sameFailures } from '../report/echoes.ts';
import { casesWith, groupFailures } from '../report/failure-groups.ts';
import type { Report } from '../report/model.ts';
import type { Outcome } from './outcome.ts';

/** What a report of these results names first, and which rules failed in the same way. */
export function causesOf(report: Pick<Report, 'cases' | 'results'>): Pick<Outcome, 'first' | 'causes'> {
  return { first: groupFailures(report)[0]?.title ?? null, causes: distinctCauses(casesWith(report, 'fail')) };
}

/** The sets of rules that failed in the same way. */
export function distinctCauses(failed: readonly Failed[]): string[][] {
  const sets = [...sameFailures(failed).values()];
  return [...new Map(sets.map(rules => [rules.join(' '), rules])).values()];
}

/** The rules that failed by themselves: the plainest of each set that no named rule is in. */
export function unexplained(causes: readonly (readonly string[])[], named: readonly string[]): string[] {
  const free = causes.filter(rules => !rules.some(rule => named.includes(rule)));
  return [...new Set(free.flatMap(([plainest]) => plainest ?? []))];
}
