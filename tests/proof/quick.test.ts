import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { expect, test } from 'vitest';
import type { Proof } from '../../src/prove/proof.ts';
import { novaspec, temporaryFolder } from '../cli/command.ts';

const schema = JSON.parse(readFileSync(new URL('../../schemas/proof.schema.json', import.meta.url), 'utf8'));
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
formats.default(ajv);

// Beside other tests on two cores it takes a multiple of what it takes alone.
test('every rule catches what it is there for, and good clouds raise no alarm', { timeout: 400_000 }, async () => {
  const folder = temporaryFolder();
  const { code, stdout } = await novaspec(['prove', '--quick', '--out', 'proof'], folder);
  const proof = JSON.parse(readFileSync(join(folder, 'proof', 'proof.json'), 'utf8')) as Proof;
  expect(proof.problems).toEqual([]);
  expect(proof.rules.filter(({ catches }) => catches.length === 0)).toEqual([]);
  expect({ code, caught: proof.summary.caught }).toEqual({ code: 0, caught: proof.mutants.length });
  expect(proof.summary.goodCases).toBeGreaterThan(1000);
  // Good clouds differ in all that a mistake is not: release, pace, order, hidden rows.
  const variations = proof.good.map(({ name }) => name.split(', '));
  expect([0, 1, 2].map(part => new Set(variations.map(each => each[part])).size)).toEqual([4, 4, 4]);
  expect(stdout).toContain('PROVEN (exit code 0)');

  const validate = ajv.compile(schema);
  expect(validate(proof) ? [] : validate.errors).toEqual([]);

  // What is said of a fault names the case, both values, the sentence of its rule and the source.
  for (const { breaks, alarms } of proof.mutants) {
    for (const { rule, headline, text, lacks } of alarms.filter(alarm => breaks.includes(alarm.rule))) {
      expect(lacks).toEqual([]);
      expect(headline).toMatch(
        new RegExp(`^${rule.replaceAll('.', '\\.')}(\\[.*\\])?@\\d.*: .*expected .+, received .+`, 's'),
      );
      expect(text.join('\n')).toMatch(/^ {2}rule {4}\S.*\(\w+\)$[\s\S]*^ {2}source {2}\S/m);
    }
  }
  expect(readFileSync(join(folder, 'proof', 'proof.md'), 'utf8')).toContain('Nothing speaks against it');
});
