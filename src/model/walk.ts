import * as fc from 'fast-check';
import type { Command } from './command.ts';
import { type Coverage, cover, coveredBy, nothingCovered } from './coverage.ts';
import type { Model } from './model.ts';
import type { ModelServer, World } from './world.ts';

/** How a history is played: each request after the end of the one before, or as soon as that was answered. */
export type Mode = 'settled' | 'overlapping';

/** One generated history. */
export interface History {
  mode: Mode;
  commands: Command[];
}

type Source = Parameters<fc.Arbitrary<unknown>['generate']>[0];

/** Of ten choices so many aim at something that was never done: a third of the histories, then all of them, as long as there is anything left. */
const aims = { first: 5, later: 10 };

/** Of so many attaches and detaches one is followed by a reading of what it was about: mistakes that remember too much show there. */
const readings = 3;

/**
 * The histories of a run, of so many commands each (default: as the contract says): walks through the model that go where none of them has been yet. They depend on the seed and the
 * model alone, so that any of them can be made again.
 */
export function histories(model: Model, seed: number, count: number, length?: number): History[] {
  const [all = []] = fc.sample(new Walks(model, count, length), { seed, numRuns: 1 });
  return all;
}

class Walks extends fc.Arbitrary<History[]> {
  private readonly model: Model;
  private readonly count: number;
  private readonly length: number | undefined;

  constructor(model: Model, count: number, length: number | undefined) {
    super();
    this.length = length;
    this.model = model;
    this.count = count;
  }

  generate(source: Source): fc.Value<History[]> {
    const coverage = nothingCovered(this.model);
    const { every } = this.model.contract.data.histories.overlapping;
    const all = Array.from({ length: this.count }, (_, index): History => {
      const mode = (index + 1) % every === 0 ? 'overlapping' : 'settled';
      const aimed = index < this.count / 3 ? aims.first : aims.later;
      const length = this.length ?? this.model.contract.data.histories[mode].length;
      return { mode, commands: new Walk(this.model, source, coverage, mode).commands(length, aimed) };
    });
    return new fc.Value(all, undefined);
  }

  // All histories of a run are never made smaller together; single ones are.
  canShrinkWithoutContext(value: unknown): value is History[] {
    return value === this;
  }

  shrink(): fc.Stream<fc.Value<History[]>> {
    return fc.Stream.nil();
  }
}

/** One walk; it adds to the coverage of those before it. */
class Walk {
  private readonly model: Model;
  private readonly source: Source;
  private readonly coverage: Coverage;
  private readonly mode: Mode;
  private world: World;
  private distances: Map<string, number> | undefined;
  /** What the command before has attached or detached. */
  private changed: { server: number; volume: number } | undefined;

  constructor(model: Model, source: Source, coverage: Coverage, mode: Mode) {
    this.model = model;
    this.source = source;
    this.coverage = coverage;
    this.mode = mode;
    this.world = model.start();
  }

  commands(length: number, aimed: number): Command[] {
    const commands: Command[] = [];
    for (let left = length; left > 0; left -= 1) {
      this.distances = undefined;
      const isAimed = this.mode === 'settled' && this.source.nextInt(1, 10) <= aimed;
      const command = this.lookBack() ?? (isAimed ? this.towardsNew() : null) ?? this.anything();
      if (!command) break;
      // What goes on at the same time is counted by nobody: its situations are not what they seem.
      if (this.mode === 'settled') cover(this.model, this.coverage, this.world, command);
      commands.push(command);
      const after = this.model.after(this.world, command);
      this.changed = changedBy(command, this.world, after);
      this.world = after;
    }
    return commands;
  }

  /** Now and then a reading of what the command before has attached or detached. */
  private lookBack(): Command | null {
    const { changed, model } = this;
    if (changed === undefined || this.mode !== 'settled' || this.source.nextInt(1, readings) > 1) return null;
    const rules = this.own(Object.values(model.contract.data.histories.requests).flatMap(each => each.rules));
    const shapes = rules.flatMap(rule => model.shapes.ofRule(rule));
    const reading = shapes.filter(({ one }) => !model.shapes.table(one).operation.data.mutates);
    return reading.length === 0 ? null : { ask: this.pick(reading).one.id, ...changed };
  }

  /** Something that was never done, or the next step of the shortest way there. */
  private towardsNew(): Command | null {
    const { requests } = this.model.contract.data.histories;
    for (const server of this.shuffled(this.world.servers.keys())) {
      for (const operation of this.shuffled(Object.keys(requests))) {
        const command = this.request(this.own(requests[operation]?.rules ?? []), server, true);
        if (command && this.isNew(command)) return command;
      }
      const first = this.firstAttachment(server);
      if (first) return first;
      const steps = this.shuffled(this.model.steps.keys()).map(step => ({ step, server }));
      const fresh = steps.find(command => this.isWelcome(command) && this.isNew(command));
      if (fresh) return fresh;
      const next = steps.find(command => this.isWelcome(command) && this.isCloser(command));
      if (next) return next;
    }
    return null;
  }

  /** A server with no volume at all shows little. */
  private firstAttachment(server: number): Command | null {
    const { requests } = this.model.contract.data.histories;
    if (this.world.volumes.some(({ holds }) => holds.some(hold => hold.server === server))) return null;
    for (const { rules } of Object.values(requests)) {
      const command = this.request(this.own(rules), server, true);
      if (!command || !('ask' in command)) continue;
      const { decides, refused } = this.model.answers.answer(this.world, command);
      if (!refused && decides.expect.effect === 'attached') return command;
    }
    return null;
  }

  /** The rules whose requests are the owner's. */
  private own(rules: readonly string[]): string[] {
    return rules.filter(rule => this.model.shapes.ofRule(rule)[0]?.one.persona === 'member');
  }

  private anything(): Command | null {
    const { requests, wrong_share, step_weight, creation_weight, world } = this.model.contract.data.histories;
    const found: { command: Command; weight: number }[] = [];
    const add = (command: Command | null, weight: number) => {
      if (command && this.isWelcome(command)) found.push({ command, weight });
    };
    for (const { weight, rules, wrong } of Object.values(requests)) {
      add(this.request(rules, this.pick([...this.world.servers.keys()]), this.source.nextInt(0, 3) > 0), weight);
      add(this.request(wrong, this.pick([...this.world.servers.keys()]), false), weight * wrong_share);
    }
    const steps = [...this.model.steps.keys()].flatMap(step =>
      [...this.world.servers.keys()].map(server => ({ step, server })),
    );
    const possible = steps.filter(command => this.isWelcome(command));
    if (possible.length > 0) add(this.pick(possible), step_weight);
    const isShort = this.world.volumes.every(({ exists, holds }) => !exists || holds.length > 0);
    for (const kind of isShort ? world.volumes.filter(each => this.model.offers(each) && this.suits(each)) : []) {
      add({ create: kind }, creation_weight);
    }
    const total = found.reduce((sum, { weight }) => sum + weight, 0);
    let left = (this.source.nextInt(0, 1_000_000) / 1_000_000) * total;
    for (const { command, weight } of found) {
      left -= weight;
      if (left <= 0) return command;
    }
    return found.at(-1)?.command ?? null;
  }

  /** A request of one of the rules; `fitting`: about a volume that it is meant for. */
  private request(rules: readonly string[], server: number, fitting: boolean): Command | null {
    const { shapes, answers } = this.model;
    const known = rules.filter(rule => shapes.ofRule(rule).length > 0);
    if (known.length === 0) return null;
    const { one, volume } = this.pick(shapes.ofRule(this.pick(known)));
    const about = one.given.server === 'unknown' || one.given.server === 'malformed' ? null : server;
    if (volume === 'unknown' || volume === 'malformed') return { ask: one.id, server: about, volume: null };
    const numbers = this.world.volumes.flatMap(({ exists, kind }, index) =>
      exists && this.suits(kind) ? [index] : [],
    );
    const wanted = volume ?? this.usualVolume(one.operation);
    const meant = numbers.filter(
      each => wanted === undefined || answers.likeness(this.world, server, each).includes(wanted),
    );
    const choices = fitting && meant.length > 0 ? meant : numbers;
    return { ask: one.id, server: about, volume: choices.length === 0 ? null : this.pick(choices) };
  }

  private suits(kind: string): boolean {
    return this.mode === 'settled' || !this.model.contract.data.histories.volumes[kind]?.settled_only;
  }

  /** A list need not be about any volume, but one that shows something shows more. */
  private usualVolume(operation: string): string | undefined {
    return this.model.contract.data.histories.requests[operation]?.about;
  }

  private isWelcome(command: Command): boolean {
    const { model, world } = this;
    if (!model.isPossible(world, command)) return false;
    if (!('step' in command)) return true;
    const step = model.steps.get(command.step);
    if (!step || (this.mode === 'overlapping' && !model.overlaps(step))) return false;
    const others = world.servers.filter(
      ({ situation }, index) => index !== command.server && !model.future.isGone(situation),
    );
    return !model.future.isGone(step.to) || others.length > 0;
  }

  private isNew(command: Command): boolean {
    const covered = coveredBy(this.model, this.world, command);
    return covered !== null && this.coverage[covered.kind][covered.key] === 0;
  }

  /** Whether a step brings a server nearer to something that was never done. */
  private isCloser({ step, server }: { step: string; server: number }): boolean {
    const found = this.model.steps.get(step);
    const here = this.world.servers[server];
    if (!found || !here) return false;
    // Behind a lock there is nothing but its end.
    if (found.locks !== null) return !found.locks || this.wasNeverUnlocked(here);
    return this.distance(found.to) < this.distance(here.situation);
  }

  private wasNeverUnlocked(server: ModelServer): boolean {
    const locked = { ...this.world, servers: [{ ...server, locked: true }] };
    return [...this.model.steps.values()].some(({ name, locks }) => {
      const covered = locks === false ? coveredBy(this.model, locked, { step: name, server: 0 }) : null;
      return covered !== null && this.coverage[covered.kind][covered.key] === 0;
    });
  }

  /** Steps to the nearest situation in which something was never done; looked up once for each choice. */
  private distance(situation: string): number {
    this.distances ??= this.measure();
    return this.distances.get(situation) ?? Number.POSITIVE_INFINITY;
  }

  /** From all such situations at once, against the direction of the steps. */
  private measure(): Map<string, number> {
    const known = new Map([...this.withNew()].map(name => [name, 0]));
    const ways = [...this.model.steps.values()].filter(({ locks }) => locks === null);
    for (const [name, steps] of known) {
      for (const { from } of ways.filter(({ to }) => to === name)) {
        for (const before of from) if (!known.has(before)) known.set(before, steps + 1);
      }
    }
    return known;
  }

  /** The situations in which some operation was never asked, or which some step has never left. */
  private withNew(): Set<string> {
    const { pairs, steps } = this.coverage;
    return new Set([
      ...undone(pairs).map(key => key.slice(0, key.indexOf(' '))),
      ...undone(steps).map(key => key.slice(key.indexOf(': ') + 2, key.indexOf(' -> '))),
    ]);
  }

  private pick<T>(values: readonly T[]): T {
    const value = values[this.source.nextInt(0, values.length - 1)];
    if (value === undefined) throw new Error('nothing to pick from');
    return value;
  }

  private shuffled<T>(values: Iterable<T>): T[] {
    const rest = [...values];
    const mixed: T[] = [];
    while (rest.length > 0) mixed.push(...rest.splice(this.source.nextInt(0, rest.length - 1), 1));
    return mixed;
  }
}

/** The attachment that begins or ends with a command. */
function changedBy(command: Command, before: World, after: World): { server: number; volume: number } | undefined {
  if (!('ask' in command) || command.server === null || command.volume === null) return undefined;
  const { server, volume } = command;
  const [had, has] = [before, after].map(({ volumes }) => volumes[volume]?.holds.some(hold => hold.server === server));
  return had === has ? undefined : { server, volume };
}

/** The keys of what was never done. */
function undone(counts: Record<string, number>): string[] {
  return Object.keys(counts).filter(key => counts[key] === 0);
}
