import { expect, test } from 'vitest';
import { type Failed, sameFailures } from '../../src/report/echoes.ts';
import { groupFailures } from '../../src/report/failure-groups.ts';
import { makeCase, makeDeviation, makeFailure, makeRun } from './make-report.ts';

const failed = (id: string, parts: Partial<Failed['case']> = {}, deviation = makeDeviation()): Failed => ({
  case: { ...makeCase({ id }), ...parts },
  result: { deviations: [deviation] },
});

test('the same wrong answer of the same operation at the same microversion is one failure', () => {
  const same = sameFailures([
    failed('1', { rule: 'plain' }),
    failed('2', { rule: 'special' }),
    failed('3', { rule: 'other', operation: 'another' }),
    failed('4', { rule: 'later', microversion: '2.99' }),
  ]);
  expect([...same.values()]).toEqual([['plain', 'special'], ['plain', 'special'], ['other'], ['later']]);
});

const received = (text: string) => makeDeviation({ what: 'status', expected: '200', received: text });

test('ids and messages make no difference, statuses and what was looked at do', () => {
  const same = sameFailures([
    failed('1', { rule: 'a' }, received('409 conflictingRequest "server 1 is locked"')),
    failed('2', { rule: 'b' }, received('409 conflictingRequest "server 2 is locked"')),
    failed('3', { rule: 'c' }, received('400 badRequest "server 3"')),
    failed('4', { rule: 'd' }, makeDeviation({ what: 'body /items/0', expected: 'x', received: '1' })),
    failed('5', { rule: 'e' }, makeDeviation({ what: 'body /items/1', expected: 'x', received: '2' })),
  ]);
  expect([...same.values()]).toEqual([['a', 'b'], ['a', 'b'], ['c'], ['d', 'e'], ['d', 'e']]);
});

test('the strongest level comes first', () => {
  const same = sameFailures([failed('1', { rule: 'a', level: 'advisory' }), failed('2', { rule: 'b' })]);
  expect(same.get('1')).toEqual(['b', 'a']);
});

test('a history that failed at a rule which fails by itself only repeats it', () => {
  const history = {
    generated: { mode: 'settled', number: 1, runs: 1, length: 1, seed: 1 },
    microversions: [],
  } as const;
  const one = { ...failed('2', { rule: 'history.settled', history: { ...history, microversions: [] } }) };
  const withRule = (rule: string): Failed => ({ ...one, result: { ...one.result, history: { failure: { rule } } } });
  expect(sameFailures([failed('1', { rule: 'a' }), withRule('a')]).get('2')).toEqual(['a', 'history.settled']);
  expect(sameFailures([failed('1', { rule: 'a' }), withRule('b')]).get('2')).toEqual(['history.settled']);
});

test('a rule with a failure of its own is a group of its own', () => {
  const cases = ['a@1', 'b@1', 'b@2', 'c@1'].map(id => makeCase({ id, rule: id.slice(0, 1) }));
  const different = { deviations: [makeDeviation({ expected: 'something else' })] };
  const report = makeRun(cases.map(one => [one, makeFailure(one.id, one.id === 'b@2' ? different : {})]));
  expect(groupFailures(report).map(({ title, echoes }) => [title, echoes])).toEqual([
    ['a', [{ rule: 'c', count: 1 }]],
    ['b', []],
  ]);
});
