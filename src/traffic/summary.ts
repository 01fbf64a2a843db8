import type { Contract } from '../contract/contract.ts';
import { compareMicroversions } from '../contract/microversion.ts';
import { judgeableRules } from './judgeable.ts';
import type { Foreign } from './route.ts';
import type { Place, RuleDeviation, TrafficVerdict } from './verdict.ts';

/** How many exchanges have which verdict. */
export interface TrafficCounts {
  pass: number;
  fail: number;
  notJudged: number;
}

/** Exchanges that deviate from one rule in the same thing. */
export interface TrafficGroup {
  rule: string;
  /** The first of them, and in what it deviates from this rule. */
  first: TrafficVerdict;
  deviations: RuleDeviation[];
  /** In the order of the recording. */
  places: Place[];
  microversions: Set<string>;
}

/** What all exchanges of some recordings come to; it grows while they are read, but not with those that pass. */
export class TrafficSummary {
  entries = 0;
  readonly foreign = new Map<Foreign, number>();
  /** Operation, then microversion. */
  readonly counts = new Map<string, Map<string, TrafficCounts>>();
  readonly total: TrafficCounts = { pass: 0, fail: 0, notJudged: 0 };
  /** Why exchanges were not judged, and how many. */
  readonly unjudged = new Map<string, number>();
  readonly #judged = new Set<string>();
  readonly #failures = new Map<string, TrafficGroup>();
  readonly #findings = new Map<string, TrafficGroup>();

  /** Counts one entry. */
  add(result: TrafficVerdict | Foreign): void {
    this.entries += 1;
    if (typeof result === 'string') {
      increase(this.foreign, result);
      return;
    }
    const { verdict, why } = result;
    const counter = verdict === 'not judged' ? 'notJudged' : verdict;
    this.total[counter] += 1;
    this.#countsOf(result)[counter] += 1;
    if (why !== undefined) increase(this.unjudged, why);
    for (const rule of result.rules) this.#judged.add(rule);
    group(this.#failures, result, result.deviations);
    group(this.#findings, result, result.findings);
  }

  /** Failures by rule and by what is wrong, in the order in which they were met. */
  get failures(): TrafficGroup[] {
    return [...this.#failures.values()];
  }

  /** The same of what fails nobody. */
  get findings(): TrafficGroup[] {
    return [...this.#findings.values()];
  }

  /** Rules that were judged, that only other traffic could be judged by, and the number of those that no traffic can. */
  rules(contract: Contract): { judged: string[]; open: string[]; others: number } {
    const { yes, no } = judgeableRules(contract);
    const judged = [...this.#judged].toSorted();
    const open = [...yes].filter(rule => !this.#judged.has(rule)).toSorted();
    return { judged, open, others: no.size };
  }

  #countsOf({ operation, microversion }: TrafficVerdict): TrafficCounts {
    const ofOperation = this.counts.get(operation) ?? new Map<string, TrafficCounts>();
    this.counts.set(operation, ofOperation);
    const key = microversion ?? '?';
    const counts = ofOperation.get(key) ?? { pass: 0, fail: 0, notJudged: 0 };
    ofOperation.set(key, counts);
    return counts;
  }
}

/** The microversions of counts, ascending; `?` stands for those that are not known, and comes last. */
export function microversionsOf({ counts }: TrafficSummary): string[] {
  const all = new Set([...counts.values()].flatMap(ofOperation => [...ofOperation.keys()]));
  const known = [...all].filter(version => version !== '?').toSorted(compareMicroversions);
  return all.has('?') ? [...known, '?'] : known;
}

function group(groups: Map<string, TrafficGroup>, verdict: TrafficVerdict, all: RuleDeviation[]): void {
  const { file, entry, time, operation, microversion } = verdict;
  const byRule = new Map<string, RuleDeviation[]>();
  for (const deviation of all) byRule.set(deviation.rule, [...(byRule.get(deviation.rule) ?? []), deviation]);
  for (const [rule, deviations] of byRule) {
    // Which item of a list it is makes no difference, nor whose attachment.
    const what = (deviations[0]?.what ?? '').replaceAll(/\/\d+(?=\/|$)/g, '/*').replace(/ of attachment .*$/, '');
    const key = `${rule} ${operation} ${what}`;
    const known = groups.get(key) ?? { rule, first: verdict, deviations, places: [], microversions: new Set<string>() };
    groups.set(key, known);
    known.places.push({ file, entry, time });
    if (microversion !== null) known.microversions.add(microversion);
  }
}

function increase<Key>(counts: Map<Key, number>, key: Key): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
