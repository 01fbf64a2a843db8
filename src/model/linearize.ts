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

/**
 * The worlds that parallel calls may have led to, by some order of them that explains all answers: one that keeps to the clock
 * (a call that was answered before another was sent comes first), while attachments go on by themselves. None: no order
 * explains them. Exact: it goes through all sets of calls that may have been carried out by some moment, at most 2^n of them.
 */
export function linearize(model: Model, starts: readonly World[], calls: readonly Call[]): World[] {
  // Only steps of servers are felt by all volumes; without them each volume can be looked at by itself.
  if (calls.some(({ command }) => 'step' in command)) return explained(model, starts, calls, null);
  const volumes = [...new Set(calls.map(({ command }) => volumeOf(command)))];
  return starts.flatMap(start =>
    volumes.reduce<World[]>(
      (whole, volume) => {
        const own = calls.filter(({ command }) => volumeOf(command) === volume);
        const parts = whole.length === 0 ? [] : explained(model, [start], own, volume);
        // Each way of one volume goes with each way of another one.
        return whole.flatMap(world => parts.map(part => withPart(world, part, volume)));
      },
      [start],
    ),
  );
}

function volumeOf(command: Command): number {
  return 'volume' in command ? (command.volume ?? 0) : 0;
}

function withPart(world: World, part: World, volume: number): World {
  const found = part.volumes[volume];
  return found ? { ...world, volumes: world.volumes.with(volume, found) } : world;
}

/** The worlds after all calls in some order, as far as one volume tells; of all volumes without it. */
function explained(model: Model, starts: readonly World[], calls: readonly Call[], volume: number | null): World[] {
  const whole = 2 ** calls.length - 1;
  const steps = new Steps(model, calls, volume);
  /** Calls carried out so far -> keys of the worlds that they may have led to. */
  const reached = new Map([[0, new Set(starts.map(world => steps.keyOf(world)))]]);
  for (const [mask, worlds] of reached) {
    steps.close(worlds);
    if (mask === whole) break;
    for (const index of calls.keys()) {
      if (mask & (1 << index) || !mayBeNext(index, calls, steps.kinds, mask)) continue;
      const next = reached.get(mask | (1 << index)) ?? new Set<string>();
      for (const key of worlds) for (const after of steps.after(key, index)) next.add(after);
      // Sets of calls are visited in the order of their size, as a Map keeps what is added while it is gone through.
      if (next.size > 0) reached.set(mask | (1 << index), next);
    }
    // Whoever comes later comes from larger sets.
    reached.delete(mask);
  }
  return [...(reached.get(whole) ?? [])].map(key => steps.world(key));
}

/** Whether a call may come next: whatever was answered before it was sent has been carried out, and the like of it that came earlier. */
function mayBeNext(next: number, calls: readonly Call[], kinds: readonly string[], mask: number): boolean {
  const call = calls[next];
  return calls.every((other, index) => {
    if (!call || index === next || mask & (1 << index)) return true;
    if (other.completed < call.invoked) return false;
    // Of calls that nobody can tell apart the earlier one goes first.
    const isEarlier = index < next && other.invoked <= call.invoked && other.completed <= call.completed;
    return !(isEarlier && kinds[index] === kinds[next]);
  });
}

/** What calls do to worlds, each looked up once. */
class Steps {
  private readonly model: Model;
  private readonly calls: readonly Call[];
  /** The only volume that counts; null: all do. */
  private readonly volume: number | null;
  private readonly worlds = new Map<string, World>();
  private readonly moved = new Map<string, string[]>();
  private readonly known = new Map<string, string[]>();
  /** Calls that are alike do alike. */
  readonly kinds: readonly string[];

  constructor(model: Model, calls: readonly Call[], volume: number | null) {
    this.model = model;
    this.calls = calls;
    this.volume = volume;
    this.kinds = calls.map(({ command, status }) => `${status} ${JSON.stringify(command)}`);
  }

  /** The key of a world, which is known from then on. */
  keyOf(world: World): string {
    const own = this.volume === null ? world.volumes : world.volumes.slice(this.volume, this.volume + 1);
    const key = worldKey({ servers: world.servers, volumes: own });
    if (!this.worlds.has(key)) this.worlds.set(key, world);
    return key;
  }

  world(key: string): World {
    const world = this.worlds.get(key);
    if (!world) throw new Error('a world that nobody has seen');
    return world;
  }

  /** Adds all that may become of worlds by itself. */
  close(worlds: Set<string>): void {
    for (const key of worlds) {
      const moved = this.moved.get(key) ?? this.keysOf(this.model.future.moves(this.world(key), this.volume));
      this.moved.set(key, moved);
      for (const next of moved) worlds.add(next);
    }
  }

  /** Worlds that there may be right after a call was carried out. */
  after(key: string, index: number): string[] {
    const name = `${this.kinds[index]} ${key}`;
    const known = this.known.get(name) ?? this.keysOf(this.carryOut(this.world(key), this.calls[index]));
    this.known.set(name, known);
    return known;
  }

  private keysOf(worlds: readonly World[]): string[] {
    return worlds.map(world => this.keyOf(world));
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
