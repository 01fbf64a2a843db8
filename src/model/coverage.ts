import type { Command } from './command.ts';
import type { Model } from './model.ts';
import type { World } from './world.ts';

/** What histories have been through: how often each operation was asked in each situation, and each step was taken. */
export interface Coverage {
  /** `SITUATION OPERATION` -> how often, where the request was the plain one: right server and persona, a fitting volume. */
  pairs: Record<string, number>;
  /** `STEP: FROM -> TO` -> how often. */
  steps: Record<string, number>;
}

/** Everything that a model can go through, none of it yet. */
export function nothingCovered(model: Model): Coverage {
  const situations = new Set([model.usual]);
  const steps: Record<string, number> = {};
  for (const step of model.steps.values()) {
    if (step.locks === null) situations.add(step.to);
    // A server that is gone has no lock.
    const starts = step.from.filter(from => !model.future.isGone(from));
    for (const from of starts) steps[stepKey(step.name, from, step.locks === null ? step.to : from)] = 0;
  }
  const { requests } = model.contract.data.histories;
  const pairs = [...situations].flatMap(situation =>
    Object.entries(requests).flatMap(([operation, { rules }]) =>
      rules.some(rule => model.shapes.ofRule(rule).length > 0) ? [[pairKey(situation, operation), 0] as const] : [],
    ),
  );
  return { pairs: Object.fromEntries(pairs), steps };
}

/** What a command goes through in a world; null where it is none of what is counted. */
export function coveredBy(
  model: Model,
  world: World,
  command: Command,
): { kind: 'pairs' | 'steps'; key: string } | null {
  if ('create' in command) return null;
  const server = command.server === null ? undefined : world.servers[command.server];
  if (!server) return null;
  if ('step' in command) {
    const step = model.steps.get(command.step);
    if (!step) return null;
    const to = step.locks === null ? step.to : server.situation;
    return { kind: 'steps', key: stepKey(step.name, server.situation, to) };
  }
  const { one, volume } = model.shapeOf(command);
  const isOwn =
    one.persona === 'member' &&
    model.contract.data.histories.requests[one.operation]?.rules.some(rule => one.id.startsWith(rule));
  const wanted = volume ?? model.contract.data.histories.requests[one.operation]?.about;
  const likeness = model.answers.likeness(world, command.server, command.volume);
  const fits = wanted === undefined || model.future.isGone(server.situation) || likeness.includes(wanted);
  return isOwn && fits ? { kind: 'pairs', key: pairKey(server.situation, one.operation) } : null;
}

/** Counts what a command goes through. */
export function cover(model: Model, coverage: Coverage, world: World, command: Command): void {
  const covered = coveredBy(model, world, command);
  if (!covered) return;
  const counts = coverage[covered.kind];
  counts[covered.key] = (counts[covered.key] ?? 0) + 1;
}

function pairKey(situation: string, operation: string): string {
  return `${situation} ${operation}`;
}

function stepKey(name: string, from: string, to: string): string {
  return `${name}: ${from} -> ${to}`;
}
