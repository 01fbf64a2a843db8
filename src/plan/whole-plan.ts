import type { Contract } from '../contract/contract.ts';
import type { Capabilities } from './capabilities.ts';
import type { Case } from './case.ts';
import { makePlan } from './plan.ts';
import type { Selection } from './selection.ts';

/** All cases of a target at the boundaries and at the microversions of a run, whatever else the run selected of them. */
export function wholePlan(
  contract: Contract,
  capabilities: Capabilities,
  { microversions, seed, runs, length }: Selection,
): Case[] {
  return makePlan(contract, capabilities, {
    microversions: `boundaries,${microversions}`,
    rules: [],
    cases: [],
    suites: [],
    levels: [],
    seed,
    ...(runs === undefined ? {} : { runs }),
    ...(length === undefined ? {} : { length }),
  }).cases;
}
