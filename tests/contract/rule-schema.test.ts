import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { packageRoot } from '../../src/root.ts';
import { baseDocument, overlays, readSpec } from './sources.ts';

type Tree = Record<string, unknown>;

const contract = loadContract();
const schema = JSON.parse(readFileSync(join(packageRoot, 'specs', 'rule.schema.json'), 'utf8')) as Tree;
// A schema that adds `required` to a referenced one is what strictRequired would refuse.
const ajv = new Ajv2020({ strict: true, strictRequired: false, strictTypes: false, allErrors: true });
ajv.addSchema(schema, 'rule');
const whole = ajv.getSchema('rule') as ValidateFunction;
const part = (name: string) => ajv.getSchema(`rule#/$defs/${name}`) as ValidateFunction;

test('every property of the schema has a description', () => {
  expect(undescribed(schema, '')).toEqual([]);
});

describe('the files of specs/ as they are written', () => {
  const files = [
    { file: 'v2.1.yaml', content: baseDocument() },
    ...overlays(),
    { file: 'sentences.yaml', content: readSpec('os-volume_attachments/sentences.yaml') },
    { file: 'async.yaml', content: readSpec('os-volume_attachments/async.yaml') },
    { file: 'histories.yaml', content: readSpec('os-volume_attachments/histories.yaml') },
    { file: 'stage.yaml', content: readSpec('stage.yaml') },
  ];
  test.each(files)('$file', ({ content }) => {
    expect(errorsOf(whole, content)).toEqual([]);
  });
});

describe.each(contract.data.fragments)('the rules at $from', ({ from, document }) => {
  test('document, operations and rules fit the schema', () => {
    expect(errorsOf(part('document'), document['x-novaspec'])).toEqual([]);
    for (const { name, data } of contract.operationsAt(from)) {
      expect(errorsOf(part('operation'), data), name).toEqual([]);
      for (const [id, rule] of Object.entries(data.rules)) expect(errorsOf(part('rule'), rule), id).toEqual([]);
    }
  });
});

describe('what the schema refuses', () => {
  const rule = {
    sentence: 'A list is answered 200.',
    level: 'required',
    source: ['seed.list', 'nova/api/openstack/wsgi.py@master:498'],
    suite: 'shapes',
    expect: { status: 200 },
  };

  test('nothing of a plain rule', () => {
    expect(errorsOf(part('rule'), rule)).toEqual([]);
  });

  test.each([
    ['an unknown key', { sentense: 'x' }],
    ['an unknown key of the request', { request: { bodies: {} } }],
    ['an unknown key of the situation', { given: { servers: 'image_backed' } }],
    ['an unknown key of the expectation', { expect: { status: 200, codes: 1 } }],
    ['an unknown key of the items', { expect: { status: 200, items: { compare: 'equal', min: 1 } } }],
    ['an unknown key of a variant', { variants: { one: { persona: 'reader' } } }],
    ['a sentence without its full stop', { sentence: 'A list is answered 200' }],
    ['an unknown level', { level: 'optional' }],
    ['no source', { source: [] }],
    ['a source that is neither a sentence nor a place', { source: ['nova/api/openstack/wsgi.py'] }],
    ['an expectation without a status', { expect: {} }],
    ['an unknown generator', { generate: 'magic' }],
    ['an unknown effect', { effect: 'none' }],
    ['a bound without an operator', { target: '2.95' }],
  ])('%s', (_, change) => {
    expect(errorsOf(part('rule'), { ...rule, ...change })).not.toEqual([]);
  });

  test.each(['sentence', 'level', 'source', 'suite', 'expect'])('a rule without %s', key => {
    expect(errorsOf(part('rule'), { ...rule, [key]: undefined })).not.toEqual([]);
  });

  test('an unknown key of an operation, of a document and of an overlay', () => {
    const [operation] = contract.operationsAt('2.1');
    expect(errorsOf(part('operation'), { ...operation?.data, rule: {} })).not.toEqual([]);
    const document = contract.documentAt('2.1')['x-novaspec'];
    expect(errorsOf(part('document'), { ...document, rule: {} })).not.toEqual([]);
    const [overlay] = overlays();
    expect(errorsOf(whole, { ...overlay?.content, rules: {} })).not.toEqual([]);
  });

  test('an unknown key of a rule that an overlay adds', () => {
    const target = "$.paths['/servers/{server_id}/os-volume_attachments'].get['x-novaspec'].rules";
    const action = (more: Tree) => ({ target, update: { 'list.new': { ...rule, ...more } } });
    expect(errorsOf(part('action'), action({}))).toEqual([]);
    expect(errorsOf(part('action'), action({ expects: {} }))).not.toEqual([]);
  });
});

function errorsOf(validate: ValidateFunction, value: unknown): string[] {
  validate(JSON.parse(JSON.stringify(value)));
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
}

/** Pointers of properties without a description; what is inside `if` and `then` only narrows others. */
function undescribed(value: unknown, pointer: string): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = `${pointer}/${key}`;
    const narrows = ['if', 'then', 'propertyNames'].includes(key) && pointer.startsWith('/$defs/action');
    if (narrows || inner === false) return [];
    const lacks = pointer.endsWith('/properties') && !(inner as Tree).description;
    return [...(lacks ? [here] : []), ...undescribed(inner, here)];
  });
}
