import { describe, expect, test } from 'vitest';
import type { CaseResult } from '../../src/judge/verdict.ts';
import type { Case, SkipReason } from '../../src/plan/case.ts';
import { summarise } from '../../src/report/summary.ts';
import { makeCase, makeDeviation, makeFailure, makeReport, makeResult, makeRun } from './make-report.ts';

const passed = makeCase({ microversion: '2.1' });
const failed = makeCase({ microversion: '2.20' });

function inSuite(id: string): Case {
  return makeCase({ id, suite: id < 'd' ? 'attach' : 'detach' });
}

function skipped(id: string, reason: SkipReason, detail: string): [Case, CaseResult] {
  return [makeCase({ id }), makeResult(id, { verdict: 'skipped', skip: { reason, detail } })];
}

describe('counts', () => {
  test('every verdict and the cases without one are counted, in all and per suite', () => {
    const { counts, suites } = summarise(
      makeRun([
        [inSuite('a'), makeResult('a')],
        [inSuite('b'), makeFailure('b')],
        [inSuite('c'), makeResult('c', { verdict: 'waived' })],
        [inSuite('d'), makeResult('d', { verdict: 'skipped', skip: { reason: 'deselected', detail: 'x' } })],
        [inSuite('e'), makeResult('e', { verdict: 'error', message: 'quota' })],
        [inSuite('f')],
      ]),
    );
    expect(counts).toEqual({ total: 6, pass: 1, fail: 1, waived: 1, skipped: 1, error: 1, unjudged: 1 });
    expect(suites.map(({ suite, counts }) => [suite, counts.total, counts.unjudged])).toEqual([
      ['attach', 3, 0],
      ['detach', 3, 1],
    ]);
  });

  test('a case belongs to the class that begins at or before its microversion, compared as integers', () => {
    const microversions = ['2.101', '2.100', '2.9', '2.20', '2.1'];
    const { suites } = summarise(makeRun(microversions.map(microversion => [makeCase({ microversion })])));
    expect(suites[0]?.classes.map(entry => [entry.class, entry.counts.total])).toEqual([
      ['2.1', 2],
      ['2.20', 2],
      ['2.101', 1],
    ]);
  });

  test('skips are counted by reason and detail, the most frequent first', () => {
    const { skipReasons } = summarise(
      makeRun([
        skipped('a', 'state unreachable', 'no rescue'),
        skipped('b', 'persona missing', 'reader'),
        skipped('c', 'persona missing', 'admin'),
        skipped('d', 'persona missing', 'admin'),
      ]),
    );
    expect(skipReasons).toEqual([
      {
        reason: 'persona missing',
        count: 3,
        details: [
          { detail: 'admin', count: 2 },
          { detail: 'reader', count: 1 },
        ],
      },
      { reason: 'state unreachable', count: 1, details: [{ detail: 'no rescue', count: 1 }] },
    ]);
  });

  test('findings are counted by rule, with an example', () => {
    const finding = makeDeviation({ what: 'header vary', level: 'informative' });
    const { findings } = summarise(
      makeRun([
        [passed, makeResult(passed.id, { findings: [finding, finding] })],
        [failed, makeFailure(failed.id, { findings: [finding] })],
      ]),
    );
    expect(findings).toEqual([{ rule: passed.rule, count: 3, example: { id: passed.id, ...finding } }]);
  });
});

describe('the verdict on the target', () => {
  const allPassed = makeRun([[passed, makeResult(passed.id)]]);

  test.each([
    ['all cases passed', allPassed, 'conforming'],
    ['a failure was waived', makeRun([[passed, makeResult(passed.id, { verdict: 'waived' })]]), 'conforming'],
    ['a case failed', makeRun([[passed, makeFailure(passed.id)]]), 'not conforming'],
    [
      'a case failed before an interrupt',
      makeRun([[passed, makeFailure(passed.id)], [failed]], { complete: false }),
      'not conforming',
    ],
    [
      'a waiver no longer applies',
      {
        ...allPassed,
        baseline: { file: 'b.yaml', waivers: 1, stale: [{ line: 2, name: 'attach.tag', why: 'is not needed' }] },
      },
      'not conforming',
    ],
    ['the run was interrupted', { ...allPassed, complete: false }, 'incomplete'],
    ['a case has no verdict', makeRun([[passed, makeResult(passed.id)], [failed]]), 'incomplete'],
    ['a case could not be judged', makeRun([[passed, makeResult(passed.id, { verdict: 'error' })]]), 'incomplete'],
    ['every case was skipped', makeRun([[passed, makeResult(passed.id, { verdict: 'skipped' })]]), 'incomplete'],
    ['there was no case', makeReport(), 'incomplete'],
    ['the target did not answer', makeReport({ failure: 'connection refused' }), 'could not run'],
  ])('%s', (_, report, expected) => {
    expect(summarise(report).verdict).toBe(expected);
  });
});
