import type { StageData } from '../contract/stage-data.ts';
import type { Case } from './case.ts';

/**
 * Cases in the order in which servers can walk through the situations: as many situations side by side as there are
 * servers to walk, each visited once, and there those together that agree with each other. Cases without a situation of
 * their own come first; before them those that need a server that is still being built, while nothing
 * else makes them wait.
 */
export function visitingOrder(cases: readonly Case[], { states }: StageData, walkers: number): Case[] {
  const names = Object.keys(states);
  const rankOf = ({ given, expect: { effect = 'none' } }: Case) => {
    if (given.state === undefined) return -1;
    if (states[given.state]?.moment === 'birth') return -2;
    const wave = Math.floor(names.indexOf(given.state) / walkers);
    return wave * 3 + (effect === 'none' ? 0 : effect === 'updated' ? 2 : 1);
  };
  return cases.toSorted((one, other) => rankOf(one) - rankOf(other));
}
