import { expect, test } from 'vitest';
import { conclude, type Evidence } from '../../src/prove/conclude.ts';
import { mutantRow, noJudgement } from '../../src/prove/mutant-row.ts';
import type { Alarm } from '../../src/prove/outcome.ts';
import type { GoodRun, Proof } from '../../src/prove/proof.ts';

const alarm = (rule: string, more: Partial<Alarm> = {}): Alarm => ({
  rule,
  case: `${rule}@2.1`,
  level: 'required',
  verdict: 'fail',
  headline: `${rule}@2.1: expected 200, received 500`,
  text: ['text'],
  lacks: [],
  afterMs: 10,
  ...more,
});

const mutant = (breaks: string[], alarms: Alarm[], more: Partial<Parameters<typeof mutantRow>[1]> = {}) =>
  mutantRow(
    { id: 'mutant', sentence: 'Wrong.', kind: 'status', breaks },
    { ...noJudgement, trouble: null, alarms, ...more },
  );

const goodRun = (more: Partial<GoodRun> = {}): GoodRun => ({
  name: 'good',
  seed: 1,
  microversions: ['2.1'],
  judged: 5,
  alarms: [],
  errors: { count: 0, first: null },
  durationMs: 1,
  ...more,
});

const proofOf = (more: Partial<Evidence>): Proof =>
  conclude({
    tool: { name: 'novaspec', version: '0' },
    startedAt: new Date(),
    complete: true,
    command: 'novaspec prove',
    everyRule: true,
    mutants: [mutant(['a'], [alarm('a')])],
    good: [goodRun()],
    rules: { a: { level: 'required', sentence: 'A.' } },
    ...more,
  });

test('a proof holds where each fault is caught by its rules and nothing else alarms', () => {
  const { problems, exitCode, summary, rules } = proofOf({});
  expect({ problems, exitCode }).toEqual({ problems: [], exitCode: 0 });
  expect(rules).toMatchObject([{ id: 'a', catches: ['mutant'], also: [] }]);
  expect(summary).toMatchObject({
    mutants: 1,
    caught: 1,
    named: 1,
    naming: 1,
    whole: 0,
    collateral: null,
    catching: 1,
  });
});

test.each<[string, Partial<Evidence>, number]>([
  ['not caught', { mutants: [mutant(['a'], []), mutant(['a'], [alarm('a')])] }, 1],
  ['rule silent', { mutants: [mutant(['a', 'b'], [alarm('a')])] }, 1],
  [
    'rule catches nothing',
    { rules: { a: { level: 'required', sentence: '' }, c: { level: 'required', sentence: '' } } },
    1,
  ],
  ['false alarm', { good: [goodRun({ alarms: [alarm('a')] })] }, 1],
  ['no judgement', { good: [goodRun({ errors: { count: 1, first: 'quota' } })] }, 4],
  ['no judgement', { mutants: [mutant(['a'], [alarm('a')]), mutant(['a'], [], { trouble: 'unreachable' })] }, 4],
  ['diagnosis incomplete', { mutants: [mutant(['a'], [alarm('a', { lacks: ['source'] })])] }, 1],
])('it does not where there is: %s', (what, evidence, code) => {
  const { problems, exitCode } = proofOf(evidence);
  expect(problems.map(problem => problem.what)).toEqual([what]);
  expect(exitCode).toBe(code);
});

test('nothing was proved by nothing, and an interrupted proof is none', () => {
  expect(proofOf({ mutants: [], good: [], everyRule: false }).exitCode).toBe(4);
  expect(proofOf({ complete: false }).exitCode).toBe(130);
});

test('rules beyond the named ones are counted where every rule was asked', () => {
  const whole = mutant(['a'], [alarm('b', { afterMs: 5 }), alarm('a', { afterMs: 30 }), alarm('a')], {
    whole: true,
    first: 'b',
  });
  expect(whole).toMatchObject({ others: ['b'], silent: [], detectedMs: 30 });
  expect(whole.alarms.map(({ rule, text }) => [rule, text.length])).toEqual([
    ['b', 0],
    ['a', 1],
  ]);
  const { summary, rules } = proofOf({
    mutants: [whole, mutant(['a'], [alarm('a')], { whole: true, first: 'a' }), mutant(['a'], [alarm('a')])],
    rules: { a: { level: 'required', sentence: '' }, b: { level: 'advisory', sentence: '' } },
  });
  expect(summary).toMatchObject({ whole: 2, collateral: 0.5, pointed: 1, detectedMs: { p50: 10, p95: 30, max: 30 } });
  expect(rules).toMatchObject([{ catches: ['mutant', 'mutant', 'mutant'] }, { catches: [], also: ['mutant'] }]);
});
