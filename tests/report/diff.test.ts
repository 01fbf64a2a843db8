import { describe, expect, test } from 'vitest';
import { renderJson } from '../../reporters/json.ts';
import type { CaseResult } from '../../src/judge/verdict.ts';
import { type ChangeKind, diffReports } from '../../src/report/diff.ts';
import type { StoredReport } from '../../src/report/stored-report.ts';
import { makeCase, makeDeviation, makeFailure, makeResult, makeRun } from './make-report.ts';

type Verdict = CaseResult['verdict'] | 'unjudged';

const verdicts: Verdict[] = ['pass', 'waived', 'skipped', 'error', 'unjudged', 'fail'];
const planned = makeCase();

/** What becomes of a case from the verdict of a row to that of a column; `=`: nothing. */
const table: Record<Verdict, string> = {
  //         pass   waived    skipped   error     unjudged  fail
  pass: '    =      worse     worse     worse     worse     worse',
  waived: '  better =         different different different worse',
  skipped: ' better different =         worse     worse     worse',
  error: '   better different different =         different worse',
  unjudged: 'better different different different =         worse',
  fail: '    better different different different different =',
};

describe('what becomes of a case', () => {
  const rows = verdicts.flatMap(from =>
    verdicts.map((to, at) => [from, to, table[from].trim().split(/\s+/)[at] ?? ''] as const),
  );
  test.each(rows)('from %s to %s: %s', (from, to, kind) => {
    const { common, same, groups } = diffReports(runWith(from), runWith(to));
    expect({ common, same }).toEqual({ common: 1, same: kind === '=' ? 1 : 0 });
    expect(groups.map(group => group.kind)).toEqual(kind === '=' ? [] : [kind]);
  });

  test.each<[Verdict, ChangeKind]>([
    ['fail', 'worse'],
    ['error', 'new'],
    ['pass', 'new'],
  ])('a new one with %s is %s', (to, kind) => {
    expect(diffReports(stored([]), runWith(to)).groups).toMatchObject([{ kind, from: null, to }]);
  });

  test('one that is gone is no worse', () => {
    expect(diffReports(runWith('pass'), stored([])).groups).toMatchObject([{ kind: 'gone', from: 'pass', to: null }]);
  });
});

describe('a case that fails in both runs', () => {
  test('is different when it fails in another way', () => {
    const { groups } = diffReports(failing('200'), failing('500 computeFault "x"'));
    expect(groups).toMatchObject([{ kind: 'different', changes: [{ received: '500 computeFault "x"' }] }]);
  });

  test('is the same when only ids and words of the refusal are others', () => {
    const { groups } = diffReports(
      failing('400 badRequest "volume 0f8d6a52-8a0c-4c5e-9d3b-1f1f6d2c7a10"'),
      failing('400 badRequest "volume 7a3b1c2d-8a0c-4c5e-9d3b-1f1f6d2c7a10, 2 of 3"'),
    );
    expect(groups).toEqual([]);
  });
});

test('3,000 changes of one cause are one group, with its rules by number; failures stand first', () => {
  const cases = Array.from({ length: 3000 }, (_, at) =>
    makeCase({ id: `case-${at}`, rule: at < 10 ? 'rule.few' : 'rule.many' }),
  );
  const skipped = Array.from({ length: 4000 }, (_, at) => makeCase({ id: `skip-${at}`, rule: `rule.${at}` }));
  const skip = { reason: 'persona missing', detail: 'no reader' } as const;
  const before = stored([...cases, ...skipped].map(one => [one, makeResult(one.id)]));
  const after = stored([
    ...skipped.map((one): [typeof one, CaseResult] => [one, makeResult(one.id, { verdict: 'skipped', skip })]),
    ...cases.map((one, at): [typeof one, CaseResult] => [one, failure(one.id, `409 "server ${at} is busy"`)]),
  ]);
  const { groups } = diffReports(before, after);
  expect(groups.map(({ to, changes }) => [to, changes.length])).toEqual([
    ['fail', 3000],
    ['skipped', 4000],
  ]);
  expect(groups[0]?.rules).toEqual([
    { rule: 'rule.many', count: 2990 },
    { rule: 'rule.few', count: 10 },
  ]);
  expect(groups[0]?.changes[0]).toMatchObject({ id: 'case-0', cause: expect.stringContaining('409 "server 0') });
  expect(groups[1]?.changes[0].cause).toBe('persona missing: no reader');
});

function failure(id: string, received: string): CaseResult {
  return makeFailure(id, { deviations: [makeDeviation({ received })] });
}

/** A run whose case fails in that way. */
function failing(received: string): StoredReport {
  return stored([[planned, failure(planned.id, received)]]);
}

function runWith(verdict: Verdict): StoredReport {
  if (verdict === 'unjudged') return stored([[planned]]);
  return stored([[planned, verdict === 'fail' ? makeFailure(planned.id) : makeResult(planned.id, { verdict })]]);
}

function stored(judged: Parameters<typeof makeRun>[0]): StoredReport {
  return JSON.parse(JSON.stringify(renderJson(makeRun(judged)))) as StoredReport;
}
