import { setTimeout as sleep } from 'node:timers/promises';
import { compareMicroversions } from '../../src/contract/microversion.ts';
import { fill } from '../../src/plan/placeholders.ts';
import { type Answer, answerOf } from './answer.ts';
import type { Asker } from './asker.ts';
import { valueAt } from './path.ts';
import type { Scene, Step } from './scene.ts';
import type { Scrubber } from './scrub.ts';

/** Milliseconds: after each round of readings, and of a whole course. */
const pace = { between: 5, limit: 60_000 };

/** Which scenes and cases are played, by their name and microversion. */
export type Wanted = (name: string, microversion: string) => boolean;

/** Plays scenes, so many `together`, all that are `wanted`; one that cannot go on, as a value before it is missing, ends there. */
export async function playScenes(
  scenes: readonly Scene[],
  asker: Asker,
  scrub: Scrubber,
  values: Readonly<Record<string, string>>,
  max: string,
  together: number,
  wanted: Wanted,
): Promise<{ answers: Map<string, Answer>; problems: string[] }> {
  const problems: string[] = [];
  const answers = new Map<string, Answer>();
  let serial = 0;
  const playScene = async (scene: Scene, microversion: string) => {
    serial += 1;
    const player = new ScenePlayer(asker, scrub, microversion, { ...values, name: `differential-${serial}` });
    try {
      for (const step of scene.steps) {
        if (step.from !== undefined && compareMicroversions(microversion, step.from) < 0) continue;
        if (step.to !== undefined && compareMicroversions(microversion, step.to) > 0) continue;
        answers.set(`${scene.name}@${microversion}: ${step.name}`, await player.play(step));
      }
    } catch (error) {
      problems.push(`${scene.name}@${microversion}: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      for (const step of scene.finally ?? []) await player.sendIfPossible(step.do, step);
    }
  };
  const queue = scenes
    .flatMap(scene => versionsOf(scene, max).map(version => [scene, version] as const))
    .filter(([{ name }, version]) => wanted(name, version))
    .values();
  const take = async () => {
    for (const [scene, version] of queue) await playScene(scene, version);
  };
  await Promise.all(Array.from({ length: together }, take));
  return { answers, problems };
}

function versionsOf({ at }: Scene, max: string): string[] {
  const offered = at.map(each => (each === 'latest' ? max : each)).filter(each => compareMicroversions(each, max) <= 0);
  return [...new Set(offered)];
}

class ScenePlayer {
  readonly #asker: Asker;
  readonly #scrub: Scrubber;
  readonly #microversion: string;
  readonly #values: Record<string, string>;

  constructor(asker: Asker, scrub: Scrubber, microversion: string, values: Readonly<Record<string, string>>) {
    this.#asker = asker;
    this.#scrub = scrub;
    this.#microversion = microversion;
    this.#values = { ...values };
  }

  send(line: string, { as = 'member', body, raw, headers = {} }: Partial<Step>): ReturnType<Asker['send']> {
    const filled = fill(line, this.#values);
    const missing = /\{\{([^}]+)\}\}/.exec(filled);
    if (missing) throw new Error(`${line}: nothing was saved as ${missing[1]}`);
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(fill(body, this.#values)));
    return this.#asker.send(as, filled, this.#microversion, fill(headers, this.#values), text);
  }

  /** Sends what may end something that was never made. */
  async sendIfPossible(line: string, step: Partial<Step>): Promise<void> {
    try {
      await this.send(line, step);
    } catch {
      // Then there is nothing to end.
    }
  }

  async play(step: Step): Promise<Answer> {
    if (step.watch) return { course: await this.#watch(step) };
    const wire = await this.send(step.do ?? '', step);
    for (const [name, path] of Object.entries(step.save ?? {})) {
      const value = valueAt(path, wire.body);
      if (value === undefined) throw new Error(`${step.name}: no ${path} in ${wire.status} ${wire.body.slice(0, 300)}`);
      this.#values[name] = shown(value);
    }
    return answerOf(wire, this.#scrub, this.#microversion, true);
  }

  /** Reads all observers in turn until each shows what is waited for; the values that each showed, one after the other. */
  async #watch({ name, as, watch = {}, until = {} }: Step): Promise<Record<string, string[]>> {
    const end = Date.now() + pace.limit;
    const course: Record<string, string[]> = Object.fromEntries(Object.keys(watch).map(observer => [observer, []]));
    for (;;) {
      for (const [observer, { get, read, as: own }] of Object.entries(watch)) {
        const { status, body } = await this.send(`GET ${get}`, { as: own ?? as ?? 'member' });
        const value = status >= 300 ? String(status) : read.map(path => shown(valueAt(path, body))).join(' ');
        const seen = course[observer] ?? [];
        const clean = this.#scrub.text(value);
        if (seen.at(-1) !== clean) seen.push(clean);
      }
      if (Object.entries(until).every(([observer, value]) => course[observer]?.at(-1) === value)) return course;
      if (Date.now() > end) throw new Error(`${name}: never ${JSON.stringify(until)}, but ${JSON.stringify(course)}`);
      await sleep(pace.between);
    }
  }
}

function shown(value: unknown): string {
  if (value === undefined) return '-';
  if (value === null) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
