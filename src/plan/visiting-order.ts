import type { StageData } from '../contract/stage-data.ts';
import type { Case } from './case.ts';

/**
 * Cases in the order in which servers can walk through the situations: as many situations side by side as there are
 * servers to walk, each visited once, and there those together that agree with each other. Cases without a situation of
 * their own come first. Before all of them, as a group of their own that nothing else may slow down, go those that need a
 * server while it is being built.
 */
export function visitingOrder(cases: readonly Case[], { states }: StageData, walkers: number): [Case[], Case[]] {
  const names = Object.keys(states);
  const isBirth = ({ given }: Case) => states[given.state ?? '']?.moment === 'birth';
  const rankOf = ({ given, expect: { effect = 'none' } }: Case) => {
    if (given.state === undefined) return -1;
    const wave = Math.floor(names.indexOf(given.state) / walkers);
    return wave * 3 + (effect === 'none' ? 0 : effect === 'updated' ? 2 : 1);
  };
  const others = cases.filter(one => !isBirth(one));
  return [cases.filter(isBirth), others.toSorted((one, other) => rankOf(one) - rankOf(other))];
}
