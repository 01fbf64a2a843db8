import type { Contract } from '../contract/contract.ts';
import { everything } from '../plan/capabilities.ts';
import { makePlan } from '../plan/plan.ts';
import type { Selection } from '../plan/selection.ts';
import { packageRoot } from '../root.ts';
import type { Frozen, ProfileData } from './profile.ts';
import { treeDigest } from './tree-digest.ts';

/** The selection of a run of a profile. */
export function selectionOf({ covers }: ProfileData, seed: number): Selection {
  return { microversions: covers.microversions, rules: covers.rules, cases: [], suites: [], levels: [], seed };
}

/** What a profile is frozen to by the contract and the plan of this package. @throws Error for a rule that is not known */
export function freeze(contract: Contract, data: ProfileData): Frozen {
  const { cases, digest } = makePlan(contract, everything(contract), selectionOf(data, 1));
  return {
    contract: treeDigest(packageRoot, ['specs', 'fixtures'], () => true),
    plan: digest,
    cases: cases.length,
    rules: new Set(cases.map(({ rule }) => rule)).size,
  };
}
