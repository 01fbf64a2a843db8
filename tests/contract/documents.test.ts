import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { resolvePointer } from '../../src/contract/contract.ts';
import { loadContract } from '../../src/contract/load.ts';
import { schemaPointers } from './schema-pointers.ts';

const contract = loadContract();

test('there is a class for each microversion that changes something', () => {
  expect(contract.classes).toEqual(['2.1', '2.20', '2.49', '2.60', '2.70', '2.75', '2.79', '2.85', '2.89', '2.101']);
});

describe.each(contract.data.fragments)('the document of $from', ({ from, document }) => {
  test('names its microversion', () => {
    expect(document.info.version).toBe(from);
  });

  test('has schemas that compile in strict mode without a warning', () => {
    const said: unknown[] = [];
    const note = (...words: unknown[]) => said.push(words);
    const ajv = new Ajv2020({
      strict: true,
      // OpenAPI documents of 3.1 write nullable values as a union with null.
      allowUnionTypes: true,
      logger: { log: note, warn: note, error: note },
    });
    addFormats.default(ajv);
    ajv.addFormat('nova-uuid', true);
    ajv.addVocabulary(Object.keys(document));
    ajv.addSchema(document, 'document');
    const pointers = schemaPointers(contract, from);
    for (const pointer of pointers) ajv.compile({ $ref: `document#${encodeURI(pointer)}` });
    expect(pointers.length).toBeGreaterThanOrEqual(12);
    expect(said).toEqual([]);
  });

  test('describes each operation and each of its answers', () => {
    const operations = contract.operationsAt(from);
    expect(operations.map(({ name, method }) => [name, method])).toEqual([
      ['list', 'GET'],
      ['attach', 'POST'],
      ['show', 'GET'],
      ['update', 'PUT'],
      ['detach', 'DELETE'],
    ]);
    for (const { pointer, responses } of operations) {
      for (const status of responses) {
        const response = resolvePointer(document, `${pointer}/responses/${status}`);
        expect(response, `${pointer} ${status}`).toMatchObject({ description: expect.any(String) });
      }
    }
  });

  test('says for each refusal which key its envelope has', () => {
    for (const { pointer, responses } of contract.operationsAt(from)) {
      for (const status of responses.filter(status => status >= '400')) {
        const response = resolvePointer(document, `${pointer}/responses/${status}`) as Record<string, unknown>;
        const schema = `${pointer}/responses/${status}/content/application~1json/schema`;
        const { required } = resolvePointer(document, schema) as { required: string[] };
        expect([response['x-novaspec-fault']], `${pointer} ${status}`).toEqual(required);
        const code = resolvePointer(document, `${schema}/properties/${required[0]}/properties/code`);
        expect(code).toMatchObject({ const: Number(status) });
      }
    }
  });
});
