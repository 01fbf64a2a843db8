import { describe, expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { expectationFor } from '../../src/plan/expectation-for.ts';

const contract = loadContract();
const situations = Object.keys(contract.documentAt(contract.oldest)['x-novaspec'].situations);
const tables = contract.classes.flatMap(from =>
  contract
    .operationsAt(from)
    .flatMap(({ data }) => Object.entries(data.states ?? {}).map(([name, table]) => ({ from, name, table }))),
);

/** The statuses of a rule at a microversion, for a target that ends at `max`. */
function statuses(rule: string, microversion: string, max = contract.newest): number[] | undefined {
  const found = contract.operationsAt(microversion).flatMap(({ data }) => data.rules[rule] ?? [])[0];
  return found && [expectationFor(found.expect, max)?.status ?? []].flat();
}

test('the stage knows the way to each situation, and to no other but two of them at once', () => {
  const states = Object.entries(contract.data.stage.states);
  const alone = states.filter(([, { both }]) => both === undefined).map(([name]) => name);
  expect(alone.toSorted()).toEqual(situations.toSorted());
  expect(situations).toEqual(expect.arrayContaining(states.flatMap(([, { both = [] }]) => both)));
});

test('recipes come from situations that exist, and say what would help', () => {
  for (const [name, { from = [], hint, enter, moment }] of Object.entries(contract.data.stage.states)) {
    expect(situations, name).toEqual(expect.arrayContaining(from));
    expect(hint !== undefined, name).toBe(enter !== undefined || moment !== undefined);
  }
});

describe.each(tables)('$name at $from', ({ table }) => {
  test('has an answer for each situation, and uses each answer', () => {
    expect(Object.keys(table.table).toSorted()).toEqual(situations.toSorted());
    expect(new Set(Object.values(table.table))).toEqual(new Set(Object.keys(table.answers)));
  });
});

// Written by hand from Nova's decorators (nova/compute/api.py@master:5199, :5302, :5357) and gates, so that a slip in a table shows.
const usual = ['active', 'paused', 'stopped', 'resized', 'soft-delete'];
const never = ['building', 'suspended', 'rescued', 'error', 'locked', 'busy', 'never_launched'];
const shelved = ['shelved', 'shelved_offloaded'];

test.each([
  ['attach', '2.1', usual, [200]],
  ['attach', '2.20', [...usual, ...shelved], [200]],
  ['attach', '2.101', [...usual, ...shelved], [202]],
  ['attach', '2.19', [...never, ...shelved], [409]],
  ['attach', '2.104', never, [409]],
  ['detach', '2.19', usual, [202]],
  ['detach', '2.20', [...usual, ...shelved], [202]],
  ['detach', '2.1', [...never, ...shelved], [409]],
  ['detach', '2.104', never, [409]],
  ['update', '2.85', situations.filter(name => name !== 'deleted'), [202]],
  ['list', '2.1', situations.filter(name => name !== 'deleted'), [200]],
  ['show', '2.104', situations.filter(name => name !== 'deleted'), [200]],
])('%s at %s', (name, microversion, states, wanted) => {
  for (const state of states) expect(statuses(`${name}.state.${state}`, microversion), state).toEqual(wanted);
});

/** The message of a rule at the first microversion. */
function messageOf(rule: string): string | undefined {
  const found = contract.operationsAt(contract.oldest).flatMap(({ data }) => data.rules[rule] ?? [])[0];
  return expectationFor(found?.expect ?? [], contract.newest)?.message;
}

test('a message names the situation of its row', () => {
  expect(messageOf('attach.state.rescued')).toBe(
    "Cannot 'attach_volume' instance {{server_id}} while it is in vm_state rescued",
  );
  expect(messageOf('detach.state.locked')).toBe('Instance {{server_id}} is locked');
});

test('a deleted server is answered 404 by everything', () => {
  for (const name of ['list', 'show', 'attach', 'detach', 'update', 'swap']) {
    expect(statuses(`${name}.state.deleted`, '2.104'), name).toEqual([404]);
  }
});

test('there is no update below 2.85, only swaps', () => {
  expect(statuses('update.state.active', '2.84')).toBeUndefined();
  expect(statuses('swap.state.active', '2.84', '2.93')).toEqual([202]);
});

test('a swap depends on the release that the target’s maximum names', () => {
  for (const state of ['active', 'paused', 'resized', 'locked']) {
    const rule = `swap.state.${state}`;
    expect(['2.93', '2.96', '2.100', '2.101'].map(max => statuses(rule, '2.79', max))).toEqual([
      [202],
      [202, 409],
      [202, 409],
      [409],
    ]);
  }
  for (const state of ['stopped', 'soft-delete', ...shelved, 'suspended', 'rescued', 'error', 'busy']) {
    expect(statuses(`swap.state.${state}`, '2.79', '2.93'), state).toEqual([409]);
  }
});

test('a rule that changes says so in its sentence', () => {
  expect(contract.sentenceOf('attach.state.shelved')).toBe(
    'An attach while the server is in vm_state shelved is refused with 409 and changes nothing. ' +
      'From 2.20 on: An attach while the server is in vm_state shelved is accepted and completes.',
  );
  expect(contract.sentenceOf('list.state.paused')).not.toContain('From');
});
