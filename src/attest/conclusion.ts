import type { Contract } from '../contract/contract.ts';
import type { Case } from '../plan/case.ts';
import type { StoredCase } from '../report/stored-report.ts';
import { allowanceOf, statesOf } from './allowed-skip.ts';
import type { ProfileData } from './profile.ts';
import type { RecordedRun } from './recorded-run.ts';

/** A case that was not judged, and what in the profile allows that; null: nothing does. */
export interface ConcludedSkip {
  case: string;
  reason: string;
  detail: string;
  allowed: string | null;
}

/** What the runs of a certification come to. */
export interface Conclusion {
  /** `WARNED`: all that decides was kept, something that is judged beside it was not. */
  result: 'PASSED' | 'WARNED' | 'FAILED';
  /** Why it is not PASSED, one line each, what fails first. */
  reasons: string[];
  /** Rules, each in one list, sorted; `unjudged`: all of their cases were skipped. */
  passed: string[];
  warned: string[];
  failed: string[];
  unjudged: string[];
  /** All skips, by the folder of their run. */
  skips: Record<string, ConcludedSkip[]>;
}

type Fate = 'passed' | 'warned' | 'failed' | 'unjudged';

/** Worst last. */
const fates: readonly Fate[] = ['unjudged', 'passed', 'warned', 'failed'];

/** Concludes from runs, each with its plan. A rule that one run saw broken is broken. */
export function conclude(
  contract: Contract,
  profile: ProfileData,
  runs: readonly RecordedRun[],
  plans: readonly (readonly Case[])[],
): Conclusion {
  const rules = new Map<string, Fate>();
  const failing: string[] = [];
  const warning: string[] = [];
  const skips: Conclusion['skips'] = {};
  for (const [index, { folder, report }] of runs.entries()) {
    const planned = new Map(plans[index]?.map(one => [one.id, one]));
    const counts = { failed: new Map<string, number>(), warned: new Map<string, number>() };
    const skipped: ConcludedSkip[] = [];
    skips[folder] = skipped;
    for (const one of report.cases) {
      const plan = planned.get(one.id);
      const allowed = (one.skip && plan && allowanceOf(contract, profile, plan, one.skip)?.why) ?? null;
      if (one.skip) skipped.push({ case: one.id, ...one.skip, allowed });
      const { fate, why } = fateOf(profile, one, allowed !== null);
      const before = rules.get(one.rule) ?? 'unjudged';
      rules.set(one.rule, fates.indexOf(fate) > fates.indexOf(before) ? fate : before);
      if (fate === 'failed' || fate === 'warned') counts[fate].set(why, (counts[fate].get(why) ?? 0) + 1);
    }
    const lines = (of: Map<string, number>) =>
      [...of].map(([why, count]) => `${folder}: ${count} ${count === 1 ? 'case' : 'cases'} ${why}`);
    failing.push(...lines(counts.failed), ...tooFewStates(contract, profile, report.cases, planned, folder));
    warning.push(...lines(counts.warned));
  }
  const ofFate = (fate: Fate) => [...rules].flatMap(([rule, each]) => (each === fate ? [rule] : [])).toSorted();
  const passed = ofFate('passed');
  const warned = ofFate('warned');
  if (passed.length + warned.length === 0) failing.push('no rule was judged');
  return {
    result: failing.length > 0 ? 'FAILED' : warning.length > 0 ? 'WARNED' : 'PASSED',
    reasons: [...failing, ...warning],
    passed,
    warned,
    failed: ofFate('failed'),
    unjudged: ofFate('unjudged'),
    skips,
  };
}

/** What a case does to its rule, and what speaks against it. */
function fateOf(
  { levels }: ProfileData,
  { verdict, level, skip }: StoredCase,
  isAllowed: boolean,
): { fate: Fate; why: string } {
  if (verdict === 'pass') return { fate: 'passed', why: '' };
  if (verdict === 'skipped') {
    if (isAllowed) return { fate: 'unjudged', why: '' };
    // At whatever level: what may be skipped stands in the profile.
    return { fate: 'failed', why: `skipped, which the profile does not allow: ${skip?.reason}: ${skip?.detail}` };
  }
  if (verdict === 'waived') return { fate: 'failed', why: 'waived, which the profile does not allow' };
  const why = `of the level ${level} ${verdict === 'fail' ? 'failed' : 'could not be judged'}`;
  if (levels.decide.includes(level) || verdict === 'unjudged') return { fate: 'failed', why };
  return { fate: levels.warn.includes(level) ? 'warned' : 'unjudged', why };
}

/** Groups of situations of which too few were judged, one line each. */
function tooFewStates(
  contract: Contract,
  { keeps }: ProfileData,
  cases: readonly StoredCase[],
  planned: ReadonlyMap<string, Case>,
  folder: string,
): string[] {
  const asked = new Set<string>();
  const judged = new Set<string>();
  for (const { id, verdict } of cases) {
    const one = planned.get(id);
    for (const state of one ? statesOf(contract, one) : []) {
      asked.add(state);
      if (verdict === 'pass' || verdict === 'fail') judged.add(state);
    }
  }
  return keeps.flatMap(({ states, at_least: least }) => {
    const wanted = states.filter(state => asked.has(state));
    const found = wanted.filter(state => judged.has(state));
    if (found.length >= Math.min(least, wanted.length)) return [];
    return [
      `${folder}: servers were judged in ${found.length} of the situations ${wanted.join(', ')}; ${least} must be`,
    ];
  });
}
