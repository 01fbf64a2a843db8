import type { Level } from '../contract/rule.ts';
import { causeOf } from './cause-of.ts';
import { countLabel } from './count-label.ts';
import type { Counts } from './counts.ts';
import { groupBy } from './group-by.ts';
import type { ReadReport } from './read-report.ts';
import type { StoredCase, StoredReport, StoredVerdict } from './stored-report.ts';

/** A column of the matrix. */
export interface MatrixRun {
  file: string;
  runId: string;
  target: string;
  microversions: { min: string; max: string } | null;
  /** ISO 8601. */
  startedAt: string;
  tool: StoredReport['tool'];
  verdict: StoredReport['verdict'];
  complete: boolean;
  counts: Counts;
  /** `A`, `B` ...: runs with one letter had the same cases. */
  plan: string;
}

/** What became of the cases of a rule in a run. */
export interface MatrixCell {
  counts: Counts;
  /** Cases of one verdict for one cause, the worst first. */
  groups: { verdict: StoredVerdict; cause: string; cases: string[] }[];
}

/** A rule, and a cell for each run; null where the run had no case of it. */
export interface MatrixRow {
  rule: string;
  sentence: string;
  level: Level;
  cells: (MatrixCell | null)[];
}

/** The rules whose ids begin with the same word. */
export interface MatrixFamily {
  family: string;
  /** All cases of the family, a cell for each run. */
  totals: Counts[];
  /** Rules that some run breaks or could not judge. */
  failing: MatrixRow[];
  others: MatrixRow[];
}

/** Clouds across, rules down. */
export interface Matrix {
  runs: MatrixRun[];
  /** Families with failures first, otherwise in the order of the contract. */
  families: MatrixFamily[];
}

const worstFirst: readonly StoredVerdict[] = ['fail', 'error', 'unjudged', 'waived', 'skipped', 'pass'];

/** Several runs beside each other. */
export function matrixOf(reports: readonly ReadReport[]): Matrix {
  const plans = [...new Set(reports.map(({ report }) => report.planDigest))];
  const byRule = reports.map(({ report }) => groupBy(report.cases, ({ rule }) => rule));
  const rules = [...new Set(reports.flatMap(({ report }) => Object.keys(report.rules)))];
  const rows = rules.map((rule): MatrixRow => {
    // What the newest of the given runs says of a rule holds for all.
    const facts = reports.map(({ report }) => report.rules[rule]).findLast(each => each !== undefined);
    return {
      rule,
      sentence: facts?.sentence ?? '',
      level: facts?.level ?? 'required',
      cells: byRule.map(cases => cellOf(cases.get(rule))),
    };
  });
  const families = [...groupBy(rows, ({ rule }) => rule.replace(/\..*$/, ''))].map(([family, members]) => ({
    family,
    totals: reports.map((_, at) => sumOf(members.map(({ cells }) => cells[at]?.counts))),
    failing: members.filter(isFailing),
    others: members.filter(row => !isFailing(row)),
  }));
  return {
    runs: reports.map(each => runOf(each, plans)),
    families: families.toSorted((a, b) => Number(b.failing.length > 0) - Number(a.failing.length > 0)),
  };
}

function runOf({ file, report }: ReadReport, plans: readonly string[]): MatrixRun {
  const { runId, target, startedAt, tool, verdict, complete, cases, planDigest } = report;
  return {
    file,
    runId,
    target: target?.name ?? 'no target',
    microversions: target?.microversions ?? null,
    startedAt,
    tool,
    verdict,
    complete,
    counts: countsOf(cases),
    plan: letterOf(plans.indexOf(planDigest)),
  };
}

function letterOf(number: number): string {
  const letter = String.fromCodePoint(65 + (number % 26));
  return number < 26 ? letter : `${letterOf(Math.floor(number / 26) - 1)}${letter}`;
}

function cellOf(cases: readonly StoredCase[] | undefined): MatrixCell | null {
  if (cases === undefined) return null;
  const groups = [...groupBy(cases, each => JSON.stringify([each.verdict, causeOf(each)])).values()].map(same => ({
    verdict: same[0].verdict,
    cause: causeOf(same[0]),
    cases: same.map(({ id }) => id),
  }));
  return {
    counts: countsOf(cases),
    groups: groups.toSorted((a, b) => worstFirst.indexOf(a.verdict) - worstFirst.indexOf(b.verdict)),
  };
}

function isFailing({ cells }: MatrixRow): boolean {
  return cells.some(cell => ['fail', 'error', 'unjudged'].includes(countLabel(cell?.counts).state));
}

function countsOf(cases: readonly StoredCase[]): Counts {
  const counts = none(cases.length);
  for (const { verdict } of cases) counts[verdict] += 1;
  return counts;
}

function sumOf(all: readonly (Counts | undefined)[]): Counts {
  const sum = none(0);
  for (const counts of all) {
    for (const name of Object.keys(sum) as (keyof Counts)[]) sum[name] += counts?.[name] ?? 0;
  }
  return sum;
}

function none(total: number): Counts {
  return { total, pass: 0, fail: 0, waived: 0, skipped: 0, error: 0, unjudged: 0 };
}
