import * as fc from 'fast-check';
import { type ContractDocument, resolvePointer, type Schema } from '../contract/contract.ts';
import type { Schemas } from '../contract/schemas.ts';
import { fill, standIns } from './placeholders.ts';
import { resolveSchema } from './violations.ts';

/** How many random requests there are for each operation and microversion. */
const perMicroversion = 3;

/**
 * Random values that the schema at `pointer` refuses, the same ones for the same seed. Only plain ASCII without line
 * ends: what JavaScript and Python read differently there is not the API's business.
 */
export function randomViolations(
  document: ContractDocument,
  schemas: Schemas,
  pointer: string,
  valid: unknown,
  seed: number,
): unknown[] {
  const schema = resolvePointer(document, pointer) as Schema;
  const arbitrary = mostlyValid(document, schema, valid).filter(
    value => schemas.errors(pointer, fill(value, standIns)).length > 0,
  );
  return fc.sample(arbitrary, { seed, numRuns: perMicroversion });
}

/** Random queries with one value at least that is not a string of digits. */
export function randomQueries(schemas: Schemas, pointer: string, names: string[], seed: number): string[] {
  const text = fc.string({ unit: 'grapheme-ascii', maxLength: 8 });
  const arbitrary = fc
    .dictionary(fc.constantFrom(...names), text, { minKeys: 1, noNullPrototype: true })
    .filter(query => schemas.errors(pointer, query).length > 0);
  return fc.sample(arbitrary, { seed, numRuns: perMicroversion }).map(query => encodeQuery(query));
}

/** A query string of names and values, percent-encoded. */
export function encodeQuery(query: Record<string, string>): string {
  return Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
}

function mostlyValid(document: ContractDocument, schema: Schema, valid: unknown): fc.Arbitrary<unknown> {
  const any = fc.jsonValue({ maxDepth: 2, stringUnit: 'grapheme-ascii' });
  if (schema.type !== 'object') return any;
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const current = (valid ?? {}) as Record<string, unknown>;
  const inner = Object.fromEntries(
    Object.entries(properties).map(([key, property]) => {
      const inside = mostlyValid(document, resolveSchema(document, property), current[key]);
      return [key, fc.oneof(fc.constant(current[key]), inside)];
    }),
  );
  const record = fc.record(inner, { requiredKeys: [] }).map(value => dropUndefined(value as Record<string, unknown>));
  return fc.oneof({ arbitrary: record, weight: 4 }, { arbitrary: any, weight: 1 });
}

function dropUndefined(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}
