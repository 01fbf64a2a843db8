import { type ContractDocument, resolvePointer, type Schema } from '../contract/contract.ts';
import type { Schemas } from '../contract/schemas.ts';
import { fill, standIns } from './placeholders.ts';

/** A value that breaks one constraint of a schema. */
export interface Violation {
  /** `POINTER:KEYWORD`, with a detail where one constraint is broken in several ways. */
  name: string;
  value: unknown;
}

const oneOfEachType: [string, unknown][] = [
  ['null', null],
  ['number', 7],
  ['array', []],
  ['object', {}],
  ['boolean', true],
  ['string', 'novaspec'],
];

interface Place {
  document: ContractDocument;
  schema: Schema;
  /** JSON pointer into the value. */
  pointer: string;
  /** A valid whole value with another value at this place; undefined takes the place away. */
  put: (value: unknown) => unknown;
  /** What stands there in the valid value. */
  current: unknown;
  /** Properties that the schema has at other microversions: property -> example. */
  elsewhere: Record<string, unknown>;
}

/**
 * Every way in which the schema itself says that a value can be wrong, at least one for each constraint. A candidate
 * counts only if the validator names that very constraint, so nothing here repeats what the schema says.
 */
export function violations(
  document: ContractDocument,
  schemas: Schemas,
  pointer: string,
  valid: unknown,
  elsewhere: Record<string, unknown>,
  wrongTypes = true,
): Violation[] {
  const root: Place = {
    document,
    schema: resolvePointer(document, pointer) as Schema,
    pointer: '',
    put: value => value,
    current: valid,
    elsewhere,
  };
  return [...candidates(root, wrongTypes)].flatMap(({ place, keyword, detail, value }) => {
    const errors = schemas.errors(pointer, fill(value, standIns));
    const named = errors.some(error => error.keyword === keyword && error.pointer === place);
    return named ? [{ name: `${place}:${keyword}${detail === '' ? '' : `=${detail}`}`, value }] : [];
  });
}

type Candidate = { place: string; keyword: string; detail: string; value: unknown };

function* candidates(place: Place, wrongTypes: boolean): Generator<Candidate> {
  if (wrongTypes) yield* wrongTypeCandidates(place);
  if (isObjectSchema(place.schema)) yield* objectCandidates(place, wrongTypes);
  else yield* stringCandidates(place);
}

function isObjectSchema(schema: Schema): boolean {
  return schema.type === 'object';
}

function* wrongTypeCandidates({ pointer, schema, put }: Place): Generator<Candidate> {
  const allowed = [schema.type].flat();
  const wrong = oneOfEachType.filter(([type]) => !allowed.includes(type)).slice(0, 3);
  for (const [detail, value] of wrong) yield { place: pointer, keyword: 'type', detail, value: put(value) };
}

function* objectCandidates(place: Place, wrongTypes: boolean): Generator<Candidate> {
  const { document, schema, pointer, put } = place;
  const current = (place.current ?? {}) as Record<string, unknown>;
  for (const key of (schema.required as string[] | undefined) ?? []) {
    const { [key]: _, ...rest } = current;
    yield { place: `${pointer}/${key}`, keyword: 'required', detail: '', value: put(rest) };
  }
  const properties = (schema.properties ?? {}) as Record<string, Schema>;
  const strangers = { novaspec: 'novaspec', ...(pointer === '' ? {} : place.elsewhere) };
  for (const [key, example] of Object.entries(strangers)) {
    if (key in properties) continue;
    const value = put({ ...current, [key]: example });
    yield { place: `${pointer}/${key}`, keyword: 'additionalProperties', detail: '', value };
  }
  for (const [key, reference] of Object.entries(properties)) {
    const property = resolveSchema(document, reference);
    const inner: Place = {
      ...place,
      schema: property,
      pointer: `${pointer}/${key}`,
      put: value => put({ ...current, [key]: value }),
      current: current[key] ?? examples(property)[0],
    };
    yield* candidates(inner, wrongTypes);
  }
}

function* stringCandidates({ pointer, schema, put }: Place): Generator<Candidate> {
  const samples = examples(schema).filter(example => typeof example === 'string');
  const sample = fill(samples[0] ?? 'novaspec', standIns);
  const { minLength, maxLength } = schema as { minLength?: number; maxLength?: number };
  const candidate = (keyword: string, text: string, detail = text) => ({
    place: pointer,
    keyword,
    detail,
    value: put(text),
  });
  if (minLength !== undefined) yield candidate('minLength', sample.slice(0, minLength - 1), '');
  if (maxLength !== undefined) yield candidate('maxLength', 'n'.repeat(maxLength + 1), '');
  if (schema.format !== undefined) {
    yield candidate('format', 'novaspec');
    yield candidate('format', '', 'empty');
    yield candidate('format', sample.slice(0, -1), 'cut');
    yield candidate('format', `${sample.slice(0, -1)}g`, 'letter');
  }
  if (schema.enum !== undefined) {
    yield candidate('enum', 'novaspec');
    yield candidate('enum', '', 'empty');
    yield candidate('enum', 't');
  }
  if (schema.pattern !== undefined) {
    const broken = [
      '',
      sample.slice(1),
      ` ${sample}`,
      `-${sample}`,
      `${sample}!`,
      `${sample},`,
      `${sample}/`,
      sample.toUpperCase(),
    ];
    for (const text of new Set(broken)) yield candidate('pattern', text, text === '' ? 'empty' : text);
  }
}

/** The schema that a property's schema stands for. */
export function resolveSchema(document: ContractDocument, schema: Schema): Schema {
  const reference = schema.$ref;
  return typeof reference === 'string' ? (resolvePointer(document, reference.slice(1)) as Schema) : schema;
}

/** The examples that a schema gives for itself. */
export function examples(schema: Schema): unknown[] {
  return (schema.examples as unknown[] | undefined) ?? [];
}
