import { describe, expect, test } from 'vitest';
import type { RuleData } from '../../src/contract/rule.ts';
import type { Case } from '../../src/plan/case.ts';
import { expectationFor } from '../../src/plan/expectation-for.ts';
import { contract, defaultPlan } from './default-plan.ts';

const pairs = defaultPlan().cases.filter(({ rule }) => rule.startsWith('precedence.'));

/** What a rule is answered in its first case, the one that pairs are made of. */
function firstExpectation(rule: RuleData | undefined) {
  return Object.values(rule?.variants ?? {})[0]?.expect ?? rule?.expect ?? [];
}

/** The rules of a pair, the one that is answered first. */
function rulesOf({ id, operation, microversion }: Case) {
  const [, first = '', second = ''] = /\[([^>]+)>([^\]]+)\]@/.exec(id) ?? [];
  const { data } = contract.operationsAt(microversion).find(({ name }) => name === operation) ?? {};
  const rules = { ...contract.documentAt(microversion)['x-novaspec'].rules, ...data?.rules };
  return { first, second, firstRule: rules[first], secondRule: rules[second], order: data?.order.conditions ?? [] };
}

test('they are there at both ends of the target, for every operation', () => {
  expect(new Set(pairs.map(({ microversion }) => microversion))).toEqual(new Set(['2.1', contract.newest]));
  expect(new Set(pairs.map(({ operation }) => operation)).size).toBe(5);
});

test('the first one is declared before the second, and answered', () => {
  for (const one of pairs) {
    const { first, second, firstRule, order } = rulesOf(one);
    expect(order.indexOf(first), one.id).toBeGreaterThanOrEqual(0);
    expect(order.indexOf(first), one.id).toBeLessThan(order.indexOf(second));
    const statuses = [firstRule?.expect ?? []].flat().flatMap(({ status }) => status);
    expect(statuses, one.id).toEqual(expect.arrayContaining(one.expect.status));
  }
});

test('the two have no status in common, or say different things', () => {
  for (const one of pairs) {
    const { secondRule } = rulesOf(one);
    const { message } = expectationFor(firstExpectation(secondRule), contract.newest) ?? {};
    if (one.expect.message !== undefined && message !== undefined) {
      expect(one.expect.message, one.id).not.toBe(message);
      continue;
    }
    const variants = Object.values(secondRule?.variants ?? {}).flatMap(({ expect: own }) => own ?? []);
    const own = expectationFor(secondRule?.expect ?? [], contract.newest) ?? [];
    const others = [own, variants].flat().flatMap(({ status }) => status);
    expect(others.length, one.id).toBeGreaterThan(0);
    expect(
      one.expect.status.filter(status => others.includes(status)),
      one.id,
    ).toEqual([]);
  }
});

test('a server is in two situations at once where their order can be told', () => {
  const states = Object.fromEntries(pairs.map(({ id, given }) => [id, given.state]));
  expect(states).toMatchObject({
    'precedence.attach[attach.state.locked>attach.state.suspended]@2.104': 'locked_suspended',
    'precedence.detach[detach.state.locked>detach.state.suspended]@2.1': 'locked_suspended',
    'precedence.attach[attach.state.shelved_offloaded>attach.state.locked]@2.1': 'locked_shelved_offloaded',
  });
});

test('servers in states that are refused meet every other condition', () => {
  const ids = pairs.map(({ id }) => id);
  for (const id of [
    'precedence.attach[attach.state.locked>attach.volume.unknown]@2.1',
    'precedence.attach[attach.state.shelved_offloaded>attach.volume.unknown]@2.1',
    'precedence.detach[detach.state.shelved_offloaded>detach.root]@2.1',
    'precedence.detach[detach.root>detach.state.suspended]@2.104',
    'precedence.detach[detach.volume.unknown>detach.state.locked]@2.104',
    'precedence.attach[attach.body.empty-object>access.project.other]@2.1',
  ]) {
    expect(ids).toContain(id);
  }
  // From the microversion on that admits shelved servers, that is no condition any more.
  expect(ids.filter(id => id.includes('shelved_offloaded') && id.endsWith('@2.104'))).toEqual([]);
});

describe('pairs that cannot hold at once are left out', () => {
  const ids = new Set(pairs.map(({ id }) => id.replace(/@.*/, '')));

  test.each([
    ['two versions in one header', 'precedence.list[version.malformed>version.unsupported]'],
    ['a caller without a token has no role', 'precedence.attach[access.token.missing>attach.access.reader]'],
    ['a caller without a token has no project', 'precedence.detach[access.token.missing>access.project.other]'],
    ['two callers', 'precedence.attach[access.project.other>attach.access.reader]'],
    ['two bodies', 'precedence.attach[attach.body.malformed>attach.body.empty-object]'],
    ['two servers', 'precedence.detach[access.server.unknown>detach.root]'],
    ['two volumes', 'precedence.attach[attach.volume.unknown>attach.volume.attached]'],
  ])('%s', (_, id) => {
    const [, first, second] = /\[(.+)>(.+)\]/.exec(id) ?? [];
    const rules = new Set(Object.keys(contract.rulesAt(contract.newest)));
    expect([first, second].filter(name => !rules.has(name ?? ''))).toEqual([]);
    expect(ids.has(id)).toBe(false);
  });
});

test('a pair without a token is sent as the member', () => {
  const tokenless = pairs.filter(({ request }) => request.token !== undefined);
  expect(tokenless.length).toBeGreaterThan(20);
  expect(tokenless.filter(({ persona }) => persona !== 'member')).toEqual([]);
});

test('a pair has what each of its rules needs', () => {
  const { states } = contract.data.stage;
  for (const one of pairs) {
    const { firstRule, secondRule } = rulesOf(one);
    const named = [firstRule?.persona, secondRule?.persona].filter(persona => persona !== undefined);
    const personas = [...new Set(named)];
    expect(personas.length, one.id).toBeLessThan(2);
    expect(one.persona, one.id).toBe(personas[0] ?? 'member');
    for (const rule of [firstRule, secondRule]) {
      for (const [place, situation] of Object.entries(rule?.given ?? {})) {
        const given = one.given[place as keyof typeof one.given];
        // A situation that is two at once has each of them.
        expect([given, ...(states[given ?? '']?.both ?? [])], one.id).toContain(situation);
      }
    }
  }
});
