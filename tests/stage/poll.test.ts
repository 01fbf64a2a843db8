import { expect, test, vi } from 'vitest';
import { poll } from '../../src/stage/poll.ts';

const pace = { first: 1, growth: 2, ceiling: 4 };
const never = () => false;

/** Gives undefined so many times, then the value. */
const after = <T>(times: number, value: T) => {
  let left = times;
  return vi.fn(() => Promise.resolve(left-- > 0 ? undefined : value));
};

test('asks at once, and again until there is an answer', async () => {
  const ask = after(3, 'done');
  expect(await poll(ask, 10_000, pace, never)).toBe('done');
  expect(ask).toHaveBeenCalledTimes(4);
});

test.each([false, null, 0, ''])('%j is an answer', async value => {
  const ask = after(0, value);
  expect(await poll(ask, 10_000, pace, never)).toBe(value);
  expect(ask).toHaveBeenCalledTimes(1);
});

test('gives nothing when the limit is over, having asked once more', async () => {
  const ask = after(Number.POSITIVE_INFINITY, 'never');
  expect(await poll(ask, 20, pace, never)).toBeUndefined();
  expect(ask.mock.calls.length).toBeGreaterThan(1);
});

test('asks once even without any time', async () => {
  const ask = after(0, 'there');
  expect(await poll(ask, 0, pace, never)).toBe('there');
  expect(await poll(after(1, 'late'), 0, pace, never)).toBeUndefined();
});

test('what the question throws ends the wait', async () => {
  await expect(poll(() => Promise.reject(new Error('no route')), 10_000, pace, never)).rejects.toThrow('no route');
});

test('an interrupt ends the wait after the question that is on its way', async () => {
  const ask = after(Number.POSITIVE_INFINITY, 'never');
  await expect(poll(ask, 10_000, pace, () => true)).rejects.toThrow('the run was interrupted');
  expect(ask).toHaveBeenCalledTimes(1);
  expect(await poll(after(0, 'there'), 10_000, pace, () => true)).toBe('there');
});
