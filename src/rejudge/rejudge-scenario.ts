import { requestOf, watchesOf } from '../../suites/play.ts';
import type { ScenarioStep } from '../contract/async-data.ts';
import type { ScenarioFacts, StepFacts } from '../evidence/facts.ts';
import type { Timeline } from '../judge/timeline.ts';
import type { Case } from '../plan/case.ts';
import type { CloudApi } from '../stage/cloud-api.ts';
import type { Lease, LeaseFacts } from '../stage/lease.ts';
import type { PlayedStep } from '../watch/played.ts';
import { readers } from '../watch/readings.ts';
import { answered, endsIn, newestOf, notAnswered, samplesOf, timelineOf, type Watch } from '../watch/watcher.ts';
import { NoEvidence } from './no-evidence.ts';
import type { RecordedPage } from './record.ts';
import type { Rejudging } from './rejudging.ts';
import type { Replay } from './replay.ts';

/** A scenario as it was played, told from the record alone. @throws NoEvidence */
export async function playedSteps(
  { contract, apiOf }: Rejudging,
  one: Case,
  { facts, entries }: RecordedPage<ScenarioFacts<LeaseFacts>>,
): Promise<PlayedStep[]> {
  const scenario = contract.data.async.scenarios[one.watch?.scenario ?? ''];
  const requests = (scenario?.steps ?? []).flatMap(step => ('enter' in step ? [] : withOthers(step)));
  const lease: Lease = { ...facts.lease, lasts: () => Promise.resolve(true), release: () => Promise.resolve() };
  const { api, replay } = apiOf(entries);
  const steps: PlayedStep[] = [];
  for (const [index, step] of facts.steps.entries()) {
    const request = requests[index];
    if (!request) throw new NoEvidence(`the scenario has no request ${index + 1}`);
    replay.next = step.exchange;
    const exchange = await api.send(one.persona, 'compute', requestOf({ contract }, one, lease, request));
    const watches = watchesOf({ contract }, one, lease, request);
    const timelines: Timeline[] = [];
    for (const [at, watch] of watches.entries()) {
      const seen = step.timelines[at];
      if (!seen) throw new NoEvidence(`the course ${watch.name} was not watched`);
      timelines.push(await timelineFrom(api, replay, watch, exchange, step.sentAt, seen));
    }
    const { name } = request;
    steps.push({ exchange, watches, timelines, sentAt: step.sentAt, ...(name === undefined ? {} : { name }) });
  }
  return steps;
}

/** A request and those beside and behind it, in the order in which a played scenario lists them. */
function withOthers(step: ScenarioStep): ScenarioStep[] {
  return [step, ...(step.with ?? []).flatMap(withOthers), ...(step.then ?? []).flatMap(withOthers)];
}

async function timelineFrom(
  api: CloudApi,
  replay: Replay,
  { name, course, subject }: Watch,
  exchange: PlayedStep['exchange'],
  sentAt: number,
  { readings, isAnswered, completed, blur }: StepFacts['timelines'][number],
): Promise<Timeline> {
  const samples = [notAnswered, ...(isAnswered ? [answered(exchange, sentAt)] : [])];
  const requestId = exchange.response.headers['x-openstack-request-id'];
  for (const [reader, number] of readings) {
    replay.next = number;
    const answer = await readers[reader]?.ask(api, subject, requestId);
    if (!answer) throw new NoEvidence(`there is nothing to read for reader ${reader} of ${name}`);
    samples.push(...samplesOf(api, reader, answer, course.observers, subject, sentAt));
  }
  const timeline = timelineOf(name, exchange, samples, { completed, blur, limit: api.data.limits[course.limit] });
  const until = timeline.samples.filter(({ to }) => completed !== null && to <= completed);
  if (completed !== null && !endsIn(course, [...course.success, ...course.failure], newestOf(course.observers, until)))
    throw new NoEvidence(`${name} is said to be complete after ${Math.round(completed)} ms, which no reading shows`);
  return timeline;
}
