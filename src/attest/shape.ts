import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { packageRoot } from '../root.ts';

const compiled = new Map<string, ValidateFunction>();

/** Where a value breaks a schema of `schemas/`, one line each: `/runs/0/seed must be integer`. */
export function shapeErrors(schema: 'profile' | 'attestation' | 'environment', value: unknown): string[] {
  const validate = compiled.get(schema) ?? compile(schema);
  compiled.set(schema, validate);
  if (validate(value)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) => {
    const extra = (params as { additionalProperty?: string }).additionalProperty;
    return `${instancePath || '/'} ${message}${extra === undefined ? '' : `: ${extra}`}`;
  });
}

function compile(schema: string): ValidateFunction {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true, strictRequired: false });
  addFormats.default(ajv);
  const file = join(packageRoot, 'schemas', `${schema}.schema.json`);
  return ajv.compile(JSON.parse(readFileSync(file, 'utf8')) as object);
}
