import { assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { type CaseTime, shardOf } from '../../src/plan/shard.ts';
import { contract, defaultPlan } from './default-plan.ts';

const { stage } = contract.data;

function shards(total: number, times?: Map<string, CaseTime>) {
  const { cases } = defaultPlan();
  return Array.from({ length: total }, (_, at) => shardOf(cases, { index: at + 1, total }, stage, times));
}

test('every case is in just one shard, in the order of the plan', () => {
  const { cases } = defaultPlan();
  assert(
    property(integer({ min: 1, max: 40 }), total => {
      const parts = shards(total);
      expect(
        parts
          .flat()
          .map(({ id }) => id)
          .toSorted(),
      ).toEqual(cases.map(({ id }) => id).toSorted());
      for (const part of parts) expect(part).toEqual(cases.filter(one => part.includes(one)));
    }),
    { numRuns: 8, examples: [[1], [40]] },
  );
});

test('the same shard has the same cases again', () => {
  expect(shards(3)).toEqual(shards(3));
});

test('cases of one scenario stay together, and those of one situation', () => {
  const parts = shards(5);
  const homes = new Map<string, Set<number>>();
  for (const [at, part] of parts.entries()) {
    for (const { watch, given, microversion, skip } of part) {
      if (skip) continue;
      const key = watch ? `${watch.scenario}@${microversion}` : given.state;
      if (key !== undefined) homes.set(key, (homes.get(key) ?? new Set()).add(at));
    }
  }
  expect(homes.size).toBeGreaterThan(50);
  expect([...homes].filter(([, places]) => places.size > 1)).toEqual([]);
});

test('every shard gets its share of what takes long', () => {
  const parts = shards(3);
  const scenarios = parts.map(
    part => new Set(part.flatMap(one => (one.watch ? `${one.watch.scenario}@${one.microversion}` : []))).size,
  );
  const situations = parts.map(part => new Set(part.flatMap(({ given }) => given.state ?? [])).size);
  const histories = parts.map(part => part.filter(({ history }) => history).length);
  for (const counts of [scenarios, situations, histories]) {
    expect(Math.min(...counts), counts.join()).toBeGreaterThan(Math.max(...counts) / 2);
  }
});

test('what an earlier run measured counts more than what is estimated', () => {
  const { cases } = defaultPlan();
  const slow = cases.find(({ given, watch, history, skip }) => !given.state && !watch && !history && !skip);
  if (!slow) throw new Error('the plan has no plain case');
  // One case took as long as all others together: it is alone, or nearly so.
  const startedAt = Date.parse('2026-03-01T03:00:00Z');
  const times = new Map(cases.map(({ id }) => [id, { startedAt, durationMs: id === slow.id ? 10_000_000 : 100 }]));
  const [own = []] = shards(2, times).filter(part => part.includes(slow));
  expect(own.filter(({ skip }) => !skip)).toEqual([slow]);
  expect(own.length).toBeLessThan(cases.length / 10);
});

test('what was not measured counts as its estimate says, at the pace of the others', () => {
  const { cases } = defaultPlan();
  const startedAt = Date.parse('2026-03-01T03:00:00Z');
  const half = cases.filter((_, at) => at % 2 === 0);
  const parts = shards(2, new Map(half.map(({ id }) => [id, { startedAt, durationMs: 3000 }])));
  const sizes = parts.map(({ length }) => length);
  expect(Math.min(...sizes)).toBeGreaterThan(cases.length / 4);
});
