import { describe, expect, test } from 'vitest';
import { faults } from '../../cloud/cloud.ts';
import { loadContract } from '../../src/contract/load.ts';
import type { CaseResult } from '../../src/judge/verdict.ts';
import { judgeCloud } from './judge-cloud.ts';

const contract = loadContract();
const suites = new Map(
  contract.classes.flatMap(from => Object.entries(contract.rulesAt(from)).map(([id, { suite }]) => [id, suite])),
);
const ruleIds = [...suites.keys()];

// NOVASPEC_PROOF=all proves the whole catalogue, which takes minutes; otherwise each rule has one fault to catch.
const proven =
  process.env.NOVASPEC_PROOF === 'all' ? faults.filter(({ breaks }) => breaks.length > 0) : oneForEachRule();

test.each(ruleIds)('%s is broken by a fault', rule => {
  expect(faults.filter(({ breaks }) => breaks.includes(rule)).map(({ id }) => id)).not.toEqual([]);
});

test('faults name rules that exist', () => {
  const strangers = faults.flatMap(({ id, breaks }) =>
    breaks.filter(rule => !ruleIds.includes(rule)).map(rule => `${id}: ${rule}`),
  );
  expect(strangers).toEqual([]);
});

describe.concurrent('a fault is caught by every rule that it breaks', () => {
  test.each(proven.map(fault => ({ ...fault })))('$id: $sentence', async ({ id, breaks }) => {
    // What a newer release checks before, an older one lets through to the mistake.
    const missing = await notCaught(id, breaks, '2026.2');
    const still = missing.length > 0 ? await notCaught(id, missing, 'zed') : [];
    expect(still.map(rule => `${rule} did not catch ${id}`)).toEqual([]);
  });
});

/** The first fault that breaks a rule, for each rule. */
function oneForEachRule(): (typeof faults)[number][] {
  const open = new Set(ruleIds);
  return faults.filter(({ breaks }) => breaks.filter(rule => open.delete(rule)).length > 0);
}

async function notCaught(fault: string, rules: readonly string[], release: 'zed' | '2026.2'): Promise<string[]> {
  const missing = (results: CaseResult[]) => {
    const alarms = results.filter(({ verdict, findings }) => verdict === 'fail' || findings.length > 0);
    const caught = new Set(alarms.map(({ id }) => id.replace(/[[@].*$/, '')));
    return rules.filter(rule => !caught.has(rule));
  };
  const enough = (results: CaseResult[]) => missing(results).length === 0;
  const [histories = [], singles = []] = [true, false].map(each =>
    rules.filter(rule => rule.startsWith('history.') === each),
  );
  if (histories.length > 0) {
    // What overlaps must take a while; and a mistake that only a history shows takes some histories to find.
    const delay = histories.includes('history.overlapping') ? 5 : 0;
    const ending = {
      enough: (some: CaseResult[]) => histories.every(rule => !missing(some).includes(rule)),
      takers: 6,
      histories: 60,
    };
    const left = missing(await judgeCloud({ faults: [fault], release, delay }, { rules: histories }, ending));
    const others = singles.length > 0 ? await notCaught(fault, singles, release) : [];
    return [...left.filter(rule => histories.includes(rule)), ...others];
  }
  const selection = { rules: [...rules] };
  if (rules.some(rule => suites.get(rule) !== 'async'))
    return missing(await judgeCloud({ faults: [fault], release }, selection, { enough }));
  // A scenario takes a while, and shows a mistake of the host at any microversion that has it: the first few tell.
  const few = { ...selection, microversions: '2.20,2.79,2.100,latest' };
  return missing(await judgeCloud({ faults: [fault], release }, few, { enough, takers: 3 }));
}
