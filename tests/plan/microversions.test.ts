import { describe, expect, test } from 'vitest';
import { compareMicroversions, stepMicroversion } from '../../src/contract/microversion.ts';
import { selectMicroversions } from '../../src/plan/microversions.ts';
import { contract, plan } from './default-plan.ts';

const whole = { min: '2.1', max: contract.newest };
const select = (text: string, range = whole) => selectMicroversions(text, contract, range);

describe('boundaries', () => {
  const chosen = select('boundaries');

  test('both sides of each boundary are there, and both ends', () => {
    const sides = contract.classes.flatMap((from, index) =>
      index === 0 ? [from] : [stepMicroversion(from, -1), from],
    );
    expect(new Set(chosen)).toEqual(new Set([...sides, contract.newest]));
  });

  test('they ascend as numbers, not as text', () => {
    expect(chosen).toEqual(chosen.toSorted(compareMicroversions));
    expect(chosen.indexOf('2.19')).toBeLessThan(chosen.indexOf('2.101'));
  });

  test('the ends of the target are among them', () => {
    expect(select('boundaries', { min: '2.10', max: '2.93' })).toEqual(expect.arrayContaining(['2.10', '2.93']));
  });

  test('ends outside of the contract are not', () => {
    expect(select('boundaries', { min: '1.0', max: '2.999' })).toEqual(chosen);
  });
});

test('all is every microversion of the contract', () => {
  const all = select('all');
  expect(all).toHaveLength(Number(contract.newest.split('.')[1]));
  expect([all[0], all.at(-1)]).toEqual(['2.1', contract.newest]);
});

test('latest is the newest that both sides know', () => {
  expect(select('latest')).toEqual([contract.newest]);
  expect(select('latest', { min: '2.1', max: '2.93' })).toEqual(['2.93']);
  expect(select('latest', { min: '2.1', max: '2.999' })).toEqual([contract.newest]);
});

test('ranges and single ones are joined without repetition', () => {
  expect(select('2.79, 2.60-2.62,2.61')).toEqual(['2.60', '2.61', '2.62', '2.79']);
});

test.each([
  ['2.79x', "'2.79x' is none of boundaries, all, latest"],
  ['', "'' is none of"],
  ['2.01', "'2.01' is none of"],
  ['newest', "'newest' is none of"],
  ['2.1-2.5-2.9', "'2.1-2.5-2.9' is none of"],
  ['2.79-2.60', 'the range 2.79-2.60 runs backwards'],
  ['2.0', '2.0 is not in the contract, which describes 2.1 to'],
  ['2.100-2.999', '2.999 is not in the contract'],
  ['3.0', '3.0 is not in the contract'],
])('%j is refused with a reason', (text, reason) => {
  expect(() => plan({ microversions: text })).toThrow(`--microversions: `);
  expect(() => plan({ microversions: text })).toThrow(reason);
});
