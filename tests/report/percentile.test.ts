import { expect, test } from 'vitest';
import { percentile } from '../../src/report/percentile.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, at) => at + 1);

test.each([
  [1, 50, 1],
  [1, 95, 1],
  [2, 50, 1],
  [3, 50, 2],
  [20, 95, 19],
  [21, 95, 20],
  [140, 95, 133],
  [100, 95, 95],
  [7, 100, 7],
])('of the numbers 1 to %i, %i of 100 do not exceed %i', (count, percent, value) => {
  expect(percentile(upTo(count), percent)).toBe(value);
});
