import { expect, test } from 'vitest';
import { cover, nothingCovered } from '../../src/model/coverage.ts';
import { histories } from '../../src/model/walk.ts';
import { wholeModel } from './small-model.ts';

const model = wholeModel();
const seeds = Array.from({ length: 10 }, (_, index) => index + 1);

test.each(seeds)('the histories of a run go everywhere, with seed %i', seed => {
  const coverage = nothingCovered(model);
  const all = histories(model, seed, 20);
  for (const { mode, commands } of all) {
    let world = model.start();
    for (const command of commands) {
      expect(model.isPossible(world, command)).toBe(true);
      if (mode === 'settled') cover(model, coverage, world, command);
      world = model.after(world, command);
    }
  }
  const { pairs, steps } = coverage;
  expect(Object.keys(pairs).length).toBeGreaterThan(50);
  expect(Object.keys(steps).length).toBeGreaterThan(40);
  const never = Object.entries({ ...pairs, ...steps }).filter(([, count]) => count === 0);
  expect(never.map(([key]) => key)).toEqual([]);
});

test('a seed gives the same histories again, another one others', () => {
  expect(histories(model, 7, 4)).toEqual(histories(wholeModel(), 7, 4));
  expect(histories(model, 7, 4)).not.toEqual(histories(model, 8, 4));
});

test('histories have as many commands as they are asked to have', () => {
  expect(histories(model, 1, 5, 60).map(({ commands }) => commands.length)).toEqual([60, 60, 60, 60, 60]);
});
