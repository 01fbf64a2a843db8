import type { Level } from '../contract/rule.ts';

/** The levels whose deviations fail a case: those that were asked for, or all that can. */
export function judgedLevels(asked: readonly Level[]): Level[] {
  return asked.length > 0 ? [...asked] : ['required', 'advisory'];
}
