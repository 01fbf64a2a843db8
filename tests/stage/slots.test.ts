import { describe, expect, test } from 'vitest';
import { type Place, type Slot, Slots } from '../../src/stage/slots.ts';

/** A pool whose volumes are made of a kind and a number. */
function poolOf(capacity: number, fixed: string[] = []) {
  const made: string[] = [];
  const create = (kind: string) => {
    made.push(`${kind} ${made.length + 1}`);
    return Promise.resolve(made.at(-1) ?? '');
  };
  const disposed: string[] = [];
  const dispose = (slot: Slot) => {
    disposed.push(slot.volumeId);
    return Promise.resolve();
  };
  return { made, disposed, slots: new Slots(create, dispose, capacity, fixed) };
}

const on = (server: string, tagged = false): Place => ({ server, tagged });

/** Whether a promise is settled after everything that could settle it has had its turn. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = () => {
    settled = true;
  };
  promise.then(note, note);
  await new Promise(resolve => setImmediate(resolve));
  return settled;
}

test('a volume is made when none is there, and used again when it is free', async () => {
  const { made, slots } = poolOf(2);
  const one = await slots.acquire('default', 'free');
  expect(one).toEqual({ volumeId: 'default 1', kind: 'default', place: 'free' });
  slots.release(one);
  expect(await slots.acquire('default', 'free')).toBe(one);
  expect(made).toEqual(['default 1']);
});

test('one that is in the wanted place comes before others', async () => {
  const { slots } = poolOf(3);
  const all = await Promise.all([0, 1, 2].map(() => slots.acquire('default', 'free')));
  const places = [on('a'), on('b'), on('a', true)];
  for (const [index, slot] of all.entries()) {
    slot.place = places[index] ?? 'free';
    slots.release(slot);
  }
  expect((await slots.acquire('default', on('a', true))).place).toEqual(on('a', true));
  expect((await slots.acquire('default', on('b'))).place).toEqual(on('b'));
});

test('one whose place nobody knows is not where it was wanted', async () => {
  const { made, slots } = poolOf(2);
  const one = await slots.acquire('default', 'free');
  one.place = 'unknown';
  slots.release(one);
  expect(await slots.acquire('default', 'unknown')).not.toBe(one);
  expect(made).toHaveLength(2);
});

test('a full pool gives any free one of the kind, and makes others wait', async () => {
  const { made, slots } = poolOf(1);
  const one = await slots.acquire('default', 'free');
  const next = slots.acquire('default', on('a'));
  expect(await isSettled(next)).toBe(false);
  slots.release(one);
  expect(await next).toBe(one);
  expect(made).toHaveLength(1);
});

test('whoever waits longest is next', async () => {
  const { slots } = poolOf(1);
  const one = await slots.acquire('default', 'free');
  const order: string[] = [];
  const waiting = ['first', 'second', 'third'].map(async name => {
    const slot = await slots.acquire('default', 'free');
    order.push(name);
    slots.release(slot);
  });
  slots.release(one);
  await Promise.all(waiting);
  expect(order).toEqual(['first', 'second', 'third']);
});

test('an idle one of another kind makes room', async () => {
  const { made, disposed, slots } = poolOf(1);
  const plain = await slots.acquire('default', 'free');
  const other = slots.acquire('multiattach', 'free');
  expect(await isSettled(other)).toBe(false);
  slots.release(plain);
  expect((await other).volumeId).toBe('multiattach 2');
  expect(made).toEqual(['default 1', 'multiattach 2']);
  expect(disposed).toEqual([plain.volumeId]);
});

test('one that is given up makes room for a new one', async () => {
  const { made, slots } = poolOf(1);
  await slots.acquire('default', 'free');
  const next = slots.acquire('default', 'free');
  expect(await isSettled(next)).toBe(false);
  slots.retire();
  expect((await next).volumeId).toBe('default 2');
  expect(made).toHaveLength(2);
});

test('a volume that could not be made takes no room', async () => {
  let fails = true;
  const create = (kind: string) => (fails ? Promise.reject(new Error('quota')) : Promise.resolve(kind));
  const slots = new Slots(create, () => Promise.resolve(), 1, []);
  await expect(slots.acquire('default', 'free')).rejects.toThrow('quota');
  fails = false;
  expect((await slots.acquire('default', 'free')).volumeId).toBe('default');
});

test('volumes that the user gave are the only ones', async () => {
  const { made, slots } = poolOf(8, ['mine', 'mine too']);
  const all = await Promise.all([slots.acquire('default', 'free'), slots.acquire('default', 'free')]);
  expect(all.map(({ volumeId }) => volumeId)).toEqual(['mine', 'mine too']);
  expect(await isSettled(slots.acquire('default', 'free'))).toBe(false);
  expect(made).toEqual([]);
});

describe('many at once', () => {
  test.each([1, 3, 8])('a pool of %i never hands one to two', async capacity => {
    const { made, slots } = poolOf(capacity);
    const held = new Set<Slot>();
    const places: Place[] = ['free', on('a'), on('b', true)];
    const work = Array.from({ length: 60 }, async (_, index) => {
      const slot = await slots.acquire(index % 7 === 0 ? 'multiattach' : 'default', places[index % 3] ?? 'free');
      expect(held.has(slot)).toBe(false);
      held.add(slot);
      for (let turn = 0; turn < index % 5; turn += 1) await Promise.resolve();
      slot.place = places[(index + 1) % 3] ?? 'free';
      held.delete(slot);
      if (index % 11 === 0) slots.retire();
      else slots.release(slot);
    });
    await Promise.all(work);
    expect(new Set(made).size).toBe(made.length);
  });
});
