import type { Contract, ContractDocument, DocumentData } from '../contract/contract.ts';
import { compareMicroversions, stepMicroversion } from '../contract/microversion.ts';
import type { Capabilities } from './capabilities.ts';
import type { Skip } from './case.ts';
import type { RuleName } from './selection.ts';

/** What the expansion of one microversion depends on. */
export interface Frame {
  contract: Contract;
  capabilities: Capabilities;
  microversion: string;
  /** The contract there. */
  document: ContractDocument;
  /** What holds at every microversion: personas and capabilities. */
  shared: DocumentData;
  /** The selected microversions that the target offers, ascending. */
  offered: readonly string[];
  /** Whether it is the first or the last selected one that the target offers. */
  isFirst: boolean;
  isLast: boolean;
  seed: number;
  /** Generated histories. */
  runs: number;
  /** Commands of each of them; undefined: as many as the contract says. */
  length: number | undefined;
  /** Placeholders that are known before anything is sent. */
  values: Record<string, string>;
  /** Why nothing can be judged at this microversion, if so. */
  outOfRange: Skip | null;
  /** Whether a rule may have cases that are wanted; the others are not made. */
  wants: (rule: RuleName) => boolean;
}

/** What a microversion depends on among those that a target offers of the selected ones. */
export function frameOf(
  contract: Contract,
  capabilities: Capabilities,
  microversion: string,
  versions: readonly string[],
  {
    seed = 1,
    runs = contract.data.histories.runs,
    length,
    wants = () => true,
  }: Partial<Pick<Frame, 'seed' | 'runs' | 'length' | 'wants'>>,
): Frame {
  const { min, max } = capabilities.microversions;
  const offered = versions.filter(each => compareMicroversions(each, min) >= 0 && compareMicroversions(each, max) <= 0);
  return {
    contract,
    capabilities,
    microversion,
    document: contract.documentAt(microversion),
    shared: contract.documentAt(contract.oldest)['x-novaspec'],
    offered,
    // Where the target offers none of them, the ends of the selection stand in, so that the plan is never empty.
    isFirst: microversion === (offered[0] ?? versions[0]),
    isLast: microversion === (offered.at(-1) ?? versions.at(-1)),
    seed,
    runs,
    length,
    values: {
      microversion,
      min_microversion: min,
      max_microversion: max,
      beyond_microversion: stepMicroversion(max, 1),
    },
    outOfRange: offered.includes(microversion)
      ? null
      : { reason: 'microversion out of range', detail: `the target offers ${min} to ${max}` },
    wants,
  };
}
