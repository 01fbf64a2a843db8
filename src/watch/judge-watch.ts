import { isDeepStrictEqual } from 'node:util';
import type { Observer, WatchRule } from '../contract/async-data.ts';
import type { Sample, Timeline } from '../judge/timeline.ts';
import type { Deviation } from '../judge/verdict.ts';
import type { Case } from '../plan/case.ts';
import { mappingAt, parseJson, stringAt } from '../target/json.ts';
import { isUnavailable } from '../target/unavailable.ts';
import { allows, contradiction } from './course.ts';
import { isAccepted, type PlayedStep } from './played.ts';
import { endsIn, newestOf, type Watch } from './watcher.ts';

/** What was not as it should be. */
type Difference = Pick<Deviation, 'what' | 'expected' | 'received'>;

/** One watched request, with its answer. */
interface Seen {
  step: PlayedStep;
  watch: Watch;
  timeline: Timeline;
}

/** What a played scenario shows against a rule. */
export interface WatchJudgement {
  deviations: Deviation[];
  /** The request that they are about, and what was seen of it. */
  step?: PlayedStep;
  timeline?: Timeline;
}

/**
 * Judges a played scenario by one rule: its first difference, unless another rule explains it better. Null: the scenario
 * did not come to what the rule is about.
 */
export function judgeWatch({ watch, level, expect }: Case, steps: readonly PlayedStep[]): WatchJudgement | null {
  if (!watch) return null;
  const { answer, course } = watch.rule;
  if (answer !== undefined) {
    const step = steps.find(({ name, exchange }) => name === answer && !isUnavailable(exchange.response.status));
    return step ? { deviations: judgeAnswer(step, expect.status).map(each => ({ ...each, level })), step } : null;
  }
  const all = seenOf(course, steps);
  if (all.length === 0) return null;
  for (const seen of all) {
    const [first] = differences(watch.rule, seen);
    if (!first || watch.unless.some(rule => differences(rule, seen).length > 0)) continue;
    return { deviations: [{ ...first, level }], step: seen.step, timeline: seen.timeline };
  }
  return { deviations: [] };
}

/** All that was watched of a course, of requests that were accepted. */
function seenOf(course: string | undefined, steps: readonly PlayedStep[]): Seen[] {
  return steps.filter(isAccepted).flatMap(step =>
    step.watches.flatMap((watch, index) => {
      const timeline = step.timelines[index];
      return watch.name === course && timeline ? [{ step, watch, timeline }] : [];
    }),
  );
}

function judgeAnswer({ exchange: { request, response } }: PlayedStep, statuses: readonly number[]): Difference[] {
  if (statuses.includes(response.status)) return [];
  const what = `status of ${request.method} ${new URL(request.url).pathname}`;
  return [{ what, expected: statuses.join(' or '), received: String(response.status) }];
}

function differences(rule: WatchRule, seen: Seen): Difference[] {
  if (rule.legal) return illegal(rule.legal, seen);
  if (rule.ends) return unended(rule.ends, seen);
  if (rule.keeps) return rule.keeps.flatMap(property => changed(property, seen));
  if (rule.shows) return notShown(rule.shows, seen);
  if (rule.rows) return wrongRows(rule.rows, seen);
  if (rule.action !== undefined) return wrongAction(rule.action, seen);
  return [];
}

function illegal(observers: readonly string[], { watch, timeline }: Seen): Difference[] {
  const samples = timeline.samples.filter(({ observer }) => observers.includes(observer));
  const found = contradiction(watch.course, samples);
  if (!found) return [];
  const { sample, allowed } = found;
  const known = newestOf(
    watch.course.observers.filter(each => each !== sample.observer),
    samples.filter(({ to }) => to <= sample.from),
  );
  const before = samples.findLast(({ observer, to }) => observer === sample.observer && to <= sample.from);
  const after = [...known, ...(before && known.length === 0 ? [before] : [])].map(readingText);
  return [
    {
      what: `course of ${observers.join(' and ')}`,
      expected: `${sample.observer} ${allowed.length === 0 ? 'nothing more' : allowed.join(' or ')}`,
      received: `${readingText(sample)}${after.length === 0 ? '' : `, after ${after.join(', ')}`}`,
    },
  ];
}

/** The first observer, in the order in which they come to the end, that does not show it is to blame. */
function unended(observers: readonly string[], { watch: { course }, timeline }: Seen): Difference[] {
  const newest = newestOf(course.observers, timeline.samples);
  const ends = course.success
    .map(name => course.stages[name])
    .map(stage => ({ stage, behind: newest.filter(({ observer, shown }) => !allows(stage, observer, shown)) }))
    .toSorted((one, other) => one.behind.length - other.behind.length);
  const [nearest] = ends;
  const [first] = nearest?.behind ?? [];
  if (!nearest || !first || !observers.includes(first.observer)) return [];
  // What was complete and then changed is no matter of the end.
  if (timeline.completed !== null && !endsIn(course, course.failure, newest)) return [];
  const wanted = [nearest.stage?.shows[first.observer as Observer] ?? []].flat();
  return [
    {
      what: 'end',
      expected: `${first.observer} ${wanted.join(' or ')} within ${timeline.limit} s`,
      received: newest.map(({ observer, shown }) => `${observer} ${shown}`).join(', '),
    },
  ];
}

/** The rows that each reading of the list gave for the volume. */
function listings({ timeline }: Seen): { sample: Sample; rows: unknown[] }[] {
  return timeline.samples.flatMap(sample =>
    sample.observer === 'list' && Array.isArray(sample.detail) ? [{ sample, rows: sample.detail as unknown[] }] : [],
  );
}

function changed(property: string, seen: Seen): Difference[] {
  const read = listings(seen).flatMap(({ sample, rows }) => rows.slice(0, 1).map(row => ({ sample, row })));
  const first = read.find(({ row }) => fieldOf(row, property) !== undefined);
  const other = read.find(
    ({ sample, row }) =>
      first !== undefined &&
      sample.from >= first.sample.from &&
      !isDeepStrictEqual(fieldOf(row, property), fieldOf(first.row, property)),
  );
  if (!first || !other) return [];
  return [
    {
      what: property,
      expected: `${text(fieldOf(first.row, property))} as at ${timeText(first.sample)}`,
      received: `${text(fieldOf(other.row, property))} at ${timeText(other.sample)}`,
    },
  ];
}

function notShown({ keys, since }: NonNullable<WatchRule['shows']>, seen: Seen): Difference[] {
  const wanted = mappingAt(parseJson(seen.step.exchange.request.body ?? ''), 'volumeAttachment');
  const answered = seen.timeline.samples.find(
    ({ observer, shown }) => observer === 'answer' && shown !== 'pending',
  )?.to;
  const start = (since === 'answered' ? answered : seen.timeline.completed) ?? Number.POSITIVE_INFINITY;
  for (const { sample, rows } of listings(seen).filter(each => each.sample.from >= start)) {
    for (const property of keys.filter(each => each in wanted)) {
      const wrong = rows.find(row => !isDeepStrictEqual(fieldOf(row, property), wanted[property]));
      if (wrong === undefined) continue;
      const received = `${text(fieldOf(wrong, property))} at ${timeText(sample)}`;
      return [{ what: property, expected: `${text(wanted[property])} from ${since} on`, received }];
    }
  }
  return [];
}

function wrongRows(kind: NonNullable<WatchRule['rows']>, seen: Seen): Difference[] {
  for (const { sample, rows } of listings(seen)) {
    if (kind === 'once' && rows.length > 1) {
      const received = `${rows.length} at ${timeText(sample)}`;
      return [{ what: 'list', expected: 'the volume at most once', received }];
    }
    const { serverId } = seen.watch.subject;
    const strange = kind === 'here' ? rows.find(row => fieldOf(row, 'serverId') !== serverId) : undefined;
    if (strange !== undefined) {
      const received = `${text(fieldOf(strange, 'serverId'))} at ${timeText(sample)}`;
      return [{ what: 'serverId', expected: serverId, received }];
    }
  }
  return [];
}

function wrongAction(name: string, { step, timeline }: Seen): Difference[] {
  const newest = timeline.samples.findLast(({ observer }) => observer === 'action');
  if (!newest) return [];
  const requestId = step.exchange.response.headers['x-openstack-request-id'] ?? '';
  const expected = `${name} under ${requestId}`;
  const received =
    newest.shown === 'absent'
      ? `no action of that id at ${timeText(newest)}`
      : `${stringAt(newest.detail, 'action')} under ${stringAt(newest.detail, 'request_id')}`;
  return received === expected ? [] : [{ what: 'instance action', expected, received }];
}

function fieldOf(row: unknown, property: string): unknown {
  return (row as Record<string, unknown> | null)?.[property];
}

function readingText(sample: Sample): string {
  return `${sample.observer} ${sample.shown} at ${timeText(sample)}`;
}

/** `+130–134 ms`. */
function timeText({ from, to }: Sample): string {
  const [start, end] = [Math.round(from), Math.round(to)];
  return start === end ? `+${start} ms` : `+${start}–${end} ms`;
}

function text(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
