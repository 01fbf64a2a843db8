import { setTimeout as sleep } from 'node:timers/promises';
import type { Course, Observer } from '../contract/async-data.ts';
import type { Sample, Timeline } from '../judge/timeline.ts';
import { type CloudApi, succeeded } from '../stage/cloud-api.ts';
import { interrupted } from '../stage/stage-error.ts';
import type { Exchange } from '../target/exchange.ts';
import { now } from '../target/now.ts';
import type { Rate } from '../target/rate.ts';
import { allows } from './course.ts';
import { readers, type Subject } from './readings.ts';

/** What is watched: a course by its name, with the values of its placeholders filled in, and for whom. */
export interface Watch {
  name: string;
  course: Course;
  subject: Subject;
  /** Whether it is over as soon as its end was seen; otherwise it goes on for a little while. */
  hurry: boolean;
}

/** A request and what was seen of it, one timeline for each watch. */
export interface Watched {
  exchange: Exchange;
  /** Milliseconds since the epoch, to the microsecond: the zero of the timelines. */
  sentAt: number;
  timelines: WatchedTimeline[];
}

/** A timeline, and the exchanges that it was read from. */
export interface WatchedTimeline extends Timeline {
  /** By number of the reader, in the order in which the answers were read. */
  readings: { reader: number; exchange: Exchange }[];
}

/** Reads all observers of a request's courses from the moment it is sent until each has come to its end. */
export class Watcher {
  private readonly rate: Rate;

  constructor(rate: Rate) {
    this.rate = rate;
  }

  /** Sends a request and watches what becomes of it; one that is refused is not watched any further. */
  async watch(api: CloudApi, watches: readonly Watch[], send: () => Promise<Exchange>): Promise<Watched> {
    const sentAt = now();
    const answer: Answer = { isLost: false };
    const sending = send()
      .then(exchange => {
        answer.exchange = exchange;
        return exchange;
      })
      .finally(() => {
        answer.isLost = answer.exchange === undefined;
      });
    const follow = (watch: Watch) =>
      this.follow(api, watch, answer, sentAt, sending).catch((error: unknown) => {
        // Where one cannot be told any more, the others need not go on.
        answer.isLost = true;
        throw error;
      });
    const [exchange, timelines] = await settled(sending, Promise.all(watches.map(follow)));
    return { exchange, sentAt, timelines };
  }

  private async follow(
    api: CloudApi,
    { name, course, subject, hurry }: Watch,
    answer: Answer,
    sentAt: number,
    sending: Promise<unknown>,
  ): Promise<WatchedTimeline> {
    const { limits, watch: pace } = api.data;
    const limit = limits[course.limit];
    const samples: Sample[] = [notAnswered];
    const readings: WatchedTimeline['readings'] = [];
    const wanted = course.observers;
    const asked = [...readers.keys()].filter(number => {
      const { observers = [], ofVolumes } = readers[number] ?? {};
      return (api.hasVolumes || !ofVolumes) && observers.some(each => wanted.includes(each));
    });
    const since = () => now() - sentAt;
    const lasts = course.lasts === undefined ? 0 : limits[course.lasts] * 1000;
    let completed: number | null = null;
    let blur = 0;
    let pause = pace.first;
    let isAnswered = false;
    // Read forwards and backwards in turn, so that each observer is read right before and right after each other one.
    for (let turn = asked; ; turn = turn.toReversed()) {
      for (const reader of turn) {
        const exchange = await this.read(api, reader, subject, answer);
        if (!exchange) continue;
        readings.push({ reader, exchange });
        samples.push(...samplesOf(api, reader, exchange, wanted, subject, sentAt));
      }
      if (api.isCancelled()) throw interrupted();
      if (answer.isLost) break;
      // Each observer has been asked at least once since the answer, so none is taken at its word of before.
      if (isAnswered && completed === null && since() >= lasts && isOver(course, wanted, samples)) {
        const last = lastChange(samples);
        completed = lasts > 0 ? since() : last.to;
        blur = lasts > 0 ? 0 : last.to - last.missedAt;
        pause = pace.first;
      }
      if (!isAnswered && answer.exchange !== undefined) {
        isAnswered = true;
        samples.push(answered(answer.exchange, sentAt));
        if (!succeeded(answer.exchange)) break;
      }
      if (completed !== null && (hurry || since() >= completed + pace.linger)) break;
      if (completed === null && since() >= limit * 1000 + lasts) {
        await sending;
        break;
      }
      await sleep(Math.min(pause, completed === null ? Number.POSITIVE_INFINITY : pace.linger / 3));
      pause = Math.min(pause * pace.growth, pace.ceiling);
    }
    return { ...timelineOf(name, answer.exchange, samples, { completed, blur, limit }), readings };
  }

  /** Asks one reader; null where there is nothing to ask. */
  private async read(api: CloudApi, number: number, subject: Subject, { exchange }: Answer): Promise<Exchange | null> {
    const reader = readers[number];
    const requestId = exchange?.response.headers['x-openstack-request-id'];
    // Without a request id there is no action to ask for, and no turn is used up.
    if (!reader || (reader.observers.includes('action') && requestId === undefined)) return null;
    await this.rate.turn();
    const answer = await reader.ask(api, subject, requestId);
    if (answer) api.counts.readingMade();
    return answer;
  }
}

/** The answer's own sample, before there is one. */
export const notAnswered: Sample = { observer: 'answer', shown: 'pending', from: 0, to: 0 };

/** The answer's own sample. */
export function answered({ response, startedAt, durationMs }: Exchange, sentAt: number): Sample {
  const at = startedAt + durationMs - sentAt;
  return { observer: 'answer', shown: String(response.status), from: at, to: at };
}

/** What a reader's answer shows of the observers that are wanted: each true at some moment between its sending and its end. */
export function samplesOf(
  api: CloudApi,
  reader: number,
  exchange: Exchange,
  wanted: readonly Observer[],
  subject: Subject,
  sentAt: number,
): Sample[] {
  const { observers = [], tell } = readers[reader] ?? {};
  const reading = tell?.(api, exchange, subject) ?? {};
  const from = exchange.startedAt - sentAt;
  const to = from + exchange.durationMs;
  return observers.flatMap(observer => {
    const one = reading[observer];
    return one === undefined || !wanted.includes(observer) ? [] : [{ observer, from, to, ...one }];
  });
}

/** Samples as a timeline. */
export function timelineOf(
  course: string,
  exchange: Exchange | undefined,
  samples: readonly Sample[],
  { completed, blur, limit }: Pick<Timeline, 'completed' | 'blur' | 'limit'>,
): Timeline {
  return {
    course,
    request: exchange === undefined ? '' : `${exchange.request.method} ${exchange.request.url}`,
    samples: samples.toSorted((one, other) => one.to - other.to),
    completed,
    blur,
    limit,
  };
}

/** Waits for both, whatever becomes of them, so that nobody goes on behind the back of a failure. */
async function settled<A, B>(one: Promise<A>, other: Promise<B>): Promise<[A, B]> {
  await Promise.allSettled([one, other]);
  return Promise.all([one, other]);
}

interface Answer {
  exchange?: Exchange;
  /** Whether there will never be one. */
  isLost: boolean;
}

/** Whether the newest reading of each observer that could be read shows an end of the course. */
function isOver(course: Course, observers: readonly Observer[], samples: readonly Sample[]): boolean {
  const { success, failure } = course;
  return endsIn(course, [...success, ...failure], newestOf(observers, samples));
}

/** Whether readings show one of some stages. */
export function endsIn({ stages }: Course, names: readonly string[], newest: readonly Sample[]): boolean {
  return names.some(name => newest.every(({ observer, shown }) => allows(stages[name], observer, shown)));
}

/** The newest reading of each observer. */
export function newestOf(observers: readonly Observer[], samples: readonly Sample[]): Sample[] {
  return observers.flatMap(observer => samples.findLast(sample => sample.observer === observer) ?? []);
}

/** The reading that was the last to show something new, and when the reading before it began, of the same observer. */
function lastChange(samples: readonly Sample[]): { to: number; missedAt: number } {
  const newest = new Map<string, Sample>();
  let last = { to: 0, missedAt: 0 };
  for (const sample of samples) {
    const before = newest.get(sample.observer);
    if (before?.shown !== sample.shown && sample.to > last.to) last = { to: sample.to, missedAt: before?.from ?? 0 };
    newest.set(sample.observer, sample);
  }
  return last;
}
