import type { CaseResult } from '../../src/judge/verdict.ts';
import type { Case, RequestTemplate } from '../../src/plan/case.ts';
import type { Report } from '../../src/report/model.ts';

/** What is the same for many cases, each written once; rows refer to it by number. */
export interface Dictionaries {
  rules: string[];
  /** Suite, operation, level, persona. */
  kinds: [string, string, Case['level'], string][];
  microversions: string[];
  givens: Case['given'][];
  headers: Record<string, string>[];
  requests: Omit<RequestTemplate, 'headers'>[];
  expectations: Case['expect'][];
  watches: NonNullable<Case['watch']>[];
  histories: NonNullable<Case['history']>[];
  skips: NonNullable<CaseResult['skip']>[];
}

/**
 * A case and its outcome. `variant`: what stands in brackets in its id, null without brackets; an id of another form stands
 * as a whole, in a list of one. Numbers point into the dictionaries, -1 points nowhere. `verdict`: a number in `verdicts`,
 * -1 without one; the times are milliseconds, `startedAt` since the run began.
 */
export type Row = [
  rule: number,
  variant: string | null | [string],
  kind: number,
  microversion: number,
  given: number,
  request: number,
  headers: number,
  expectation: number,
  watch: number,
  history: number,
  plannedSkip: number,
  verdict: number,
  startedAt: number,
  durationMs: number,
  requests: number,
  skip: number,
];

/** The verdicts in the order in which rows count them. */
export const verdicts: readonly CaseResult['verdict'][] = ['pass', 'fail', 'waived', 'skipped', 'error'];

/** What only some results have. */
export type Evidence = Pick<CaseResult, 'message' | 'waiver' | 'timings' | 'timelines' | 'absentMs' | 'history'> &
  Partial<Pick<CaseResult, 'deviations' | 'findings' | 'exchanges'>>;

/** A report as it stands in a page: everything of it, each thing once. */
export interface PageData {
  facts: Omit<Report, 'cases' | 'results'>;
  dictionaries: Dictionaries;
  rows: Row[];
  /** Number of a row -> what else is known of its result. */
  evidence: Record<number, Evidence>;
}
