import { expect, test } from 'vitest';
import { Tickets } from '../../src/stage/tickets.ts';

const settled = () => new Promise(resolve => setImmediate(resolve));

test('those who fit are served at once, the others in the order of asking', async () => {
  const tickets = new Tickets(3);
  const served: string[] = [];
  const ask = async (name: string, count: number) => {
    const giveBack = await tickets.take(count);
    served.push(name);
    return giveBack;
  };
  const first = await ask('first', 2);
  const large = ask('large', 2);
  const small = ask('small', 1);
  await settled();
  // One is left, but whoever asked for two comes first.
  expect(served).toEqual(['first']);
  first();
  const giveBackLarge = await large;
  await small;
  expect(served).toEqual(['first', 'large', 'small']);
  giveBackLarge();
  first();
  await ask('again', 2);
  expect(served).toHaveLength(4);
});

test('more than there are is all there are', async () => {
  const tickets = new Tickets(1);
  const giveBack = await tickets.take(2);
  let served = false;
  const next = tickets.take(1).then(back => {
    served = true;
    return back;
  });
  await settled();
  expect(served).toBe(false);
  giveBack();
  await next;
});

test('none is always to be had', async () => {
  const tickets = new Tickets(1);
  await tickets.take(1);
  await tickets.take(0);
});
