import type { Contract } from '../contract/contract.ts';
import type { StateStep } from '../contract/stage-data.ts';

/** A way of a server from situations to another one. */
export interface ServerStep {
  /** Name of its first action, or `delete`; unique. */
  name: string;
  /** Situations that it begins in. */
  from: string[];
  to: string;
  /** Of the lock: `to` is no situation then. */
  locks: boolean | null;
  /** Situations that the server does not come to again. */
  spends?: string[];
  take: StateStep[];
}

/** All steps that histories may take, by name; `values` are those that the actions need. */
export function serverSteps(contract: Contract, values: Record<string, string>): Map<string, ServerStep> {
  const { states } = contract.data.stage;
  const { steps: extra, leaves_out, from_anywhere } = contract.data.histories;
  const visited = Object.entries(states).filter(([name]) => !leaves_out.includes(name));
  const usual = visited.flatMap(([name, { enter }]) => (enter === undefined ? [name] : []));
  const situations = visited.flatMap(([name, { enter = [] }]) => (isLock(enter) ? [] : [name]));
  const found: ServerStep[] = [];
  for (const [name, { enter, leave, from = [] }] of visited) {
    if (!enter) continue;
    const anywhere = from_anywhere.includes(name);
    const lock = isLock(enter);
    const starts = lock ? situations : anywhere ? situations.filter(each => each !== name) : [...usual, ...from];
    found.push({ name: nameOf(enter), from: starts, to: name, locks: lock ? true : null, take: enter });
    if (leave) {
      const ends = lock ? situations : [name];
      found.push({ name: nameOf(leave), from: ends, to: usual[0] ?? '', locks: lock ? false : null, take: leave });
    }
  }
  found.push(...Object.entries(extra).map(([name, step]) => ({ ...step, name, locks: null })));
  const steps = new Map<string, ServerStep>();
  for (const step of found.filter(({ take }) => isPossible(take, values))) {
    // Two situations may begin with the same action, and it is the end of the way that tells them apart.
    const name = steps.has(step.name) ? `${step.name}-${step.to}` : step.name;
    steps.set(name, { ...step, name });
  }
  return steps;
}

function isPossible(take: StateStep[], values: Record<string, string>): boolean {
  const names = [...JSON.stringify(take).matchAll(/\{\{([^{}]+)\}\}/g)].map(([, name = '']) => name);
  return names.every(name => name in values);
}

function isLock(steps: StateStep[]): boolean {
  return steps.some(({ until }) => [until].flat().some(sight => sight !== 'gone' && sight.locked !== undefined));
}

function nameOf([first]: StateStep[]): string {
  if (first?.delete) return 'delete';
  const [name = '', argument] = Object.entries((first?.action ?? {}) as Record<string, unknown>)[0] ?? [];
  // One action sets several states: `os-resetState-active`.
  const [value] = typeof argument === 'object' && argument !== null ? Object.values(argument) : [];
  return typeof value === 'string' && !value.includes('{{') ? `${name}-${value}` : name;
}
