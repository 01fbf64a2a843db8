import type { CaseResult } from '../../../src/judge/verdict.ts';
import type { Case } from '../../../src/plan/case.ts';
import type { Report } from '../../../src/report/model.ts';
import { type Dictionaries, type PageData, type Row, verdicts } from '../page-data.ts';

/** The report that a page was made of: whatever reads reports can read it. @throws Error where a row points nowhere. */
export function decodeReport({ facts, dictionaries, rows, evidence }: PageData): Report {
  const results = new Map<string, CaseResult>();
  const cases = rows.map((row, at) => {
    const one = caseOf(row, dictionaries);
    const result = resultOf(one.id, row, dictionaries, facts.startedAt);
    if (result) results.set(one.id, { ...result, ...evidence[at] });
    return one;
  });
  return { ...facts, cases, results };
}

function caseOf(row: Row, dictionaries: Dictionaries): Case {
  const [rule, variant, kind, microversion, given, request, headers, expectation, watch, history, skip] = row;
  const [suite, operation, level, persona] = at(dictionaries.kinds, kind);
  const name = at(dictionaries.rules, rule);
  const version = at(dictionaries.microversions, microversion);
  return {
    id: idOf(name, variant, version),
    rule: name,
    level,
    suite,
    operation,
    microversion: version,
    persona,
    given: at(dictionaries.givens, given),
    request: { ...at(dictionaries.requests, request), headers: at(dictionaries.headers, headers) },
    expect: at(dictionaries.expectations, expectation),
    ...(watch < 0 ? {} : { watch: at(dictionaries.watches, watch) }),
    ...(history < 0 ? {} : { history: at(dictionaries.histories, history) }),
    ...(skip < 0 ? {} : { skip: at(dictionaries.skips, skip) }),
  };
}

function idOf(rule: string, variant: Row[1], microversion: string): string {
  if (Array.isArray(variant)) return variant[0];
  return `${rule}${variant === null ? '' : `[${variant}]`}@${microversion}`;
}

function resultOf(id: string, row: Row, { skips }: Dictionaries, begin: number): CaseResult | null {
  const [verdict, startedAt, durationMs, requests, skip] = row.slice(11) as [number, number, number, number, number];
  if (verdict < 0) return null;
  return {
    id,
    verdict: at(verdicts, verdict),
    deviations: [],
    findings: [],
    exchanges: [],
    startedAt: begin + startedAt,
    durationMs,
    requests,
    ...(skip < 0 ? {} : { skip: at(skips, skip) }),
  };
}

function at<T>(values: readonly T[], number: number): T {
  const value = values[number];
  if (value === undefined) throw new Error(`the data of this page are broken: nothing has number ${number}`);
  return value;
}
