import type { BurstOutcome, Resting, RetoldHistory, RetoldStep } from '../judge/retold-history.ts';
import type { HistoryFailure, HistoryStep } from '../judge/verdict.ts';
import { Belief } from '../model/belief.ts';
import type { Command, RequestCommand, StepCommand } from '../model/command.ts';
import type { Model } from '../model/model.ts';
import { restingOf } from '../model/sight.ts';
import { type World, worldKey } from '../model/world.ts';
import { fill } from '../plan/placeholders.ts';
import { itemsOf } from './observer.ts';
import type { Failure } from './played.ts';
import type { PlayContext } from './scene.ts';

/** A failed history for whoever has no novaspec; `together`: how many of its commands were sent at the same moment. */
export function retell(
  context: Pick<PlayContext, 'model' | 'values'>,
  { mode, plan, steps }: Pick<HistoryFailure, 'mode' | 'plan' | 'steps'>,
  { what, expected, received, rule, at }: Failure,
  together: number,
): RetoldHistory {
  const commands = plan as Command[];
  const teller = new Teller(context, mode === 'overlapping');
  const first = commands.length - together;
  const told = commands.map((command, index) =>
    index < first ? teller.tell(command, steps[index]) : teller.untold(command),
  );
  const isReading = rule in context.model.contract.data.histories.invariants;
  const shows =
    together > 0
      ? 'burst'
      : what === 'status'
        ? 'status'
        : !isReading
          ? 'answer'
          : isList(steps[at])
            ? 'list'
            : 'reading';
  return {
    shows,
    what,
    expected,
    received,
    steps: told,
    together,
    outcomes: outcomesOf(context.model, teller.worlds, commands.slice(first)),
  };
}

/** Whether a step was itself answered with the list that shows the failure. */
function isList(step: HistoryStep | undefined): boolean {
  return step?.exchange !== undefined && step.reading === undefined && itemsOf(step.exchange) !== null;
}

/** Goes through the worlds of a history once more, with the answers that came. */
class Teller {
  private readonly model: Model;
  private readonly values: Record<string, string>;
  private readonly overlapping: boolean;
  private belief: Belief;

  constructor({ model, values }: Pick<PlayContext, 'model' | 'values'>, overlapping: boolean) {
    this.model = model;
    this.values = values;
    this.overlapping = overlapping;
    this.belief = new Belief(model);
  }

  /** The worlds that there may be by now. */
  get worlds(): World[] {
    return this.belief.possible;
  }

  /** A command whose answer is known. */
  tell(command: Command, step: HistoryStep | undefined): RetoldStep {
    const told = this.untold(command);
    if ('create' in command) this.belief.create(command.create);
    else if ('step' in command) this.step(command, told);
    else {
      const { overlapping } = this.model.contract.data.histories;
      if (this.overlapping && this.belief.pending >= overlapping.pending) told.before = this.rest();
      const status = step?.exchange?.response.status ?? 0;
      told.statuses = [...new Set(this.belief.expected(command).flatMap(answer => answer.status))];
      const explained = this.belief.explain(command, status);
      if (explained.length > 0) this.belief.follow(explained);
      const { effect = 'none' } = this.model.shapeOf(command).one.expect;
      const isChange = effect !== 'none' && explained.some(({ answer }) => !answer.refused);
      if (isChange && !this.overlapping && command.volume !== null) told.looks.volumes = [command.volume];
    }
    told.after = this.overlapping ? restsOf(this.model, this.worlds) : this.rest();
    return told;
  }

  /** A command without what was expected of it. */
  untold(command: Command): RetoldStep {
    const told = { caller: 'member', server: null, statuses: [], after: [], looks: { servers: [], volumes: [] } };
    if ('create' in command) return { ...told, create: command.create };
    const { server } = command;
    const looks = { servers: server === null || this.overlapping ? [] : [server], volumes: [] };
    if ('step' in command) {
      return { ...told, server, looks, take: fill(this.model.steps.get(command.step)?.take ?? [], this.values) };
    }
    const { one } = this.model.shapeOf(command);
    return {
      ...told,
      server,
      caller: one.request.token ?? one.persona,
      ...(one.expect.effect === undefined ? {} : { looks }),
    };
  }

  private step({ step: name, server }: StepCommand, told: RetoldStep): void {
    const step = this.model.steps.get(name);
    if (!step) return;
    if (this.overlapping) this.arrive(server);
    this.belief.step(server, step);
    if (this.overlapping) return;
    if (step.locks === null) this.belief.arrive(server, step.to);
    if (this.model.future.isGone(step.to)) told.looks = { servers: [], volumes: [...this.belief.any.volumes.keys()] };
  }

  /** Whoever asks for a step waits for the one before. */
  private arrive(server: number): void {
    const [goal] = this.belief.possible.flatMap(({ servers }) => servers[server]?.moving ?? []);
    if (goal !== undefined) this.belief.arrive(server, goal);
  }

  /** Waits, as it were, until nothing goes on. */
  private rest(): Resting[] {
    const resting = this.worlds.filter(world => this.model.future.isAtRest(world));
    this.belief = new Belief(this.model, resting);
    return restsOf(this.model, resting);
  }
}

/** All answers that calls may get, carried out in any order, and what is there after them. */
function outcomesOf(model: Model, starts: readonly World[], calls: readonly Command[]): BurstOutcome[] {
  const found = new Map<string, { answers: string[]; worlds: World[] }>();
  const goOn = (worlds: World[], answers: (string | null)[]) => {
    if (calls.length === 0) return;
    if (answers.every(answer => answer !== null)) {
      const known = found.get(answers.join()) ?? { answers, worlds: [] };
      known.worlds.push(...worlds);
      found.set(answers.join(), known);
      return;
    }
    for (const [index, command] of calls.entries()) {
      if (answers[index] !== null || 'create' in command) continue;
      for (const [answer, after] of carriedOut(model, model.future.closure(worlds), command)) {
        goOn(after, answers.with(index, answer));
      }
    }
  };
  goOn(
    [...starts],
    calls.map(() => null),
  );
  return [...found.values()].map(({ answers, worlds }) => ({
    answers,
    after: restsOf(model, model.future.closure(worlds)),
  }));
}

/** What a call may be answered in some worlds -> the worlds that it leads to. */
function carriedOut(
  model: Model,
  worlds: readonly World[],
  command: RequestCommand | StepCommand,
): Map<string, World[]> {
  const found = new Map<string, Map<string, World>>();
  const add = (answer: string | number, after: readonly World[]) => {
    const known = found.get(`${answer}`) ?? new Map<string, World>();
    for (const world of after) known.set(worldKey(world), world);
    found.set(`${answer}`, known);
  };
  for (const world of worlds) {
    if ('step' in command) {
      const step = model.steps.get(command.step);
      add('refused', [world]);
      if (step && model.isPossible(world, command))
        add('accepted', [model.future.stepping(world, command.server, step)]);
      continue;
    }
    const { status, others, refused, decides } = model.answers.answer(world, command);
    for (const each of [...status, ...others])
      add(each, refused ? [world] : model.future.accepted(world, command, decides));
  }
  return new Map([...found].map(([answer, after]) => [answer, [...after.values()]]));
}

function restsOf({ contract, future }: Model, worlds: readonly World[]): Resting[] {
  const resting = worlds
    .filter(world => future.isAtRest(world))
    .map(world => restingOf(world, contract.data.histories));
  return [...new Map(resting.map(each => [JSON.stringify(each), each])).values()];
}
