import type { Answer } from './answers.ts';
import type { RequestCommand } from './command.ts';
import type { Model } from './model.ts';
import { type Difference, differences, type Sighting } from './sight.ts';
import type { ServerStep } from './steps.ts';
import { type World, worldKey } from './world.ts';

/** What the contract says of an answer that came, in one of the worlds in which it may have come. */
export interface Explanation {
  answer: Answer;
  after: World;
  /** Whether it came in another order than the published one. */
  isOutOfOrder: boolean;
}

/**
 * The worlds that may be: one while nothing goes on, several while something does. Each answer and each reading leaves those
 * that explain it; where none is left, the contract is broken.
 */
export class Belief {
  private readonly model: Model;
  private worlds: World[];

  constructor(model: Model, worlds: readonly World[] = [model.start()]) {
    this.model = model;
    this.worlds = [...worlds];
  }

  /** All worlds that may be by now. */
  get possible(): World[] {
    return this.model.future.closure(this.worlds);
  }

  /** One of them, for what is the same in all. */
  get any(): World {
    return this.worlds[0] ?? this.model.start();
  }

  /** The attachments that may still be on their way, in the world with the most. */
  get pending(): number {
    const { phases } = this.model.contract.data.histories;
    const counts = this.worlds.map(
      ({ volumes }) =>
        volumes.flatMap(({ holds }) => holds).filter(({ phase }) => phases[phase]?.then !== undefined).length,
    );
    return Math.max(0, ...counts);
  }

  /** What may be answered now, each answer once. */
  expected(command: RequestCommand): Answer[] {
    const answers = this.possible.map(world => this.model.answers.answer(world, command));
    return [...new Map(answers.map(answer => [`${answer.decides.id} ${answer.status.join()}`, answer])).values()];
  }

  /** The explanations of a status; those in the published order only, if there are any. */
  explain(command: RequestCommand, status: number): Explanation[] {
    const found = this.possible.flatMap((world): Explanation[] => {
      const answer = this.model.answers.answer(world, command);
      if (answer.status.includes(status)) {
        const after = answer.refused ? [world] : this.model.future.accepted(world, command, answer.decides);
        return after.map(next => ({ answer, after: next, isOutOfOrder: false }));
      }
      return answer.others.includes(status) ? [{ answer, after: world, isOutOfOrder: true }] : [];
    });
    const inOrder = found.filter(({ isOutOfOrder }) => !isOutOfOrder);
    return inOrder.length > 0 ? inOrder : found;
  }

  /** Keeps the worlds of some explanations. */
  follow(explanations: readonly Explanation[]): void {
    this.keep(explanations.map(({ after }) => after));
  }

  /** A step of a server was accepted. */
  step(server: number, step: ServerStep): void {
    this.keep(this.possible.map(world => this.model.future.stepping(world, server, step)));
  }

  /** A server was seen to have come to a situation. */
  arrive(server: number, situation: string): void {
    this.keep(
      this.possible.flatMap(world => {
        const here = world.servers[server];
        if (here?.moving?.includes(situation)) return this.model.future.arrived(world, server, situation);
        return here?.moving === null && here.situation === situation ? [world] : [];
      }),
    );
  }

  /** A volume was made. */
  create(kind: string): void {
    this.keep(this.possible.map(world => this.model.after(world, { create: kind })));
  }

  /**
   * Keeps the worlds at rest that a sighting fits; null. Where there is none, nothing changes, and it gives how the sighting
   * differs from the nearest one.
   */
  settle(sighting: Sighting): Difference[] | null {
    return this.narrow(
      this.possible.filter(world => this.model.future.isAtRest(world)),
      sighting,
    );
  }

  /** The same for all worlds, at rest or not. */
  look(sighting: Sighting): Difference[] | null {
    return this.narrow(this.possible, sighting);
  }

  private narrow(candidates: readonly World[], sighting: Sighting): Difference[] | null {
    const judged = candidates.map(world => ({
      world,
      found: differences(world, sighting, this.model.contract.data.histories),
    }));
    const fitting = judged.filter(({ found }) => found.length === 0);
    if (fitting.length > 0) {
      this.keep(fitting.map(({ world }) => world));
      return null;
    }
    const [nearest] = judged.toSorted((one, other) => one.found.length - other.found.length);
    return nearest?.found ?? [{ what: 'world', expected: 'one that the contract knows', received: 'none' }];
  }

  private keep(worlds: readonly World[]): void {
    this.worlds = [...new Map(worlds.map(world => [worldKey(world), world])).values()];
  }
}
