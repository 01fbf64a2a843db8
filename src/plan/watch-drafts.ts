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
    const step = requestsOf(scenario).find(each => isAbout(each, watch));
    const isMeant = watch.in?.includes(name) ?? true;
    if (step === undefined || !isMeant || !isPlayedAt(scenario, microversion, offered)) return [];
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
  if (!isPossibleAt(scenario, microversion)) return false;
  const possible = offered.filter(each => isPossibleAt(scenario, each));
  const ends = { first: [possible[0]], last: [possible.at(-1)], ends: [possible[0], possible.at(-1)] };
  return scenario.at === undefined || possible.length === 0 || ends[scenario.at].includes(microversion);
}

/** Readings that only a volume API gives; an end may show in the others. */
function neededBy(contract: Contract, { legal = [], ends = [] }: WatchRule): string[] {
  const { observers } = contract.data.async;
  const needs = (each: Observer) => observers[each].needs ?? [];
  return [...legal.flatMap(needs), ...(ends.every(each => needs(each).length > 0) ? ends.flatMap(needs) : [])];
}

/**
 * What explains a difference better than a rule does. An observer that contradicts itself goes first, then one that never
 * comes to the end, then those that contradict each other: the fewest first.
 */
function explanations(contract: Contract, microversion: string, watch: WatchRule): WatchRule[] {
  const all = contract.operationsAt(microversion).flatMap(({ data }) => Object.entries(data.rules));
  const rules = all.flatMap(([id, { watch: other }]) => (other ? [{ id, other }] : []));
  const { legal } = watch;
  return rules.flatMap(({ id, other }) => {
    if (watch.unless?.includes(id)) return [other];
    if (other === watch || other.course !== watch.course) return [];
    if (watch.ends) return other.legal?.length === 1 ? [other] : [];
    if (!legal || legal.length === 1) return [];
    const isSmaller =
      other.legal && other.legal.length < legal.length && other.legal.every(each => legal.includes(each));
    return isSmaller || other.ends ? [other] : [];
  });
}
