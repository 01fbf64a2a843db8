import type { Command } from './command.ts';
import type { Model } from './model.ts';
import { type World, worldKey } from './world.ts';

/** One of several calls at the same time, as its caller saw it. */
export interface Call {
  command: Command;
  /** When it was sent and when it was answered, on one clock. */
  invoked: number;
  completed: number;
  /** What it was answered. */
  status: number;
  /** Whether that is a success. */
  accepted: boolean;
}

/** Some order that explains calls. */
export interface Order {
  /** Numbers of the calls. */
  calls: number[];
  /** The worlds that they lead to. */
  worlds: World[];
}

/**
 * The worlds that parallel calls may have led to, each with an order of the calls that explains all answers: one that keeps
 * to the clock (a call that was answered before another was sent comes first), while attachments go on by themselves. Empty:
 * no order explains them. Exact: it goes through all sets of calls that may have been carried out by some moment, at most
 * 2^n of them.
 */
export function linearize(model: Model, starts: readonly World[], calls: readonly Call[]): Order | null {
  const whole = 2 ** calls.length - 1;
  const steps = new Steps(model, calls);
  /** Calls carried out so far -> world -> the order that led there. */
  const reached = new Map<number, Map<string, number[]>>([[0, steps.enter(starts)]]);
  for (const [mask, worlds] of reached) {
    if (mask === whole) break;
    for (const [index, call] of calls.entries()) {
      if (mask & (1 << index) || !mayBeNext(call, calls, mask)) continue;
      const next = reached.get(mask | (1 << index)) ?? new Map<string, number[]>();
      for (const [key, order] of worlds) {
        for (const after of steps.after(key, index)) if (!next.has(after)) next.set(after, [...order, index]);
      }
      // Sets of calls are visited in the order of their size, as a Map keeps what is added while it is gone through.
      if (next.size > 0) reached.set(mask | (1 << index), next);
    }
  }
  const ends = reached.get(whole);
  const [first] = ends?.values() ?? [];
  if (!ends || !first) return null;
  return { calls: first, worlds: [...ends.keys()].map(key => steps.world(key)) };
}

/** Whether a call may come next: whatever was answered before it was sent has been carried out, and the like of it that came earlier. */
function mayBeNext(call: Call, calls: readonly Call[], mask: number): boolean {
  return calls.every((other, index) => {
    if (other === call || mask & (1 << index)) return true;
    if (other.completed < call.invoked) return false;
    // Of calls that nobody can tell apart the earlier one goes first.
    const isSame = JSON.stringify(other.command) === JSON.stringify(call.command) && other.status === call.status;
    return !(
      isSame &&
      index < calls.indexOf(call) &&
      other.invoked <= call.invoked &&
      other.completed <= call.completed
    );
  });
}

/** What calls do to worlds, each looked up once. */
class Steps {
  private readonly model: Model;
  private readonly calls: readonly Call[];
  private readonly worlds = new Map<string, World>();
  private readonly known = new Map<string, string[]>();

  constructor(model: Model, calls: readonly Call[]) {
    this.model = model;
    this.calls = calls;
  }

  enter(worlds: readonly World[]): Map<string, number[]> {
    return new Map(this.keysOf(worlds).map(key => [key, []]));
  }

  world(key: string): World {
    const world = this.worlds.get(key);
    if (!world) throw new Error('a world that nobody has seen');
    return world;
  }

  after(key: string, index: number): string[] {
    const name = `${index} ${key}`;
    const known = this.known.get(name) ?? this.keysOf(this.carryOut(this.world(key), this.calls[index]));
    this.known.set(name, known);
    return known;
  }

  private keysOf(worlds: readonly World[]): string[] {
    return this.model.future.closure(worlds).map(world => {
      const key = worldKey(world);
      this.worlds.set(key, world);
      return key;
    });
  }

  private carryOut(world: World, call: Call | undefined): World[] {
    if (!call || 'create' in call.command) return [];
    const { command, status, accepted } = call;
    if ('step' in command) {
      const step = this.model.steps.get(command.step);
      // Why a server refuses a step is not the business of this contract.
      if (!accepted || !step) return [world];
      return this.model.isPossible(world, command) ? [this.model.future.stepping(world, command.server, step)] : [];
    }
    const answer = this.model.answers.answer(world, command);
    if (![...answer.status, ...answer.others].includes(status)) return [];
    return answer.refused ? [world] : this.model.future.accepted(world, command, answer.decides);
  }
}
