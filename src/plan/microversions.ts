import type { Contract } from '../contract/contract.ts';
import { compareMicroversions, isMicroversion, stepMicroversion } from '../contract/microversion.ts';

/**
 * The microversions that a selection names, ascending: `boundaries` (both sides of each class and both ends of the
 * target's range), `all`, `latest`, single ones and ranges (`2.60-2.79`), joined by commas.
 * Those outside the target's range stay in, so that what is not judged can be seen.
 * Throws an Error that says what is accepted.
 */
export function selectMicroversions(text: string, contract: Contract, range: { min: string; max: string }): string[] {
  const chosen = new Set(text.split(',').flatMap(part => expand(part.trim(), contract, range)));
  return [...chosen].toSorted(compareMicroversions);
}

function expand(part: string, contract: Contract, range: { min: string; max: string }): string[] {
  const newest = earlier(contract.newest, range.max);
  if (part === 'latest') return [newest];
  if (part === 'all') return between(contract.oldest, contract.newest);
  if (part === 'boundaries') {
    const starts = contract.classes;
    const ends = starts.slice(1).map(start => stepMicroversion(start, -1));
    const ownEnds = [range.min, range.max].filter(own => inside(own, contract));
    return [...starts, ...ends, contract.newest, ...ownEnds];
  }
  const [from = '', to = from, ...rest] = part.split('-');
  if (rest.length > 0 || !isMicroversion(from) || !isMicroversion(to)) {
    throw new Error(
      `--microversions: '${part}' is none of boundaries, all, latest, a microversion (2.79) or a range (2.60-2.79)`,
    );
  }
  if (compareMicroversions(from, to) > 0) throw new Error(`--microversions: the range ${part} runs backwards`);
  const outside = [from, to].find(each => !inside(each, contract));
  if (outside) {
    throw new Error(
      `--microversions: ${outside} is not in the contract, which describes ${contract.oldest} to ${contract.newest}`,
    );
  }
  return between(from, to);
}

function inside(version: string, contract: Contract): boolean {
  return compareMicroversions(version, contract.oldest) >= 0 && compareMicroversions(version, contract.newest) <= 0;
}

function earlier(a: string, b: string): string {
  return compareMicroversions(a, b) < 0 ? a : b;
}

function between(from: string, to: string): string[] {
  const versions: string[] = [];
  for (let each = from; compareMicroversions(each, to) <= 0; each = stepMicroversion(each, 1)) versions.push(each);
  return versions;
}
