import { expect, test } from 'vitest';
import { type Conclusion, conclude } from '../../src/attest/conclusion.ts';
import { profileOf, publishedNames } from '../../src/attest/profiles.ts';
import type { RecordedRun } from '../../src/attest/recorded-run.ts';
import type { Capabilities } from '../../src/plan/capabilities.ts';
import type { Case, Skip } from '../../src/plan/case.ts';
import type { StoredCase } from '../../src/report/stored-report.ts';
import { contract, plan } from '../plan/default-plan.ts';

const profile = profileOf(contract, publishedNames()[0] ?? '');
const lacking = ['failing attaches', 'multiattach volume type', 'project id'];
const features = Object.keys(contract.documentAt(contract.oldest)['x-novaspec'].capabilities);
const target: Partial<Capabilities> = { features: features.filter(name => !lacking.includes(name)) };
const { cases } = plan({ microversions: '2.60,2.104' }, target);

/** Concludes from one run in which everything passed or was skipped by the plan, but for what `edit` says. */
function conclusionOf(edit: (one: Case) => Partial<StoredCase> | undefined = () => undefined): Conclusion {
  const recorded = cases.map(({ id, rule, level, suite, microversion, persona, skip }, index) => ({
    id,
    rule,
    level,
    suite,
    microversion,
    persona,
    ...(skip ? { verdict: 'skipped' as const, skip } : { verdict: 'pass' as const }),
    ...edit(cases[index] as Case),
  }));
  const run = { folder: 'run-1', report: { cases: recorded } } as unknown as RecordedRun;
  return conclude(contract, profile, [run], [cases]);
}

/** Skips all cases about servers in some situations. */
function without(...states: string[]): Conclusion {
  return conclusionOf(({ given, skip }) => {
    if (skip || !states.includes(given.state ?? '')) return undefined;
    return { verdict: 'skipped', skip: unreachable(given.state ?? '') };
  });
}

function unreachable(state: string): Skip {
  return { reason: 'state unreachable', detail: `${state}: the server came to ACTIVE instead` };
}

test('what a target may lack by the profile is no failure, and named with its reason', () => {
  const { result, reasons, skips, unjudged } = conclusionOf();
  expect({ result, reasons }).toEqual({ result: 'PASSED', reasons: [] });
  const allowed = new Set(skips['run-1']?.map(skip => skip.allowed));
  expect(allowed.has(null)).toBe(false);
  expect(allowed.size).toBe(4);
  expect(unjudged).toContain('attach.multiattach.second');
});

test.each([['soft-delete'], ['shelved'], ['busy'], ['never_launched'], ['paused'], ['resized', 'rescued']])(
  'a cloud without servers that are %s can be certified',
  (...states) => {
    expect(without(...states)).toMatchObject({ result: 'PASSED', reasons: [] });
  },
);

test.each(['stopped', 'locked', 'shelved_offloaded', 'error', 'deleted'])(
  'a cloud without servers that are %s cannot',
  state => {
    const { result, reasons, failed } = without(state);
    expect(result).toBe('FAILED');
    expect(reasons[0]).toMatch(
      new RegExp(`^run-1: \\d+ cases skipped, which the profile does not allow: state unreachable: ${state}: `),
    );
    expect(failed).toContain(`attach.state.${state}`);
  },
);

test('of what is optional for drivers not everything may be missing', () => {
  expect(without('paused', 'suspended')).toMatchObject({ result: 'PASSED' });
  expect(without('paused', 'suspended', 'locked_suspended', 'rescued')).toMatchObject({
    result: 'FAILED',
    reasons: ['run-1: servers were judged in 1 of the situations paused, suspended, rescued, resized; 2 must be'],
  });
});

test('an allowed reason allows nothing that it is not about', () => {
  const skip = unreachable('paused');
  const stopped = conclusionOf(one => (one.rule === 'attach.state.stopped' ? { verdict: 'skipped', skip } : undefined));
  expect(stopped.result).toBe('FAILED');
  const detail = 'failing attaches: needs an operator';
  const made = (one: Case) =>
    one.rule === 'attach.success'
      ? { verdict: 'skipped' as const, skip: { reason: 'capability missing' as const, detail } }
      : undefined;
  expect(conclusionOf(made)).toMatchObject({ result: 'FAILED', failed: ['attach.success'] });
});

test.each([
  ['required', 'fail', 'FAILED', 'failed'],
  ['required', 'error', 'FAILED', 'could not be judged'],
  ['required', 'unjudged', 'FAILED', 'could not be judged'],
  ['advisory', 'fail', 'WARNED', 'failed'],
  ['advisory', 'error', 'WARNED', 'could not be judged'],
  ['advisory', 'waived', 'FAILED', 'waived'],
  ['informative', 'fail', 'PASSED', ''],
] as const)('one case of the level %s with the verdict %s comes to %s', (level, verdict, result, word) => {
  const victim = cases.find(one => one.level === level && !one.skip);
  const conclusion = conclusionOf(one => (one === victim ? { verdict } : undefined));
  expect(conclusion.result).toBe(result);
  expect(conclusion.reasons.join()).toContain(word);
  const lists = { FAILED: conclusion.failed, WARNED: conclusion.warned, PASSED: conclusion.passed };
  expect(lists[result]).toContain(victim?.rule);
  expect(conclusion.reasons.length).toBe(result === 'PASSED' ? 0 : 1);
});
