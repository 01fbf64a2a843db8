import {
  isPossibleAt,
  type Observer,
  type Scenario,
  type ScenarioStep,
  type WatchRule,
} from '../contract/async-data.ts';
import type { Contract } from '../contract/contract.ts';
import type { RuleData } from '../contract/rule.ts';
import type { CaseWatch } from './case.ts';
import type { Draft } from './draft.ts';

/** One scenario in which a rule is judged. */
export interface WatchDraft {
  draft: Draft;
  /** What the scenario adds to the rule: who calls, and what it needs. */
  data: RuleData;
  watch: CaseWatch;
  /** The watched request, where it is no operation of the contract. */
  ask: Exclude<ScenarioStep['ask'], string> | undefined;
}

/** Where scenarios are expanded. */
interface WatchScene {
  contract: Contract;
  microversion: string;
  /** The selected microversions that the target offers, ascending. */
  offered: readonly string[];
}

/** The scenarios of a rule at a microversion. */
export function watchDrafts(scene: WatchScene, rule: RuleData, watch: WatchRule): WatchDraft[] {
  const { contract, microversion, offered } = scene;
  return Object.entries(contract.data.async.scenarios).flatMap(([name, scenario]) => {
    const isMeant = watch.in?.includes(name) ?? true;
    if (!isMeant || !isPlayedAt(scenario, microversion, offered)) return [];
    const step = requestsOf(scenario).find(each => isAbout(each, watch));
    if (step === undefined) return [];
    const { given, persona, needs = [], target } = scenario;
    const unless = explanations(contract, microversion, watch);
    return [
      {
        draft: {
          variant: [name],
          given,
          request: step.body === undefined ? {} : { body: step.body },
          expect: rule.expect,
        },
        data: {
          ...rule,
          needs: [...needs, ...neededBy(contract, watch)],
          ...(persona === undefined ? {} : { persona }),
          ...(target === undefined ? {} : { target }),
        },
        watch: { scenario: name, rule: watch, unless },
        ask: typeof step.ask === 'string' ? undefined : step.ask,
      },
    ];
  });
}

/** All requests of a scenario, those beside and after others too. */
function requestsOf({ steps }: Scenario): ScenarioStep[] {
  const inside = (step: ScenarioStep): ScenarioStep[] => [
    step,
    ...[...(step.with ?? []), ...(step.then ?? [])].flatMap(inside),
  ];
  return steps.flatMap(step => ('enter' in step ? [] : inside(step)));
}

function isAbout({ name, watch = [] }: ScenarioStep, { answer, course }: WatchRule): boolean {
  return answer === undefined ? watch.some(each => each.course === course) : name === answer;
}

function isPlayedAt(scenario: Scenario, microversion: string, offered: readonly string[]): boolean {
  if (scenario.at === undefined) return isPossibleAt(scenario, microversion);
  const possible = possibleOf(scenario, offered);
  // Where the target offers none of them, the case says so.
  if (possible.length === 0) return isPossibleAt(scenario, microversion);
  const ends = { first: [possible[0]], last: [possible.at(-1)], ends: [possible[0], possible.at(-1)] };
  return ends[scenario.at].includes(microversion);
}

// Asked for by every rule, and the same in a whole plan.
const possibleIn = new WeakMap<readonly string[], Map<Scenario, string[]>>();

function possibleOf(scenario: Scenario, offered: readonly string[]): string[] {
  const known = possibleIn.get(offered) ?? new Map<Scenario, string[]>();
  possibleIn.set(offered, known);
  const possible = known.get(scenario) ?? offered.filter(each => isPossibleAt(scenario, each));
  known.set(scenario, possible);
  return possible;
}

/** Readings that only a volume API gives; an end may show in the others. */
function neededBy(contract: Contract, { legal = [], ends = [] }: WatchRule): string[] {
  const { observers } = contract.data.async;
  const needs = (each: Observer) => observers[each].needs ?? [];
  return [...legal.flatMap(needs), ...(ends.every(each => needs(each).length > 0) ? ends.flatMap(needs) : [])];
}

// The same for every scenario and microversion of a class.
const explained = new WeakMap<WatchRule, Map<string, WatchRule[]>>();

/**
 * What explains a difference better than a rule does. An observer that contradicts itself goes first, then one that never
 * comes to the end, then those that contradict each other: the fewest first.
 */
function explanations(contract: Contract, microversion: string, watch: WatchRule): WatchRule[] {
  const from = contract.classOf(microversion);
  const known = explained.get(watch) ?? new Map<string, WatchRule[]>();
  explained.set(watch, known);
  const found = known.get(from) ?? contract.operationsAt(from).flatMap(({ data }) => betterRules(data.rules, watch));
  known.set(from, found);
  return found;
}

function betterRules(rules: Record<string, RuleData>, watch: WatchRule): WatchRule[] {
  return Object.entries(rules).flatMap(([id, { watch: other }]) =>
    other && (watch.unless?.includes(id) || isBetter(other, watch)) ? [other] : [],
  );
}

function isBetter(other: WatchRule, { course, legal, ends }: WatchRule): boolean {
  if (other.course !== course) return false;
  if (ends) return other.legal?.length === 1;
  if (!legal || legal.length === 1) return false;
  if (other.ends) return true;
  return (
    other.legal !== undefined && other.legal.length < legal.length && other.legal.every(each => legal.includes(each))
  );
}
