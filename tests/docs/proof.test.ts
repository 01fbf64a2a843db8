import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { faults } from '../../cloud/catalogue.ts';
import { loadContract } from '../../src/contract/load.ts';

const read = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
const text = read('proof.md').replaceAll(/ +/g, ' ');
const rows = new Set([...text.matchAll(/^\| ([^ |]+)/gm)].map(([, first]) => first));

// After a change of the catalogue or of the rules: npm run prove && npm run prove:document
test('the published proof holds, and is about every fault and every rule', () => {
  const contract = loadContract();
  const rules = new Set(contract.classes.flatMap(from => Object.keys(contract.rulesAt(from))));
  expect(faults.map(({ id }) => id).filter(id => !rows.has(id))).toEqual([]);
  expect([...rules].filter(id => !rows.has(id))).toEqual([]);
  expect(text).toContain('Nothing speaks against it');
  expect(text).toContain(`| faults caught | ${faults.length} of ${faults.length} |`);
  expect(text).toContain(`| rules that caught something | ${rules.size} of ${rules.size} |`);
});

test('at least ten faults of different kinds were tried in a real Nova', () => {
  const { faults: tried } = parse(read('proof-by-hand.yaml')) as { faults: { fault: string }[] };
  const kinds = tried.map(({ fault }) => faults.find(({ id }) => id === fault)?.kind);
  expect(kinds).not.toContain(undefined);
  expect(tried.length).toBeGreaterThanOrEqual(10);
  expect(new Set(kinds).size).toBeGreaterThanOrEqual(8);
});
