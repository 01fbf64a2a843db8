import type { CaseResult } from '../../../src/judge/verdict.ts';
import type { Case } from '../../../src/plan/case.ts';
import { type FailureGroup, groupErrors, groupFailures } from '../../../src/report/failure-groups.ts';
import type { Report } from '../../../src/report/model.ts';
import { type Summary, summarise } from '../../../src/report/summary.ts';
import { groupWaived, type WaivedGroup } from '../../../src/report/waived-groups.ts';

/** A case with its outcome; undefined where the run never came to it. */
export interface Judged {
  case: Case;
  result: CaseResult | undefined;
}

/** What the parts of the page share: the report, and what is asked of it again and again. */
export interface Run {
  report: Report;
  summary: Summary;
  /** In the order of the plan. */
  judged: Judged[];
  byId: Map<string, Judged>;
  isCase: (id: string) => boolean;
  failures: FailureGroup[];
  errors: FailureGroup[];
  waived: WaivedGroup[];
}

/** Prepares a report for the page. */
export function runOf(report: Report): Run {
  const judged = report.cases.map(one => ({ case: one, result: report.results.get(one.id) }));
  const byId = new Map(judged.map(each => [each.case.id, each]));
  return {
    report,
    summary: summarise(report),
    judged,
    byId,
    isCase: id => byId.has(id),
    failures: groupFailures(report),
    errors: groupErrors(report),
    waived: groupWaived(report),
  };
}
