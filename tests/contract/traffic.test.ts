import { expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { judgeableRules } from '../../src/traffic/judgeable.ts';

const contract = loadContract();
const { traffic, histories } = contract.data;
const rules = new Set(contract.classes.flatMap(from => Object.keys(contract.rulesAt(from))));
const operations = new Set(contract.operationsAt(contract.oldest).map(({ name }) => name));

test('every rule and every operation that the data about traffic name exists', () => {
  const inputs = [traffic.requests.body, traffic.requests.query];
  const named = [
    traffic.early.rule,
    traffic.requests.server,
    traffic.requests.type,
    traffic.page.rule,
    ...Object.values(traffic.accepted).flat(),
    ...Object.values(traffic.samples),
    ...Object.values(traffic.refused).flat(),
    ...Object.values(traffic.microversions),
    ...traffic.headers.map(({ rule }) => rule),
    ...inputs.flatMap(input => Object.values(input).flatMap(each => Object.values(each) as string[])),
    ...Object.entries(traffic.placed).flat(),
    ...Object.values(traffic.echoed),
    ...Object.values(traffic.kept.rules),
    ...Object.values(traffic.kept.shown),
    ...Object.keys(traffic.told),
  ];
  expect(named.filter(rule => !rules.has(rule))).toEqual([]);
  const places = [traffic.accepted, traffic.samples, traffic.kept.rules, ...inputs].flatMap(Object.keys);
  expect(places.filter(name => !operations.has(name))).toEqual([]);
  expect(Object.keys(traffic.echoed).filter(property => !(property in histories.remembers))).toEqual([]);
});

test('every operation has a rule about being accepted, and every refusal that is expected one about its envelope', () => {
  for (const from of contract.classes) {
    for (const { name, data, declared } of contract.operationsAt(from)) {
      const first = (names: string[] = []) => names.find(rule => rule in { ...contract.rulesAt(from), ...data.rules });
      expect(first(traffic.accepted[name]), `${name} at ${from}`).toBeDefined();
      for (const [status, { fault }] of Object.entries(declared)) {
        if (fault !== undefined) expect(first(traffic.refused[status]), `${name} ${status} at ${from}`).toBeDefined();
      }
    }
  }
});

test('each condition that stands in for another place has one in the order of its operation', () => {
  const ordered = new Set(
    contract.classes.flatMap(from => contract.operationsAt(from).flatMap(({ data }) => data.order.conditions)),
  );
  expect(Object.values(traffic.placed).filter(rule => !ordered.has(rule))).toEqual([]);
});

test('patterns of messages are regular expressions with known placeholders', () => {
  for (const pattern of [...Object.values(traffic.told), traffic.refuses_schema]) {
    const filled = pattern.replaceAll(/\{\{(server_id|volume_id)\}\}/g, 'x');
    expect(filled).not.toContain('{{');
    expect(() => new RegExp(filled)).not.toThrow();
  }
});

test('rules are those that traffic can show, and all others', () => {
  const { yes, no } = judgeableRules(contract);
  expect(new Set([...yes, ...no])).toEqual(rules);
  expect(yes.has('headers.vary')).toBe(true);
  expect(yes.has('attach.state.shelved')).toBe(true);
  expect(no.has('history.settled')).toBe(true);
});
