import { createHash } from 'node:crypto';
import type { Contract } from '../contract/contract.ts';
import { compareMicroversions, stepMicroversion } from '../contract/microversion.ts';
import type { Capabilities } from './capabilities.ts';
import type { Case } from './case.ts';
import { expandMicroversion } from './expand.ts';
import { selectMicroversions } from './microversions.ts';
import { filterCases, type Selection } from './selection.ts';

/** All cases of a run, in the order in which they are registered. */
export interface Plan {
  cases: Case[];
  /** SHA-256 over the cases: equal plans have equal digests, on every machine. */
  digest: string;
}

/**
 * Expands the contract into cases, for a target's capabilities and a selection. Pure: the same arguments give the same plan.
 * Throws an Error with one clear line when the selection names something unknown.
 */
export function makePlan(contract: Contract, capabilities: Capabilities, selection: Selection): Plan {
  const { min, max } = capabilities.microversions;
  const versions = selectMicroversions(selection.microversions, contract, capabilities.microversions);
  const offered = versions.filter(each => compareMicroversions(each, min) >= 0 && compareMicroversions(each, max) <= 0);
  const shared = contract.documentAt(contract.oldest)['x-novaspec'];
  const all = versions.flatMap(microversion =>
    expandMicroversion({
      contract,
      capabilities,
      microversion,
      document: contract.documentAt(microversion),
      shared,
      offered,
      // Where the target offers none of them, the ends of the selection stand in, so that the plan is never empty.
      isFirst: microversion === (offered[0] ?? versions[0]),
      isLast: microversion === (offered.at(-1) ?? versions.at(-1)),
      seed: selection.seed,
      values: {
        microversion,
        min_microversion: min,
        max_microversion: max,
        beyond_microversion: stepMicroversion(max, 1),
      },
      outOfRange: offered.includes(microversion)
        ? null
        : { reason: 'microversion out of range', detail: `the target offers ${min} to ${max}` },
    }),
  );
  const cases = filterCases(all, selection);
  return { cases, digest: createHash('sha256').update(JSON.stringify(cases)).digest('hex') };
}
