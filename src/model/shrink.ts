import * as fc from 'fast-check';
import type { Command } from './command.ts';
import type { Model } from './model.ts';
import type { History } from './walk.ts';
import { worldKey } from './world.ts';

/**
 * One history and everything that is a little shorter or plainer. What cannot be played any more, as a command before it is
 * gone, is left out at once: on a cloud each attempt is dear.
 */
export class ShorterHistories extends fc.Arbitrary<History> {
  private readonly model: Model;
  private readonly history: History;

  constructor(model: Model, history: History) {
    super();
    this.model = model;
    this.history = history;
  }

  generate(): fc.Value<History> {
    return new fc.Value(this.history, undefined);
  }

  canShrinkWithoutContext(value: unknown): value is History {
    return value === this.history;
  }

  shrink(history: History): fc.Stream<fc.Value<History>> {
    return new fc.Stream(smaller(this.model, history));
  }
}

function* smaller(model: Model, { mode, commands }: History): Generator<fc.Value<History>> {
  const known = new Set([JSON.stringify(commands)]);
  for (const candidate of candidates(model, commands)) {
    const possible = playable(model, candidate);
    const text = JSON.stringify(possible);
    if (possible.length === 0 || known.has(text)) continue;
    known.add(text);
    yield new fc.Value({ mode, commands: possible }, undefined);
  }
}

/** What most likely does not matter goes first: what changes nothing, what is about other servers and volumes; then ever smaller parts. */
function* candidates(model: Model, commands: readonly Command[]): Generator<Command[]> {
  const last = commands.at(-1);
  const changing = changes(model, commands);
  const related = commands.filter(command => last === undefined || isRelated(command, last));
  yield related.filter(command => changing.has(command) || command === last);
  yield commands.filter(command => changing.has(command) || command === last);
  yield related;
  for (let size = Math.ceil(commands.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    // What failed is at the end, so what is long before it goes first.
    for (let from = 0; from < commands.length; from += size) {
      yield [...commands.slice(0, from), ...commands.slice(from + size)];
    }
  }
  for (const [index, command] of commands.entries()) {
    for (const plainer of plainerThan(model, command)) yield commands.with(index, plainer);
  }
}

/** The commands after which the world is another one. */
function changes(model: Model, commands: readonly Command[]): Set<Command> {
  let world = model.start();
  return new Set(
    commands.filter(command => {
      const before = worldKey(world);
      if (model.isPossible(world, command)) world = model.after(world, command);
      return worldKey(world) !== before;
    }),
  );
}

/** Whether two commands are about the same server or volume. */
function isRelated(one: Command, other: Command): boolean {
  if ('create' in one || 'create' in other) return true;
  const sameVolume = 'ask' in one && 'ask' in other && one.volume !== null && one.volume === other.volume;
  return one.server === other.server || sameVolume;
}

/** The plain request of the same operation, at the same microversion or at the newest one. */
function plainerThan(model: Model, command: Command): Command[] {
  if (!('ask' in command)) return [];
  const { one } = model.shapeOf(command);
  const [plain = ''] = model.contract.data.histories.requests[one.operation]?.rules ?? [];
  const shapes = model.shapes.ofRule(plain).map(({ one }) => one);
  const same = shapes.find(({ microversion }) => microversion === one.microversion);
  const wanted = [same, shapes.at(-1)].flatMap(found => found?.id ?? []);
  return wanted.filter(ask => ask !== command.ask).map(ask => ({ ...command, ask }));
}

/** The commands that mean something when they are played one after the other. */
function playable(model: Model, commands: readonly Command[]): Command[] {
  let world = model.start();
  return commands.filter(command => {
    if (!model.isPossible(world, command)) return false;
    world = model.after(world, command);
    return true;
  });
}
