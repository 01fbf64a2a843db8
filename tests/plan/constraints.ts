import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { ContractDocument, Schema } from '../../src/contract/contract.ts';

/** Something that a schema asks of a value: where in the value, and by which keyword. */
export interface Constraint {
  pointer: string;
  keyword: string;
}

const scalar = ['minLength', 'maxLength', 'pattern', 'format', 'enum', 'minimum', 'maximum', 'const'];

/** Every constraint of a schema and of what is in it, found by walking through it. */
export function constraintsOf(document: ContractDocument, schema: Schema, pointer = ''): Constraint[] {
  const { $ref } = schema as { $ref?: string };
  if ($ref !== undefined) return constraintsOf(document, dereference(document, $ref), pointer);
  const own = scalar.filter(keyword => keyword in schema).map(keyword => ({ pointer, keyword }));
  const type = schema.type === undefined ? [] : [{ pointer, keyword: 'type' }];
  const closed = schema.additionalProperties === false ? [{ pointer, keyword: 'additionalProperties' }] : [];
  const required = ((schema.required ?? []) as string[]).map(key => ({
    pointer: `${pointer}/${key}`,
    keyword: 'required',
  }));
  const inner = Object.entries((schema.properties ?? {}) as Record<string, Schema>).flatMap(([key, property]) =>
    constraintsOf(document, property, `${pointer}/${key}`),
  );
  return [...type, ...own, ...closed, ...required, ...inner];
}

function dereference(document: unknown, reference: string): Schema {
  const steps = reference.slice(2).split('/');
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown>)[step], document) as Schema;
}

/** A validator for one place of a document, with an own reading of Nova's UUIDs. */
export function validatorAt(document: ContractDocument, pointer: string): ValidateFunction {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  ajv.addFormat('nova-uuid', text => {
    const bare = text.replaceAll(/urn:|uuid:/g, '').replaceAll(/^[{}]*|[{}]*$/g, '');
    return /^(?:-*[0-9a-fA-F]-*){32}$/.test(bare);
  });
  ajv.addFormat('uuid', true);
  ajv.addSchema(document, 'document');
  return ajv.compile({ $ref: `document#${encodeURI(pointer)}` });
}

/** What a value breaks. */
export function broken(validate: ValidateFunction, value: unknown): Constraint[] {
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, keyword, params }) => {
    const missing = (params as { missingProperty?: string }).missingProperty;
    return { pointer: missing === undefined ? instancePath : `${instancePath}/${missing}`, keyword };
  });
}
