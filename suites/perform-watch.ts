import type { ScenarioFacts, StepFacts } from '../src/evidence/facts.ts';
import type { Scope } from '../src/evidence/scope.ts';
import type { Sample } from '../src/judge/timeline.ts';
import type { CaseResult, Timing } from '../src/judge/verdict.ts';
import type { Case } from '../src/plan/case.ts';
import { scenarioKey } from '../src/plan/scenario-key.ts';
import { describe } from '../src/stage/cloud-api.ts';
import { leaseFacts } from '../src/stage/lease.ts';
import { StageError } from '../src/stage/stage-error.ts';
import type { Exchange } from '../src/target/exchange.ts';
import { judgeWatch } from '../src/watch/judge-watch.ts';
import { isAccepted, isDone, type PlayedStep } from '../src/watch/played.ts';
import { notAnswered } from '../src/watch/watcher.ts';
import type { RunContext } from './context.ts';
import { type Outcome, outcomeOf, resultOf, skippedAs, verdictOf } from './outcome.ts';
import { play } from './play.ts';

/** The way of a case about a scenario: it is played for the first such case, and judged for each. Never throws. */
export async function performWatch(context: RunContext, one: Case): Promise<CaseResult> {
  const startedAt = Date.now();
  const isFirst = !context.played.has(scenarioKey(one));
  let steps: PlayedStep[] = [];
  let outcome: Outcome;
  try {
    if (one.skip) outcome = skippedAs(one.skip);
    else {
      steps = await playOnce(context, one);
      outcome = judged(context, one, steps);
    }
  } catch (error) {
    outcome = outcomeOf(error, context, one);
  }
  // What was measured and seen once is told once.
  const evidence = isFirst ? evidenceOf(steps) : {};
  return resultOf(one, startedAt, isFirst ? steps.length : 0, { ...evidence, ...outcome });
}

function judged(context: RunContext, one: Case, steps: readonly PlayedStep[]): Outcome {
  const judgement = judgeWatch(one, steps);
  if (!judgement) throw new StageError(`the scenario ended before: ${endText(steps)}`);
  const { deviations, step, timeline } = judgement;
  const absentMs = absenceOf(one, steps);
  const outcome = { ...verdictOf(one, deviations, context.judged), ...(absentMs === null ? {} : { absentMs }) };
  if (deviations.length === 0 || !step) return outcome;
  return { ...outcome, exchanges: [step.exchange], ...(timeline ? { timelines: [timeline] } : {}) };
}

/** For how long nothing was seen to happen, where the rule is about such a course. */
function absenceOf({ watch }: Case, steps: readonly PlayedStep[]): number | null {
  const times = steps.flatMap(({ watches, timelines }) =>
    watches.flatMap(({ name, course }, index) =>
      name === watch?.rule.course && course.lasts !== undefined ? (timelines[index]?.completed ?? []) : [],
    ),
  );
  return times.length === 0 ? null : Math.round(Math.min(...times));
}

/** What a scenario ended with. */
function endText(steps: readonly PlayedStep[]): string {
  const last = steps.find(step => !isDone(step)) ?? steps.at(-1);
  if (!last) return 'nothing was sent';
  return isAccepted(last) ? `${last.timelines[0]?.request} was not complete in time` : describe(last.exchange);
}

function evidenceOf(steps: readonly PlayedStep[]): Pick<CaseResult, 'timings' | 'timelines'> {
  const timings = timingsOf(steps);
  // The bodies would make a report large and say nothing where nothing is wrong.
  const timelines = steps
    .flatMap(step => step.timelines)
    .map(({ samples, ...rest }) => ({ ...rest, samples: samples.map(withoutDetail) }));
  return { ...(timings.length > 0 ? { timings } : {}), ...(timelines.length > 0 ? { timelines } : {}) };
}

function playOnce(context: RunContext, one: Case): Promise<PlayedStep[]> {
  const key = scenarioKey(one);
  const playing = context.played.get(key) ?? playWithLease(context, one);
  context.played.set(key, playing);
  return playing;
}

async function playWithLease(context: RunContext, one: Case): Promise<PlayedStep[]> {
  const scenario = context.contract.data.async.scenarios[one.watch?.scenario ?? ''];
  const lease = await context.stage.lease(one);
  const scope = context.recorder?.scope(scenarioKey(one)) ?? null;
  let facts: ScenarioFacts | undefined;
  let place: Parameters<typeof lease.release>[0] = 'unknown';
  try {
    const played = await play(context, context.stage.api.within(scope), one, lease);
    if (scope)
      facts = { kind: 'scenario', lease: leaseFacts(lease), steps: played.map(step => stepFacts(step, scope)) };
    const steps = played.map(withoutReadings);
    if (steps.every(isDone) && scenario) place = scenario.leaves;
    return steps;
  } finally {
    if (scope) context.recorder?.page(scope, facts);
    await lease.release(place).catch(() => undefined);
  }
}

/** What was seen, by the numbers of the exchanges that showed it. */
function stepFacts({ exchange, sentAt, timelines }: PlayedStep, scope: Scope): StepFacts {
  const numberOf = (one: Exchange) => scope.numberOf(one) ?? -1;
  return {
    exchange: numberOf(exchange),
    sentAt,
    timelines: timelines.map(({ readings = [], samples, completed, blur }) => ({
      readings: readings.map(({ reader, exchange }) => [reader, numberOf(exchange)]),
      isAnswered: samples.some(
        ({ observer, shown }) => observer === notAnswered.observer && shown !== notAnswered.shown,
      ),
      completed,
      blur,
    })),
  };
}

/** Exchanges would be kept for as long as the run lasts; what they showed is in the samples. */
function withoutReadings({ timelines, ...step }: PlayedStep): PlayedStep {
  return {
    ...step,
    timelines: timelines.map(({ course, request, samples, completed, blur, limit }) => ({
      course,
      request,
      samples,
      completed,
      blur,
      limit,
    })),
  };
}

/** How long the target took for each watched request that came to its end. */
function timingsOf(steps: readonly PlayedStep[]): Timing[] {
  return steps.flatMap(({ exchange, watches, timelines }) =>
    watches.flatMap(({ course: { timed } }, index) => {
      const { completed = null, blur = 0 } = timelines[index] ?? {};
      if (!timed || completed === null) return [];
      return [
        {
          ...timed,
          acceptedMs: Math.round(exchange.durationMs),
          completedMs: Math.round(completed),
          blurMs: Math.round(blur),
        },
      ];
    }),
  );
}

function withoutDetail({ observer, shown, from, to }: Sample): Sample {
  return { observer, shown, from, to };
}
