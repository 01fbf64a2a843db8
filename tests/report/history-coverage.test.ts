import { expect, test } from 'vitest';
import { historySummary } from '../../src/report/history-coverage.ts';
import { makeHistory, makeHistoryCase } from './make-history.ts';
import { makeCase, makeResult, makeRun } from './make-report.ts';

test('a run without histories has none', () => {
  expect(historySummary(makeRun([[makeCase(), makeResult(makeCase().id)]]))).toBeNull();
});

test('histories are added up, and what none of them visited stays at zero', () => {
  const [one, other, burst] = ['one', 'other', 'burst'].map(id => makeHistoryCase({ id }));
  if (!one || !other || !burst) throw new Error('three cases');
  const bursts = { ...burst, history: { burst: 'attach-twice', microversions: ['2.79'] } };
  const visits = { pairs: { 'paused list': 4 }, steps: {} };
  const summary = historySummary(
    makeRun([
      [one, makeResult('one', { history: makeHistory({ ended: ['pause: refused', 'resize: refused'] }) })],
      [other, makeResult('other', { history: makeHistory({ coverage: visits, ended: ['resize: refused'] }) })],
      [bursts, makeResult('burst', { history: { played: 3, commands: 6, requests: 30 } })],
    ]),
  );
  expect(summary).toEqual({
    seeds: [7],
    played: 5,
    commands: 58,
    requests: 210,
    pairs: {
      total: 4,
      visited: 3,
      counts: { 'active attach': 3, 'active list': 1, 'paused attach': 0, 'paused list': 4 },
    },
    steps: {
      total: 3,
      visited: 1,
      counts: { 'pause: active -> paused': 0, 'lock: active -> active': 2, 'lock: paused -> paused': 0 },
    },
    ended: [
      { reason: 'resize: refused', count: 2 },
      { reason: 'pause: refused', count: 1 },
    ],
  });
});
