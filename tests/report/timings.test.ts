import { expect, test } from 'vitest';
import type { CaseResult, Timing } from '../../src/judge/verdict.ts';
import type { Case } from '../../src/plan/case.ts';
import { timingsOf } from '../../src/report/timings.ts';
import { makeCase, makeResult, makeRun, makeTiming } from './make-report.ts';

const timed = (timings: Partial<Timing>[]) =>
  makeRun(
    timings.map((timing, at): [Case, CaseResult] => [
      makeCase({ id: `${at}` }),
      makeResult(`${at}`, { timings: [makeTiming(timing)] }),
    ]),
  );

test('the times of a run stand by operation and situation, in the order of the plan', () => {
  const report = timed([
    { operation: 'attach', state: 'active' },
    { operation: 'detach', state: 'paused' },
    { operation: 'attach', state: 'shelved' },
    { operation: 'attach', state: 'active' },
  ]);
  expect(timingsOf(report).map(({ operation, state, n }) => [operation, state, n])).toEqual([
    ['attach', 'active', 2],
    ['attach', 'shelved', 1],
    ['detach', 'paused', 1],
  ]);
});

test('each with its median, its 95th percentile and its maximum, whatever the order of the cases', () => {
  const report = timed([40, 10, 100, 30, 20].map(ms => ({ acceptedMs: ms, completedMs: 10 * ms, blurMs: ms / 10 })));
  expect(timingsOf(report)).toEqual([
    {
      operation: 'attach',
      state: 'active',
      n: 5,
      accepted: { p50: 30, p95: 100, max: 100 },
      completed: { p50: 300, p95: 1000, max: 1000 },
      blur: 3,
    },
  ]);
});

test('cases that were not timed, or not carried out, do not count', () => {
  const report = makeRun([[makeCase({ id: 'a' }), makeResult('a')], [makeCase({ id: 'b' })]]);
  expect(timingsOf(report)).toEqual([]);
});
