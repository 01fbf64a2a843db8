import type { Waived } from '../judge/verdict.ts';
import { isInRanges, type MicroversionRange, rangesMeet } from '../plan/microversion-ranges.ts';
import { testFor } from '../plan/selection.ts';

/** What a waiver looks at of a case. */
export interface Waivable {
  id: string;
  rule: string;
  microversion: string;
}

/** A known failure that somebody accepts. */
export interface Waiver extends Waived {
  /** What `name` names. */
  kind: 'rule' | 'case';
  /** At which it holds; null: at all. */
  microversions: readonly MicroversionRange[] | null;
  /** The maximum microversions of targets for which it holds; null: of all. */
  max: readonly MicroversionRange[] | null;
}

/** Known failures, as a file lists them. */
export interface Baseline {
  /** As it was named. */
  file: string;
  /** In the order of the file: the first one that covers a case waives it. */
  waivers: Waiver[];
}

/** Tests for cases that a waiver is about, on targets for which it holds. */
export function coveredBy({ kind, name, microversions }: Waiver): (one: Waivable) => boolean {
  const isNamed = testFor(name, kind === 'rule');
  return ({ id, rule, microversion }) =>
    isNamed(kind === 'rule' ? rule : id) && (microversions === null || isInRanges(microversion, microversions));
}

/** Whether a waiver holds for targets of a maximum microversion, which names their release. */
export function holdsFor({ max }: Waiver, targetMax: string): boolean {
  return max === null || isInRanges(targetMax, max);
}

/** Whether two waivers of one name could both be meant. */
export function isTwice(one: Waiver, other: Waiver): boolean {
  const meet = (a: Waiver['max'], b: Waiver['max']) => a === null || b === null || rangesMeet(a, b);
  return (
    one.kind === other.kind &&
    one.name === other.name &&
    meet(one.microversions, other.microversions) &&
    meet(one.max, other.max)
  );
}
