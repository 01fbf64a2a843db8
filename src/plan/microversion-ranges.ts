import { compareMicroversions, isMicroversion } from '../contract/microversion.ts';

/** From one microversion to another, both included; without an end it is open there. */
export interface MicroversionRange {
  from?: string;
  to?: string;
}

/**
 * Reads `2.60`, `2.60-2.79`, `2.60-` (and all later ones) and `-2.79`, joined by commas.
 * @throws Error that says what is accepted
 */
export function microversionRanges(text: string): MicroversionRange[] {
  return text.split(',').map(part => rangeIn(part.trim()));
}

function rangeIn(part: string): MicroversionRange {
  const [from = '', to = from, ...rest] = part.split('-').map(each => each.trim());
  const isWhole = rest.length === 0 && (from !== '' || to !== '');
  if (!isWhole || ![from, to].every(each => each === '' || isMicroversion(each))) {
    throw new Error(`'${part}' is neither a microversion (2.79) nor a range (2.60-2.79, 2.60- or -2.79)`);
  }
  if (from !== '' && to !== '' && compareMicroversions(from, to) > 0)
    throw new Error(`the range ${part} runs backwards`);
  return { ...(from === '' ? {} : { from }), ...(to === '' ? {} : { to }) };
}

/** Whether a microversion is in one of the ranges. */
export function isInRanges(version: string, ranges: readonly MicroversionRange[]): boolean {
  return ranges.some(range => overlaps(range, { from: version, to: version }));
}

/** Whether some microversion is in ranges of both. */
export function rangesMeet(one: readonly MicroversionRange[], other: readonly MicroversionRange[]): boolean {
  return one.some(each => other.some(range => overlaps(each, range)));
}

function overlaps(one: MicroversionRange, other: MicroversionRange): boolean {
  return isUpTo(one.from, other.to) && isUpTo(other.from, one.to);
}

function isUpTo(from: string | undefined, to: string | undefined): boolean {
  return from === undefined || to === undefined || compareMicroversions(from, to) <= 0;
}
