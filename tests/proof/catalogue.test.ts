import { expect, test } from 'vitest';
import { faults } from '../../cloud/catalogue.ts';
import { loadContract } from '../../src/contract/load.ts';

const contract = loadContract();
const ruleIds = [...new Set(contract.classes.flatMap(from => Object.keys(contract.rulesAt(from))))];

test('every rule is broken by a fault', () => {
  const broken = new Set(faults.flatMap(({ breaks }) => breaks));
  expect(ruleIds.filter(rule => !broken.has(rule))).toEqual([]);
});

test('every fault names rules, and rules that exist', () => {
  expect(faults.filter(({ breaks }) => breaks.length === 0).map(({ id }) => id)).toEqual([]);
  const strangers = faults.flatMap(({ id, breaks }) =>
    breaks.filter(rule => !ruleIds.includes(rule)).map(rule => `${id}: ${rule}`),
  );
  expect(strangers).toEqual([]);
});

test('the catalogue is large, and many of its faults show only in sequences, in time or to several callers', () => {
  expect(faults.length).toBeGreaterThan(500);
  const hidden = faults.filter(({ kind }) => ['sequence', 'concurrency', 'async-order'].includes(kind));
  expect(hidden.length).toBeGreaterThan(60);
});
