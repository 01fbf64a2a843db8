import { compareMicroversions } from './microversion.ts';
import type { GivenPatch, RuleData, RuleExpectation } from './rule.ts';
import type { StageData } from './stage-data.ts';

/** The observers that a watch may ask; `answer` is the request's own status, `pending` until it is there. */
export type Observer =
  | 'answer'
  | 'list'
  | 'show'
  | 'device'
  | 'other_list'
  | 'elsewhere'
  | 'volume'
  | 'entry'
  | 'other_volume'
  | 'other_entry'
  | 'action'
  | 'server';

/** One stage of a course: what each observer may show while it lasts; one that is not named may show anything. */
export interface CourseStage {
  shows: Partial<Record<Observer, string | string[]>>;
  /** Names of the stages that may follow; the next one of the course without it. */
  then?: string[];
}

/** What happens once a request was accepted, as outsiders can see it. */
export interface Course {
  /** What it is the course of, in words: `an attach to a server that has a host`. */
  sentence: string;
  source: string[];
  /** Under which its times are reported. */
  timed?: { operation: string; state: string };
  /** Name of the limit within which its end must be seen. */
  limit: keyof StageData['limits'];
  /** Name of the time for which it is watched although nothing more may happen. */
  lasts?: keyof StageData['limits'];
  /** Whom to ask, in the order in which they come to the end. */
  observers: Observer[];
  /** Where the attachments are read: at the oldest microversion, which hides no row, instead of the request's own. */
  reads?: 'oldest';
  /** By name; it begins in the first one. Values may hold placeholders of the scenario. */
  stages: Record<string, CourseStage>;
  /** Stages in which it is over as it should be, and as it should not. */
  success: string[];
  failure: string[];
}

/** One request of a scenario. */
export interface ScenarioStep {
  /** Name of an operation of the contract, or a request of its own. */
  ask: string | { method: string; path: string; body?: unknown };
  /** Merged into the operation's JSON body. */
  body?: unknown;
  /** `other`: it is about the second volume. */
  volume?: 'other';
  /** `elsewhere`: it goes to the second server. */
  server?: 'elsewhere';
  /** What is watched of it: courses, each for one of the volumes (default: the one that it is about). */
  watch?: { course: string; volume?: 'other'; values?: Record<string, string> }[];
  /** The next request follows as soon as the end of this one was seen. */
  hurry?: true;
  /** By which a rule about its answer refers to it. */
  name?: string;
  /** Sent at the same moment. */
  with?: ScenarioStep[];
  /** Sent as soon as this one was answered. */
  then?: ScenarioStep[];
}

/** A short history that is played once at a microversion, and judged by all rules about its courses. */
export interface Scenario {
  /** In words: `a volume is attached and detached`. */
  sentence: string;
  /** Oldest microversion at which it is possible. */
  from?: string;
  /** As of a rule, but of the selected microversions at which it is possible. */
  at?: 'ends' | 'first' | 'last';
  /** As of a rule. */
  given: GivenPatch & { server: string };
  persona?: string;
  needs?: string[];
  target?: string;
  /** What has become of the volume in the end. */
  leaves: 'as before' | 'attached' | 'detached' | 'swapped' | 'unknown';
  steps: (ScenarioStep | { enter: string })[];
}

/** A rule as it stands in `async.yaml`, beside its operation. */
export interface AsyncRule extends Pick<RuleData, 'sentence' | 'level' | 'source'> {
  /** Oldest microversion at which it holds, and the first at which it does not any more. */
  from?: string;
  until?: string;
  /** Of the answer that the rule is about; the operation's success without it. */
  expect?: RuleExpectation;
  watch: WatchRule;
}

/** `async.yaml`: what was accepted gets done, and what outsiders can see of it. */
export interface AsyncData {
  /** Observer -> what it reads, in words, and the capability without which it cannot be asked. */
  observers: Record<Observer, { reads: string; needs?: string[] }>;
  courses: Record<string, Course>;
  scenarios: Record<string, Scenario>;
  /** Operation -> its rules. */
  rules: Record<string, Record<string, AsyncRule>>;
}

/** Whether something that is possible from a microversion on, or until another one, is possible at `microversion`. */
export function isPossibleAt({ from, until }: Pick<AsyncRule, 'from' | 'until'>, microversion: string): boolean {
  const began = from === undefined || compareMicroversions(from, microversion) <= 0;
  return began && (until === undefined || compareMicroversions(until, microversion) > 0);
}

/** The rules of an operation at a microversion, as all others stand. */
export function asyncRules(
  { rules }: AsyncData,
  operation: string,
  microversion: string,
  success: RuleExpectation['status'],
): Record<string, RuleData> {
  const possible = Object.entries(rules[operation] ?? {}).filter(([, rule]) => isPossibleAt(rule, microversion));
  return Object.fromEntries(
    possible.map(([id, { sentence, level, source, watch, expect = { status: success } }]) => [
      id,
      { sentence, level, source, suite: 'async', expect, watch },
    ]),
  );
}

/** What a rule about scenarios asserts; exactly one of the checks. */
export interface WatchRule {
  /** In all scenarios that watch it. */
  course?: string;
  /** Only in these scenarios. */
  in?: string[];
  /** Rules that explain a difference better. */
  unless?: string[];
  /** The readings of these observers fit some way through the course, and no smaller rule says why not. */
  legal?: Observer[];
  /** The course comes to its end, or these are not the first observers that do not show it. */
  ends?: Observer[];
  /** Properties of the listed attachment that stay as they were first read. */
  keeps?: string[];
  /** Properties that are as the request asked for, in each reading after the answer, or once the course is complete. */
  shows?: { keys: string[]; since: 'answered' | 'completed' };
  /** `once`: no list names the volume twice; `here`: each attachment names the server of the path. */
  rows?: 'once' | 'here';
  /** Name of the instance action that is kept under the request id of the answer. */
  action?: string;
  /** Name of the step whose answer is meant. */
  answer?: string;
}
