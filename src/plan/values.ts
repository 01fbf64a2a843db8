import { type ContractDocument, resolvePointer, type Schema } from '../contract/contract.ts';
import { examples, resolveSchema } from './violations.ts';

/** A value that a property may have at the edge of what its schema allows. */
export interface Value {
  /** Property and value, for a case's id. */
  name: string;
  property: string;
  value: unknown;
}

/**
 * For each property of an object schema: its examples, each of an enumeration, its shortest and its longest text. Not every
 * text of a length is valid; the caller asks the schema.
 */
export function edgeValues(document: ContractDocument, pointer: string): Value[] {
  const schema = resolvePointer(document, pointer) as Schema;
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  return Object.entries(properties).flatMap(([property, reference]) =>
    edges(resolveSchema(document, reference)).map(([detail, value]) => ({
      name: `${property}=${detail}`,
      property,
      value,
    })),
  );
}

function edges(schema: Schema): [string, unknown][] {
  const { minLength, maxLength } = schema as { minLength?: number; maxLength?: number };
  const named: [string, unknown][] = [
    ...examples(schema).map((value): [string, unknown] => [label(value), value]),
    ...((schema.enum as unknown[] | undefined) ?? []).map((value): [string, unknown] => [label(value), value]),
    ...[minLength, maxLength]
      .filter(length => length !== undefined)
      .map((length): [string, unknown] => [`${length} characters`, 'n'.repeat(length)]),
  ];
  return [...new Map(named)];
}

function label(value: unknown): string {
  // Quotes tell the string "true" from the boolean; a placeholder is named by what it stands for.
  if (typeof value === 'string' && value.startsWith('{{')) return 'same';
  return typeof value === 'string' && !/^(true|false|null|\d+)$/i.test(value) ? value : JSON.stringify(value);
}
