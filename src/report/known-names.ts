import type { Contract } from '../contract/contract.ts';
import { compareMicroversions, isMicroversion } from '../contract/microversion.ts';
import { everything } from '../plan/capabilities.ts';
import type { Case } from '../plan/case.ts';
import { makePlan } from '../plan/plan.ts';
import { type Selection, testFor, unknownName, withFamilies } from '../plan/selection.ts';
import { coveredBy, type Waiver } from './waiver.ts';

/** What the names of generated cases depend on. */
export type Generation = Pick<Selection, 'seed' | 'runs' | 'length'>;

/** The rules and cases that waivers can be about. Plans are made when they are asked for: most waivers need none. */
export class KnownNames {
  private readonly plans = new Map<string, Case[]>();
  private readonly rules: string[];
  private readonly contract: Contract;
  private readonly generation: Generation;

  constructor(contract: Contract, generation: Generation) {
    this.contract = contract;
    this.generation = generation;
    this.rules = [...new Set(contract.classes.flatMap(start => Object.keys(contract.rulesAt(start))))];
  }

  /** Why a waiver can never match anything, or null. */
  obstacleTo(waiver: Waiver): string | null {
    const { kind, name, microversions } = waiver;
    if (kind === 'rule') {
      if (!this.rules.some(testFor(name, true))) return unknownName('rule', name, withFamilies(this.rules));
      if (microversions === null) return null;
    }
    const isNamed = coveredBy({ ...waiver, microversions: null });
    const isCovered = coveredBy(waiver);
    let known = false;
    for (const which of this.places(waiver)) {
      const named = this.casesAt(which).filter(isNamed);
      if (named.some(isCovered)) return null;
      known ||= named.length > 0;
    }
    if (known) return `${kind}: ${name} has no case at the microversions of its condition`;
    const ids = this.casesAt('boundaries').map(({ id }) => id);
    return unknownName(kind, name, ids);
  }

  /** Where cases of a waiver may be, the cheapest plan first: some cases are only there where nothing else is selected. */
  private places({ kind, name, microversions }: Waiver): string[] {
    const at = kind === 'case' ? /@(\d+\.\d+)$/.exec(name)?.[1] : undefined;
    if (at !== undefined) return ['boundaries', at].filter(this.isDescribed);
    const ends = (microversions ?? []).flatMap(({ from = [], to = [] }) => [from, to].flat());
    return ['boundaries', 'all', ...ends].filter(this.isDescribed);
  }

  private readonly isDescribed = (which: string): boolean => {
    const { oldest, newest } = this.contract;
    if (!isMicroversion(which)) return true;
    return compareMicroversions(oldest, which) <= 0 && compareMicroversions(which, newest) <= 0;
  };

  private casesAt(microversions: string): Case[] {
    const known = this.plans.get(microversions);
    if (known) return known;
    const selection = { ...this.generation, microversions, rules: [], cases: [], suites: [], levels: [] };
    const { cases } = makePlan(this.contract, everything(this.contract), selection);
    this.plans.set(microversions, cases);
    return cases;
  }
}
