import { compareMicroversions } from '../contract/microversion.ts';
import type { Deviation } from '../judge/verdict.ts';
import type { Case, SkipReason } from '../plan/case.ts';
import { classOf } from './class-of.ts';
import { type Counts, countVerdicts } from './counts.ts';
import { groupBy } from './group-by.ts';
import type { Report } from './model.ts';
import { type VerdictWord, verdictWord } from './verdict-word.ts';

/** The counts of one suite, in all and per microversion class (ascending). */
export interface SuiteSummary {
  suite: string;
  counts: Counts;
  classes: { class: string; counts: Counts }[];
}

/** How often a reason kept cases from being carried out; details and reasons by falling count. */
export interface SkipSummary {
  reason: SkipReason;
  count: number;
  details: { detail: string; count: number }[];
}

/** How often a rule had something to remark that fails nobody, with the first remark as an example. */
export interface FindingSummary {
  rule: string;
  count: number;
  example: Deviation & { id: string };
}

/** A run in numbers; suites in the order of the plan. */
export interface Summary {
  verdict: VerdictWord;
  counts: Counts;
  suites: SuiteSummary[];
  skipReasons: SkipSummary[];
  findings: FindingSummary[];
}

/** Counts a run, finished or not. */
export function summarise(report: Report): Summary {
  const counts = countVerdicts(report.cases, report.results);
  return {
    verdict: verdictWord(report, counts),
    counts,
    suites: [...groupBy(report.cases, c => c.suite)].map(([suite, cases]) => ({
      suite,
      counts: countVerdicts(cases, report.results),
      classes: countClasses(cases, report),
    })),
    skipReasons: countSkips(report),
    findings: countFindings(report),
  };
}

function countClasses(cases: readonly Case[], report: Report): SuiteSummary['classes'] {
  return [...groupBy(cases, ({ microversion }) => classOf(microversion, report.classes))]
    .map(([start, members]) => ({ class: start, counts: countVerdicts(members, report.results) }))
    .toSorted((a, b) => compareMicroversions(a.class, b.class));
}

function countSkips(report: Report): SkipSummary[] {
  const skips = report.cases.flatMap(c => report.results.get(c.id)?.skip ?? []);
  return [...groupBy(skips, skip => skip.reason)]
    .map(([reason, members]) => ({
      reason,
      count: members.length,
      details: [...groupBy(members, skip => skip.detail)]
        .map(([detail, same]) => ({ detail, count: same.length }))
        .toSorted((a, b) => b.count - a.count),
    }))
    .toSorted((a, b) => b.count - a.count);
}

function countFindings(report: Report): FindingSummary[] {
  const findings = report.cases.flatMap(({ id, rule }) =>
    (report.results.get(id)?.findings ?? []).map(finding => ({ rule, example: { id, ...finding } })),
  );
  return [...groupBy(findings, finding => finding.rule)]
    .map(([rule, members]) => ({ rule, count: members.length, example: members[0].example }))
    .toSorted((a, b) => b.count - a.count);
}
