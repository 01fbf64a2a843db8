import { type Level, levels } from '../contract/rule.ts';
import type { Failed } from '../report/echoes.ts';
import { groupBy } from '../report/group-by.ts';
import { distinctCauses } from './causes.ts';
import type { Judgements } from './mutant-row.ts';
import type { Alarm } from './outcome.ts';

/** What a proof reads of the report.json of a run; `schemas/report.schema.json` describes it. */
export interface WrittenReport {
  startedAt: string;
  finishedAt: string | null;
  failure: string | null;
  rules: Record<string, { sentence: string; source: string[] }>;
  cases: WrittenCase[];
}

interface WrittenCase {
  id: string;
  rule: string;
  level: Level;
  verdict: string;
  message?: string;
  deviations?: { what: string; expected: string; received: string }[];
  findings?: { what: string; expected: string; received: string }[];
  history?: { failure?: { rule: string } };
  operation: string;
  microversion: string;
  startedAt?: string;
  durationMs?: number;
  repeat: string;
}

/** What a run says of its target, as a proof needs it. */
export function judgementsOf(report: WrittenReport): Judgements {
  const { cases, startedAt, finishedAt, failure } = report;
  const startMs = Date.parse(startedAt);
  const alarms = cases
    .flatMap(one => writtenAlarm(one, report, startMs) ?? [])
    .toSorted((one, other) => one.afterMs - other.afterMs);
  const errors = cases.filter(({ verdict }) => verdict === 'error');
  const judged = cases.filter(({ verdict }) => !['skipped', 'unjudged'].includes(verdict));
  return {
    alarms,
    whole: true,
    release: null,
    first: namedFirst(cases),
    causes: distinctCauses(cases.filter(({ verdict }) => verdict === 'fail').map(asFailed)),
    durationMs: finishedAt === null ? 0 : Date.parse(finishedAt) - startMs,
    judged: judged.length,
    errors: { count: errors.length, first: errors[0]?.message ?? null },
    trouble: failure,
  };
}

function asFailed(one: WrittenCase): Failed {
  const { id, rule, level, operation, microversion, deviations = [], history } = one;
  return {
    case: { id, rule, level, operation, microversion },
    result: { deviations, ...(history ? { history } : {}) },
  };
}

/** The microversions that were judged. */
export function microversionsOf({ cases }: WrittenReport): string[] {
  return [...new Set(cases.map(({ microversion }) => microversion))];
}

function writtenAlarm(one: WrittenCase, { rules }: WrittenReport, startMs: number): Alarm | null {
  const { id, rule, level, verdict, message, findings = [], startedAt = '', durationMs = 0 } = one;
  const [finding] = findings;
  if (verdict !== 'fail' && finding === undefined) return null;
  const told = finding && `${finding.what}: expected ${finding.expected}, received ${finding.received}`;
  const headline = `${id}: ${verdict === 'fail' ? (message ?? '').replace(`${rule}: `, '') : told}`;
  const { sentence = '', source = [] } = rules[rule] ?? {};
  return {
    rule,
    case: id,
    level,
    verdict: verdict === 'fail' ? 'fail' : 'finding',
    headline,
    text: [headline, `  rule    ${sentence} (${level})`, `  source  ${source.join('; ')}`, `  repeat  ${one.repeat}`],
    lacks: [],
    afterMs: Date.parse(startedAt) + durationMs - startMs,
  };
}

/** As the terminal orders failures: the strongest level first, then most cases. */
function namedFirst(cases: readonly WrittenCase[]): string | null {
  const groups = [
    ...groupBy(
      cases.filter(({ verdict }) => verdict === 'fail'),
      ({ rule }) => rule,
    ).values(),
  ];
  const [first] = groups.toSorted(
    ([one, ...more], [other, ...others]) =>
      levels.indexOf(one.level) - levels.indexOf(other.level) || others.length - more.length,
  );
  return first?.[0].rule ?? null;
}
