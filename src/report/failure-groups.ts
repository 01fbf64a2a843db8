import { type Level, levels } from '../contract/rule.ts';
import type { CaseResult } from '../judge/verdict.ts';
import type { Case } from '../plan/case.ts';
import { sameFailures } from './echoes.ts';
import { groupBy } from './group-by.ts';
import type { Report } from './model.ts';

/** Cases that failed for one rule, or broke down for one cause. */
export interface FailureGroup {
  /** The rule's id, or the cause. */
  title: string;
  level: Level;
  members: [FailedCase, ...FailedCase[]];
  /** Rules of which each failed case only repeats what a case of this one showed. */
  echoes: { rule: string; count: number }[];
}

/** A case together with its outcome. */
export interface FailedCase {
  case: Case;
  result: CaseResult;
}

// One cause stops many cases, each at another server or volume.
const uuids = /\b[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}\b/gi;

/** All failed cases by rule: the required rules first, then by falling number, with what only repeats them. */
export function groupFailures(report: Pick<Report, 'cases' | 'results'>): FailureGroup[] {
  const failed = casesWith(report, 'fail');
  const same = sameFailures(failed);
  const leaderOf = ({ case: { id, rule } }: FailedCase) => same.get(id)?.[0] ?? rule;
  const groups = new Map(grouped(failed, ({ case: { rule } }) => rule).map(group => [group.title, group]));
  for (const { title, members, echoes } of groups.values()) {
    const leaders = new Set(members.map(leaderOf));
    const [leader] = leaders;
    const group = leader === undefined ? undefined : groups.get(leader);
    if (leaders.has(title) || group === undefined) continue;
    group.echoes.push({ rule: title, count: members.length }, ...echoes);
    groups.delete(title);
  }
  const size = ({ members, echoes }: FailureGroup) => echoes.reduce((sum, { count }) => sum + count, members.length);
  return [...groups.values()].toSorted(
    (a, b) => levels.indexOf(a.level) - levels.indexOf(b.level) || size(b) - size(a),
  );
}

/** All cases that could not be judged, by cause, by falling number; the title is the first one's cause, with its ids. */
export function groupErrors(report: Pick<Report, 'cases' | 'results'>): FailureGroup[] {
  const groups = grouped(casesWith(report, 'error'), each => causeOf(each).replaceAll(uuids, 'ID'));
  return groups
    .map(group => ({ ...group, title: causeOf(group.members[0]) }))
    .toSorted((a, b) => b.members.length - a.members.length);
}

/** The cases of a report with a verdict, in the order of the plan. */
export function casesWith(
  { cases, results }: Pick<Report, 'cases' | 'results'>,
  verdict: CaseResult['verdict'],
): FailedCase[] {
  return cases.flatMap(c => {
    const result = results.get(c.id);
    return result?.verdict === verdict ? [{ case: c, result }] : [];
  });
}

function causeOf({ result }: FailedCase): string {
  return result.message ?? 'no cause was given';
}

function grouped(failed: readonly FailedCase[], titleOf: (failed: FailedCase) => string): FailureGroup[] {
  return [...groupBy(failed, titleOf)].map(([title, members]) => ({
    title,
    level: members[0].case.level,
    members,
    echoes: [],
  }));
}
