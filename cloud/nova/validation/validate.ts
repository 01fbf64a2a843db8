import { isIPv4, isIPv6 } from 'node:net';
import { isObject, type Json } from '../../json.ts';
import { repr } from '../../python.ts';
import type { Schema } from './schema.ts';

/** The first violation: where it is, what stands there and jsonschema's words for it. */
export interface Violation {
  readonly path: readonly string[];
  readonly value: Json | undefined;
  readonly text: string;
}

/**
 * Checks a value in the order of the Python library, whose first finding is the one that Nova tells.
 * `emptyString` is the library's wording for a string below the minimum length.
 */
export function violation(
  schema: Schema,
  value: Json | undefined,
  emptyString: string,
  path: string[] = [],
): Violation | undefined {
  const because = (text: string): Violation => ({ path, value, text });
  if (!schema.type.some(type => isOfType(type, value))) {
    return because(`${repr(value)} is not of type ${schema.type.map(type => `'${type}'`).join(', ')}`);
  }
  if (typeof value === 'string') {
    const text = stringViolation(schema, value, emptyString);
    if (text !== undefined) return because(text);
  }
  if (schema.enum !== undefined && !schema.enum.includes(value ?? null)) {
    return because(`${repr(value)} is not one of ${repr(schema.enum)}`);
  }
  if (Array.isArray(value)) return itemViolation(schema, value, emptyString, path);
  if (isObject(value)) return objectViolation(schema, value, emptyString, path);
  return undefined;
}

function isOfType(type: Schema['type'][number], value: Json | undefined): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  return typeof value === type;
}

function stringViolation(schema: Schema, value: string, emptyString: string): string | undefined {
  const length = Array.from(value).length;
  if (schema.minLength !== undefined && length < schema.minLength) return `${repr(value)} ${emptyString}`;
  if (schema.maxLength !== undefined && length > schema.maxLength) return `${repr(value)} is too long`;
  if (schema.pattern !== undefined && !schema.pattern.test.test(value)) {
    return `${repr(value)} does not match ${repr(schema.pattern.source)}`;
  }
  const { format } = schema;
  return format === undefined || formats[format](value) ? undefined : `${repr(value)} is not a '${format}'`;
}

const formats = { uuid: isUuidLike, ipv4: isIPv4, ipv6: isIPv6 };

/** Whether Python would take the text for a UUID: any case, with or without dashes, in braces, as a URN. */
function isUuidLike(text: string): boolean {
  const bare = text
    .replaceAll('urn:', '')
    .replaceAll('uuid:', '')
    .replace(/^[{}]+|[{}]+$/g, '')
    .replaceAll('-', '');
  return /^[0-9a-fA-F]{32}$/.test(bare);
}

function itemViolation(
  schema: Schema,
  value: readonly Json[],
  emptyString: string,
  path: string[],
): Violation | undefined {
  if (schema.items === undefined) return undefined;
  for (const [index, item] of value.entries()) {
    const found = violation(schema.items, item, emptyString, [...path, String(index)]);
    if (found !== undefined) return found;
  }
  return undefined;
}

function objectViolation(
  schema: Schema,
  value: { readonly [key: string]: Json | undefined },
  emptyString: string,
  path: string[],
): Violation | undefined {
  const properties = schema.properties ?? {};
  for (const [name, property] of Object.entries(properties)) {
    if (!Object.hasOwn(value, name)) continue;
    const found = violation(property, value[name], emptyString, [...path, name]);
    if (found !== undefined) return found;
  }
  const { patternProperties } = schema;
  const matching = Object.keys(value).filter(name => patternProperties?.pattern.test(name) === true);
  for (const name of matching) {
    if (patternProperties === undefined) break;
    const found = violation(patternProperties.schema, value[name], emptyString, [...path, name]);
    if (found !== undefined) return found;
  }
  const missing = schema.required?.find(name => !Object.hasOwn(value, name));
  if (missing !== undefined) return { path, value, text: `${repr(missing)} is a required property` };
  const unknown = Object.keys(value).filter(name => !Object.hasOwn(properties, name) && !matching.includes(name));
  if (schema.additionalProperties === false && unknown.length > 0) {
    const were = unknown.length === 1 ? 'was' : 'were';
    const text = `Additional properties are not allowed (${unknown.map(repr).join(', ')} ${were} unexpected)`;
    return { path, value, text };
  }
  const count = Object.keys(value).length;
  if (count > (schema.maxProperties ?? count)) return { path, value, text: `${repr(value)} has too many properties` };
  if (count < (schema.minProperties ?? count)) {
    return { path, value, text: `${repr(value)} does not have enough properties` };
  }
  return undefined;
}
