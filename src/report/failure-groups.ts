import { type Level, levels } from '../contract/rule.ts';
import type { CaseResult } from '../judge/verdict.ts';
import type { Case } from '../plan/case.ts';
import { groupBy } from './group-by.ts';
import type { Report } from './model.ts';

/** Cases that failed for one rule, or broke down for one cause. */
export interface FailureGroup {
  /** The rule's id, or the cause. */
  title: string;
  level: Level;
  members: [FailedCase, ...FailedCase[]];
}

/** A case together with its outcome. */
export interface FailedCase {
  case: Case;
  result: CaseResult;
}

/** All failed cases by rule: the required rules first, then by falling number. */
export function groupFailures(report: Report): FailureGroup[] {
  return group(report, 'fail', ({ case: failed }) => failed.rule).toSorted(
    (a, b) => levels.indexOf(a.level) - levels.indexOf(b.level) || b.members.length - a.members.length,
  );
}

/** All cases that could not be judged, by cause, by falling number. */
export function groupErrors(report: Report): FailureGroup[] {
  return group(report, 'error', causeOf).toSorted((a, b) => b.members.length - a.members.length);
}

function causeOf({ result }: FailedCase): string {
  return result.message ?? 'no cause was given';
}

function group(
  report: Report,
  verdict: CaseResult['verdict'],
  titleOf: (failed: FailedCase) => string,
): FailureGroup[] {
  const failed = report.cases.flatMap(c => {
    const result = report.results.get(c.id);
    return result?.verdict === verdict ? [{ case: c, result }] : [];
  });
  return [...groupBy(failed, titleOf)].map(([title, members]) => ({ title, level: members[0].case.level, members }));
}
