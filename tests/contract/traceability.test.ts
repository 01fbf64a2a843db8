import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { everything } from '../../src/plan/capabilities.ts';
import { makePlan } from '../../src/plan/plan.ts';
import { packageRoot } from '../../src/root.ts';

const contract = loadContract();
const { cases } = makePlan(contract, everything(contract), {
  microversions: 'boundaries',
  rules: [],
  cases: [],
  suites: [],
  levels: [],
  seed: 1,
});
const rules = contract.classes.flatMap(from =>
  Object.entries(contract.rulesAt(from)).map(([id, rule]) => ({ from, id, rule })),
);
const published = (source: string) => /^(seed|history)\./.test(source);

describe('sentences', () => {
  const cited = new Set(rules.flatMap(({ rule }) => rule.source).filter(published));
  const sentences = Object.entries(contract.data.sentences);

  test('each one has a rule', () => {
    const without = sentences.filter(([id, { awaits }]) => awaits === undefined && !cited.has(id));
    expect(without.map(([id]) => id)).toEqual([]);
  });

  test('none awaits a rule that it has', () => {
    expect(sentences.filter(([id, { awaits }]) => awaits !== undefined && cited.has(id)).map(([id]) => id)).toEqual([]);
  });

  test('each one that a rule names exists', () => {
    expect([...cited].filter(id => !(id in contract.data.sentences))).toEqual([]);
  });

  test('each one has a section and a text', () => {
    for (const [id, sentence] of sentences) {
      const { section, text, awaits, ...rest } = sentence;
      expect(rest, id).toEqual({});
      expect(
        [section, text, awaits ?? ' '].map(part => part.length > 0),
        id,
      ).toEqual([true, true, true]);
    }
  });
});

describe('rules', () => {
  const suites = readdirSync(join(packageRoot, 'suites')).flatMap(file => /^(.+)\.spec\.ts$/.exec(file)?.[1] ?? []);

  test('each one has a sentence, a level, a source and a suite that exists', () => {
    for (const { id, from, rule } of rules) {
      const where = `${id} at ${from}`;
      expect(rule.sentence, where).toMatch(/^\S.*\.$/);
      expect(['required', 'advisory', 'informative'], where).toContain(rule.level);
      expect(rule.source.length, where).toBeGreaterThan(0);
      expect(suites, where).toContain(rule.suite);
    }
  });

  test('required ones have a published source', () => {
    const unpublished = rules.filter(({ rule }) => rule.level === 'required' && !rule.source.some(published));
    expect(unpublished.map(({ id, from }) => `${id} at ${from}`)).toEqual([]);
  });

  test('each one has a case at one microversion at least', () => {
    const checked = new Set(cases.map(({ rule }) => rule));
    expect([...new Set(rules.map(({ id }) => id))].filter(id => !checked.has(id))).toEqual([]);
  });

  test('each suite has rules', () => {
    expect(suites.filter(suite => !rules.some(({ rule }) => rule.suite === suite))).toEqual([]);
  });
});

test('each case names a rule that holds at its microversion', () => {
  const rulesAt = new Map(contract.classes.map(from => [from, contract.rulesAt(from)]));
  const stray = cases.filter(({ rule, microversion, level, suite }) => {
    const found = rulesAt.get(contract.classOf(microversion))?.[rule];
    return !found || found.level !== level || found.suite !== suite;
  });
  expect(stray.map(({ id }) => id)).toEqual([]);
});

test('each condition of an order is a rule of that operation at that class', () => {
  for (const from of contract.classes) {
    const shared = contract.documentAt(from)['x-novaspec'].rules;
    for (const { name, data } of contract.operationsAt(from)) {
      for (const id of data.order.conditions) {
        const { operations } = shared[id] ?? {};
        const applies = id in data.rules || operations === 'all' || operations?.includes(name);
        expect(applies, `${id} in the order of ${name} at ${from}`).toBe(true);
      }
    }
  }
});

test('each persona, capability, operation and sample that a rule names is known', () => {
  for (const { from, document } of contract.data.fragments) {
    const { personas, capabilities, rules: shared } = document['x-novaspec'];
    const operations = contract.operationsAt(from);
    for (const [id, rule] of [shared, ...operations.map(({ data }) => data.rules)].flatMap(Object.entries)) {
      const { persona = 'member', needs = [], operations: wanted = 'all', sample, request_sample } = rule;
      expect(Object.keys(personas), id).toContain(persona);
      expect(Object.keys(capabilities), id).toEqual(expect.arrayContaining(needs));
      if (wanted !== 'all') expect(operations.map(({ name }) => name)).toEqual(expect.arrayContaining(wanted));
      for (const name of [sample, request_sample]) {
        if (name !== undefined) expect(contract.sampleAt(from, name), `${id}: ${name}`).toBeDefined();
      }
    }
  }
});
