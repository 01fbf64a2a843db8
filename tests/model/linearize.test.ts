import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RequestCommand } from '../../src/model/command.ts';
import { type Call, linearize } from '../../src/model/linearize.ts';
import { type World, worldKey } from '../../src/model/world.ts';
import { ask, wholeModel } from './small-model.ts';

const model = wholeModel();
const start = model.start();
const reach = (...commands: RequestCommand[]) => commands.reduce((world, each) => model.after(world, each), start);

function call(command: RequestCommand, status: number, invoked = 0, completed = 10): Call {
  return { command, status, invoked, completed, accepted: status < 300 };
}

const here = ask('attach.success@2.60', 0);
const there = ask('attach.success@2.60', 1);
const later = ask('attach.success@2.101', 1);
const detach = ask('detach.success@2.60');
const flag = ask('update.flag[true]@2.85');

describe('calls at the same moment', () => {
  test.each([
    ['one of two attaches wins', start, [call(here, 200), call(there, 400)], true],
    ['two winners', start, [call(here, 200), call(there, 200)], false],
    ['no winner', start, [call(here, 400), call(there, 400)], false],
    ['a second one that is refused behind its answer', start, [call(here, 200), call(later, 202)], true],
    ['one of two detaches', reach(here), [call(detach, 202), call(detach, 400)], true],
    ['the second after its end', reach(here), [call(detach, 202), call(detach, 404)], true],
    ['both detaches', reach(here), [call(detach, 202), call(detach, 202)], false],
    ['an update before the detach', reach(here), [call(flag, 202), call(detach, 202)], true],
    ['an update after its end', reach(here), [call(flag, 404), call(detach, 202)], true],
    ['an update that is told something else', reach(here), [call(flag, 500), call(detach, 202)], false],
    ['an attach elsewhere after the end of a detach', reach(here), [call(detach, 202), call(there, 200)], true],
    ['an attach elsewhere without it', reach(here), [call(detach, 400), call(there, 200)], false],
  ] as [string, World, Call[], boolean][])('%s', (_, world, calls, isExplained) => {
    expect(linearize(model, [world], calls).length > 0).toBe(isExplained);
  });
});

test('the clock is kept: what was answered before another was sent came first', () => {
  const world = reach(here);
  expect(linearize(model, [world], [call(detach, 202, 0, 5), call(there, 400, 1, 9)])).not.toEqual([]);
  expect(linearize(model, [world], [call(there, 200, 0, 4), call(detach, 202, 5, 9)])).toEqual([]);
});

test('the worlds in the end are those of all orders', () => {
  const worlds = linearize(model, [start], [call(here, 200), call(later, 202)]);
  const holders = new Set(worlds.flatMap(({ volumes }) => volumes[0]?.holds.map(({ server }) => server) ?? []));
  expect([...holders].toSorted((one, other) => one - other)).toEqual([0, 1]);
});

const both = ask('attach.success@2.60', 0, 1);
const other = [ask('attach.success@2.101', 0, 1), ask('detach.success@2.60', 0, 1)];
const commands = [here, there, later, detach, ask('detach.success@2.60', 1), flag, ask('show.success@2.60'), ...other];
const statuses = [200, 202, 400, 404];
const calls = fc.array(
  fc.record({
    command: fc.constantFrom(...commands),
    status: fc.constantFrom(...statuses),
    invoked: fc.nat(6),
    lasts: fc.nat(6),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Tries every order by itself: all worlds in the end. */
function byHand(worlds: readonly World[], left: readonly Call[]): World[] {
  const open = model.future.closure(worlds);
  if (left.length === 0) return open;
  return left.flatMap(next => {
    if (left.some(other => other.completed < next.invoked)) return [];
    const reached = open.flatMap(world => {
      const answer = model.answers.answer(world, next.command as RequestCommand);
      if (![...answer.status, ...answer.others].includes(next.status)) return [];
      return answer.refused ? [world] : model.future.accepted(world, next.command as RequestCommand, answer.decides);
    });
    const rest = left.filter(each => each !== next);
    return reached.length > 0 ? byHand(reached, rest) : [];
  });
}

const keysOf = (worlds: readonly World[]) => [...new Set(worlds.map(worldKey))].toSorted();

test('it says what trying every order says', () => {
  fc.assert(
    fc.property(calls, fc.subarray([start, reach(here, both)], { minLength: 1 }), (made, worlds) => {
      const all = made.map(({ command, status, invoked, lasts }) => call(command, status, invoked, invoked + lasts));
      expect(keysOf(model.future.closure(linearize(model, worlds, all)))).toEqual(keysOf(byHand(worlds, all)));
    }),
    { numRuns: 400, seed: 5 },
  );
});
