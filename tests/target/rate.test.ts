import { expect, test } from 'vitest';
import { Rate } from '../../src/target/rate.ts';

/** When each of some turns that were asked for at once came, in milliseconds. */
function turns(perSecond: number, count: number): Promise<number[]> {
  const rate = new Rate(perSecond);
  const start = performance.now();
  return Promise.all(
    Array.from({ length: count }, async () => {
      await rate.turn();
      return performance.now() - start;
    }),
  );
}

test('no span of a second holds more turns than the rate, and they come in the order of asking', async () => {
  const at = await turns(50, 160);
  expect(at).toEqual(at.toSorted((one, other) => one - other));
  // Whoever has a turn notes the time a moment later.
  for (const [index, time] of at.entries())
    expect((at[index + 50] ?? Number.POSITIVE_INFINITY) - time).toBeGreaterThan(995);
});

test('less than one a second is possible', async () => {
  const [first = 0, second = 0] = await turns(0.8, 2);
  expect(second - first).toBeGreaterThan(1240);
});

test('an infinite rate holds nobody up', async () => {
  const at = await turns(Number.POSITIVE_INFINITY, 10_000);
  expect(at).toHaveLength(10_000);
});
