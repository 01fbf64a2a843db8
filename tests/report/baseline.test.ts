import { describe, expect, test } from 'vitest';
import type { Case } from '../../src/plan/case.ts';
import { isInRanges, microversionRanges } from '../../src/plan/microversion-ranges.ts';
import { exitCodeOf } from '../../src/report/exit-code.ts';
import { type ProposedWaiver, proposeWaivers } from '../../src/report/propose-waivers.ts';
import { staleWaivers } from '../../src/report/stale-waivers.ts';
import type { StoredCase, StoredVerdict } from '../../src/report/stored-report.ts';
import { waive } from '../../src/report/waive.ts';
import type { Waiver } from '../../src/report/waiver.ts';
import { makeCase, makeDeviation, makeFailure, makeResult, makeRun } from './make-report.ts';

const versions = ['2.1', '2.48', '2.49', '2.79', '2.101'];
const judged = ['required', 'advisory'] as const;

function makeWaiver(parts: Partial<Waiver> = {}): Waiver {
  return {
    file: 'baseline.yaml',
    line: 2,
    kind: 'rule',
    name: 'attach.tag',
    reason: 'vendor bug 7',
    microversions: null,
    max: null,
    ...parts,
  };
}

/** The cases of a rule at all versions. */
function casesOf(rule: string, parts: Partial<Case> = {}): Case[] {
  return versions.map(microversion => makeCase({ rule, microversion, ...parts }));
}

/** A case as a report tells it. */
const stored = ({ history: _history, ...one }: Case, verdict: StoredVerdict): StoredCase => ({
  ...one,
  verdict,
  repeat: '',
  ...(verdict === 'fail' ? { deviations: [makeDeviation()] } : {}),
});
/** `rule attach.tag microversions 2.1-2.48` */
const propose = (
  cases: StoredCase[],
  { whole = cases, kept = [] }: { whole?: Pick<Case, 'id' | 'rule' | 'microversion'>[]; kept?: Waiver[] } = {},
) =>
  proposeWaivers(cases, whole, kept, '2.101').map(({ kind, name, when }: ProposedWaiver) =>
    [kind, name, ...Object.entries(when).map(each => each.join(' '))].join(' '),
  );

/** A rule at all versions. */
const failing = (rule: string, fails: (at: string) => boolean, parts: Partial<Case> = {}) =>
  casesOf(rule, parts).map(one => stored(one, fails(one.microversion) ? 'fail' : 'pass'));

/** A variant of it. */
const variant = (rule: string, name: string, fails: (at: string) => boolean) =>
  versions.map(at => {
    const one = makeCase({ rule, microversion: at, id: `${rule}[${name}]@${at}` });
    return stored(one, fails(at) ? 'fail' : 'pass');
  });

describe('microversions of a condition', () => {
  test.each([
    ['2.49', ['2.49']],
    ['2.48-2.79', ['2.48', '2.49', '2.79']],
    ['2.79-', ['2.79', '2.101']],
    ['-2.48', ['2.1', '2.48']],
    ['2.1, 2.101', ['2.1', '2.101']],
  ])('%s', (text, expected) => {
    const ranges = microversionRanges(text);
    expect(versions.filter(each => isInRanges(each, ranges))).toEqual(expected);
  });

  test.each(['', '-', '2', '2.60-2.70-2.80', '2.70-2.60', 'latest', '2.60,'])("'%s' is refused", text => {
    expect(() => microversionRanges(text)).toThrow();
  });
});

describe('a waiver', () => {
  const failed = casesOf('attach.tag.long').map(one => [one, makeFailure(one.id)] as const);
  const run = makeRun(failed.map(([one]) => [one]));
  const waivedBy = (...waivers: Waiver[]) =>
    failed.flatMap(([one, result]) => {
      const { verdict, waiver } = waive({ file: 'baseline.yaml', waivers }, run, result);
      return verdict === 'waived' ? [`${one.microversion} ${waiver?.line}`] : [];
    });

  test('waives the failures of its rule, family, case or pattern, where its condition holds', () => {
    const all = versions.map(each => `${each} 2`);
    expect(waivedBy(makeWaiver())).toEqual(all);
    expect(waivedBy(makeWaiver({ name: 'attach.*ong' }))).toEqual(all);
    expect(waivedBy(makeWaiver({ name: 'attach.ta' }))).toEqual([]);
    expect(waivedBy(makeWaiver({ kind: 'case', name: 'attach.tag.long@2.49' }))).toEqual(['2.49 2']);
    expect(waivedBy(makeWaiver({ microversions: microversionRanges('2.79-') }))).toEqual(['2.79 2', '2.101 2']);
    // The target's own maximum is 2.101.
    expect(waivedBy(makeWaiver({ max: microversionRanges('-2.100') }))).toEqual([]);
    expect(waivedBy(makeWaiver({ max: microversionRanges('2.96-2.101') }))).toEqual(all);
  });

  test('stands behind those before it', () => {
    const narrow = makeWaiver({ line: 9, microversions: microversionRanges('2.1-2.48') });
    expect(waivedBy(narrow, makeWaiver())).toEqual(['2.1 9', '2.48 9', '2.49 2', '2.79 2', '2.101 2']);
  });

  test('says why, and takes nothing away from the evidence', () => {
    const [one] = casesOf('attach.tag');
    if (!one) throw new Error('there is no case');
    const result = makeFailure(one.id, { message: 'attach.tag: expected 200, received 500' });
    const waiver = makeWaiver({ link: 'https://bugs.example.org/7', expires: '2027-03-31' });
    const waived = waive({ file: 'baseline.yaml', waivers: [waiver] }, makeRun([[one]]), result);
    expect(waived).toEqual({
      ...result,
      verdict: 'waived',
      message:
        'waived: vendor bug 7 (https://bugs.example.org/7, until 2027-03-31): attach.tag: expected 200, received 500',
      waiver: {
        file: 'baseline.yaml',
        line: 2,
        name: 'attach.tag',
        reason: 'vendor bug 7',
        link: 'https://bugs.example.org/7',
        expires: '2027-03-31',
      },
    });
  });

  test('never waives what was not judged', () => {
    const [one] = casesOf('attach.tag');
    if (!one) throw new Error('there is no case');
    for (const verdict of ['error', 'skipped', 'pass'] as const) {
      const result = makeResult(one.id, { verdict });
      expect(waive({ file: '', waivers: [makeWaiver()] }, makeRun([[one]]), result)).toBe(result);
    }
  });
});

describe('a waiver that nothing needs', () => {
  const whole = [...casesOf('attach.tag'), ...casesOf('attach.device')];
  const target = { microversions: { min: '2.1', max: '2.101' } };
  const run = (
    verdicts: Partial<Record<string, StoredVerdict>>,
    levels: readonly ('required' | 'advisory')[] = judged,
  ) => {
    const cases = whole.filter(({ id }) => verdicts[id] !== 'unjudged');
    const results = cases.map(({ id }) => makeResult(id, { verdict: (verdicts[id] ?? 'pass') as 'pass' }));
    return { target, judged: [...levels], cases, results: new Map(results.map(each => [each.id, each])) };
  };
  const stale = (waiver: Waiver, ran = run({}), plan: Case[] = whole) =>
    staleWaivers({ file: 'baseline.yaml', waivers: [waiver] }, plan, ran).map(({ why }) => why);

  test('is told with how many passed', () => {
    expect(stale(makeWaiver())).toEqual(['no longer matches anything that fails (5 cases passed)']);
    const some = makeWaiver({ microversions: microversionRanges('2.49') });
    expect(stale(some)).toEqual(['no longer matches anything that fails (1 case passed)']);
  });

  test.each(['fail', 'waived', 'error', 'skipped', 'unjudged'] as const)(
    'is not one if a case of it is %s',
    verdict => {
      expect(stale(makeWaiver(), run({ 'attach.tag@2.79': verdict }))).toEqual([]);
      expect(stale(makeWaiver(), run({ 'attach.device@2.79': verdict }))).toHaveLength(1);
    },
  );

  test('is not one where its condition does not hold, or where no case of it is there', () => {
    expect(stale(makeWaiver({ max: microversionRanges('-2.96') }))).toEqual([]);
    expect(stale(makeWaiver({ kind: 'case', name: 'attach.tag@2.50' }))).toEqual([]);
  });

  test('is not one in a run that judges fewer levels, in which less fails', () => {
    expect(stale(makeWaiver(), run({}, ['required']))).toEqual([]);
  });

  test('is one on a target that does not offer the microversions of its other cases', () => {
    const skip = { reason: 'microversion out of range', detail: 'the target offers 2.1 to 2.79' } as const;
    const plan = whole.map(one => (one.microversion === '2.101' ? { ...one, skip } : one));
    const ran = run({ 'attach.tag@2.101': 'unjudged' });
    expect(stale(makeWaiver(), ran, plan)).toHaveLength(1);
    expect(stale(makeWaiver(), ran)).toEqual([]);
  });

  test('fails the run, whatever else is well', () => {
    const [one] = casesOf('attach.tag');
    if (!one) throw new Error('there is no case');
    const ran = makeRun([[one, makeResult(one.id)]], { baseline: { file: 'b.yaml', waivers: 1, stale: [] } });
    expect(exitCodeOf(ran)).toBe(0);
    const why = 'no longer matches anything that fails (1 case passed)';
    const baseline = { file: 'b.yaml', waivers: 1, stale: [{ line: 2, name: 'attach.tag', why }] };
    expect(exitCodeOf({ ...ran, baseline })).toBe(1);
    expect(exitCodeOf({ ...ran, baseline, complete: false })).toBe(1);
  });
});

describe('the waivers that a run asks for', () => {
  test('are of a rule where all of it fails, with an example', () => {
    const cases = failing('attach.tag', () => true);
    expect(propose(cases)).toEqual(['rule attach.tag']);
    expect(proposeWaivers(cases, cases, [], '2.101')[0]?.comment).toBe(
      '5 cases, e.g. attach.tag@2.1: expected 404 itemNotFound, received 200',
    );
  });

  test('are narrowed to the microversions of a range in which all of it fails', () => {
    const late = failing('attach.tag', at => !['2.1', '2.48'].includes(at));
    expect(propose(late)).toEqual(['rule attach.tag microversions 2.49-2.101']);
    expect(propose(failing('attach.tag', at => at === '2.49'))).toEqual(['rule attach.tag microversions 2.49']);
  });

  test('are of single cases where a case between them passes', () => {
    const gap = failing('attach.tag', at => at !== '2.49');
    expect(propose(gap)).toEqual(versions.filter(at => at !== '2.49').map(at => `case attach.tag@${at}`));
  });

  test('are of one variant at all microversions where the others pass', () => {
    const cases = [...variant('attach.tag', 'true', () => true), ...variant('attach.tag', 'false', () => false)];
    expect(propose(cases)).toEqual(['case attach.tag[true]@*']);
  });

  test('waive nothing of a family that passes', () => {
    const passing = failing('attach.tag.long', () => false);
    expect(propose([...failing('attach.tag', () => true), ...passing])).toEqual(['case attach.tag@*']);
    const both = [...failing('attach.tag.long', () => true), ...failing('attach.tag', () => true)];
    expect(propose(both)).toEqual(['rule attach.tag']);
  });

  test('go no further than what was judged', () => {
    const cases = failing('attach.tag', () => true);
    // Not selected, or not reached before the end.
    expect(propose(cases.slice(3), { whole: cases })).toEqual(['rule attach.tag microversions 2.79-2.101']);
    const apart = [cases[0], ...cases.slice(3)].flatMap(one => one ?? []);
    expect(propose(apart, { whole: cases })).toEqual(['rule attach.tag microversions 2.1,2.79-2.101']);
    const open = cases.map((one, at) => (at === 1 ? { ...one, verdict: 'unjudged' as const } : one));
    expect(propose(open)).toEqual(['rule attach.tag microversions 2.1,2.49-2.101']);
    const other = makeCase({ rule: 'attach.tag', microversion: '2.79', id: 'attach.tag[other]@2.79' });
    expect(propose(cases.slice(3), { whole: [...cases, other] })).toEqual([
      'case attach.tag@* microversions 2.79-2.101',
    ]);
  });

  test('leave out what a kept one covers, and never stand beside a twin', () => {
    const cases = failing('attach.tag', () => true);
    expect(propose(cases, { kept: [makeWaiver()] })).toEqual([]);
    const narrow = makeWaiver({ microversions: microversionRanges('2.1-2.48') });
    expect(propose(cases, { kept: [narrow] })).toEqual(['rule attach.tag microversions 2.49-2.101']);
    const elsewhere = makeWaiver({ max: microversionRanges('-2.96') });
    expect(propose(cases, { kept: [elsewhere] })).toEqual(['rule attach.tag max 2.101']);
  });
});
