import { compareMicroversions } from '../contract/microversion.ts';

/** The class of a microversion, by its lower end; `classes` ascend. What is older than all of them stands for itself. */
export function classOf(microversion: string, classes: readonly string[]): string {
  return classes.findLast(start => compareMicroversions(start, microversion) <= 0) ?? microversion;
}
