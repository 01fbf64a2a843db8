import type { Contract } from '../contract/contract.ts';
import type { Sight } from '../contract/stage-data.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import { Answers } from './answers.ts';
import type { Command, RequestCommand } from './command.ts';
import { Future } from './follow.ts';
import { type Condition, Shapes } from './shapes.ts';
import { type ServerStep, serverSteps } from './steps.ts';
import type { World } from './world.ts';

/** What the model depends on beside the contract. */
export interface ModelOptions {
  capabilities: Capabilities;
  /** At which requests are sent. */
  microversions: readonly string[];
  /** Values that the actions of steps may need. */
  values: Record<string, string>;
}

/** The state machine of servers, volumes and attachments, as the contract describes it; pure. */
export class Model {
  readonly contract: Contract;
  readonly shapes: Shapes;
  readonly answers: Answers;
  readonly future: Future;
  readonly steps: Map<string, ServerStep>;
  private readonly features: readonly string[];

  constructor(contract: Contract, { capabilities, microversions, values }: ModelOptions) {
    this.contract = contract;
    this.features = capabilities.features;
    this.shapes = new Shapes(contract, capabilities, microversions);
    this.answers = new Answers(contract, this.shapes);
    this.future = new Future(contract);
    this.steps = serverSteps(contract, values);
    for (const [name, { take }] of this.steps) {
      if (take.some(({ as }) => as !== undefined && !(as in capabilities.personas))) this.steps.delete(name);
    }
  }

  /** What every history begins with. */
  start(): World {
    const { servers, volumes } = this.contract.data.histories.world;
    const kinds = volumes.filter(kind => this.offers(kind));
    return {
      servers: Array.from({ length: servers }, () => ({
        situation: this.usual,
        locked: false,
        moving: null,
        spent: [],
      })),
      volumes: kinds.map(kind => ({ kind, exists: true, holds: [] })),
    };
  }

  /** The situation of a new server. */
  get usual(): string {
    const { states } = this.contract.data.stage;
    return Object.keys(states).find(name => !states[name]?.enter && !states[name]?.moment) ?? '';
  }

  /** What a server shows in a situation; nothing for the usual one's. */
  sightOf(situation: string): Sight | Sight[] {
    const { states, server } = this.contract.data.stage;
    return states[situation]?.enter?.at(-1)?.until ?? server.ready.map(status => ({ status }));
  }

  /** Whether the target has volumes of a kind. */
  offers(kind: string): boolean {
    const { needs } = this.contract.data.histories.volumes[kind] ?? {};
    return needs === undefined || this.features.includes(needs);
  }

  /** Whether a command means something in a world; the others are left out of a history. */
  isPossible(world: World, command: Command): boolean {
    if ('create' in command) return world.volumes.length < this.contract.data.histories.world.most;
    if ('step' in command) {
      const server = world.servers[command.server];
      const step = this.steps.get(command.step);
      if (
        !server ||
        !step ||
        server.moving ||
        server.spent.includes(step.to) ||
        this.future.isGone(server.situation) ||
        !step.from.includes(server.situation)
      )
        return false;
      // A lock refuses its owner every other step.
      return step.locks === null ? !server.locked : server.locked !== step.locks;
    }
    const { ask, server, volume } = command;
    return (
      this.shapes.get(ask) !== undefined &&
      (server ?? -1) < world.servers.length &&
      (volume ?? -1) < world.volumes.length
    );
  }

  /** Whether a step may be asked for while attachments are on their way. */
  overlaps({ from, to, locks }: ServerStep): boolean {
    const { overlaps } = this.contract.data.histories;
    return locks !== null || overlaps.includes(to) || from.every(each => overlaps.includes(each));
  }

  /** The world after a command that was answered as the contract says, and all that follows, where that is certain. */
  after(world: World, command: Command): World {
    if ('create' in command)
      return { ...world, volumes: [...world.volumes, { kind: command.create, exists: true, holds: [] }] };
    if ('step' in command) {
      const step = this.steps.get(command.step);
      if (!step) return world;
      const next = this.future.stepping(world, command.server, step);
      const [there = next] = step.locks === null ? this.future.arrived(next, command.server, step.to) : [];
      return there;
    }
    const { decides, refused } = this.answers.answer(world, command);
    const [next = world] = refused ? [] : this.future.accepted(world, command, decides);
    return this.rest(next);
  }

  /** A world when all that goes on in it has come to its end. */
  rest(world: World): World {
    let current = world;
    for (let [next] = this.future.moves(current); next; [next] = this.future.moves(current)) current = next;
    return current;
  }

  /** The shape of a request. @throws Error for one that the target does not have */
  shapeOf({ ask }: RequestCommand): Condition {
    const shape = this.shapes.get(ask);
    if (!shape) throw new Error(`histories know no request ${ask}`);
    return shape;
  }
}
