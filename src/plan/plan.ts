import { createHash } from 'node:crypto';
import type { Contract } from '../contract/contract.ts';
import type { Capabilities } from './capabilities.ts';
import type { Case } from './case.ts';
import { expandMicroversion } from './expand.ts';
import { frameOf } from './frame.ts';
import { selectMicroversions } from './microversions.ts';
import { filterCases, type RuleName, rulesIn, type Selection } from './selection.ts';

/** All cases of a run, in the order in which they are registered. */
export interface Plan {
  cases: Case[];
  /** SHA-256 over the cases: equal plans have equal digests, on every machine. */
  digest: string;
}

/**
 * Expands the contract into cases, for a target's capabilities and a selection. Pure: the same arguments give the same plan.
 * `only`: a part of the plan, at some of its microversions. Throws an Error with one clear line when the selection names something unknown.
 */
export function makePlan(
  contract: Contract,
  capabilities: Capabilities,
  selection: Selection,
  only: (microversions: string[]) => string[] = all => all,
): Plan {
  const versions = selectMicroversions(selection.microversions, contract, capabilities.microversions);
  const casesOf = (wants: (rule: RuleName) => boolean) =>
    only(versions).flatMap(microversion =>
      expandMicroversion(frameOf(contract, capabilities, microversion, versions, { ...selection, wants })),
    );
  const cases = chosenOf(casesOf, selection);
  return { cases, digest: createHash('sha256').update(JSON.stringify(cases)).digest('hex') };
}

/** Makes only what may be chosen; where something is not known there, what is known is searched for in everything. */
function chosenOf(casesOf: (wants: (rule: RuleName) => boolean) => Case[], selection: Selection): Case[] {
  try {
    return filterCases(casesOf(rulesIn(selection)), selection);
  } catch {
    return filterCases(
      casesOf(() => true),
      selection,
    );
  }
}
