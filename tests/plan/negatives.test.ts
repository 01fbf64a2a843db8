import { describe, expect, test } from 'vitest';
import { type Operation, resolvePointer, type Schema } from '../../src/contract/contract.ts';
import type { Case } from '../../src/plan/case.ts';
import { broken, constraintsOf, validatorAt } from './constraints.ts';
import { contract, defaultPlan } from './default-plan.ts';

const { cases } = defaultPlan();
const uuid = (digit: number) => `${digit}b9d4c1e-53a6-4f7e-8d21-6c7e5a9b3f42`;
const values: Record<string, string> = { server_id: uuid(1), volume_id: uuid(2), other_volume_id: uuid(3) };

/** The body that a case sends, with ids where the stage puts them. */
function bodyOf({ id, request: { body, raw } }: Case): unknown {
  const text = (raw ?? JSON.stringify(body)).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`${id} leaves ${name} open`);
    return value;
  });
  return JSON.parse(text);
}

/** All values of a query, parameter by parameter. */
function queriesOf({ request: { query = '' } }: Case): Record<string, string>[] {
  const parameters = [...new URLSearchParams(query)];
  return parameters.map(([name, value]) => ({ [name]: value }));
}

const casesOf = (rule: string, microversion: string) =>
  cases.filter(one => one.rule === rule && one.microversion === microversion);
const operationAt = (microversion: string, name: string) =>
  contract.operationsAt(microversion).find(operation => operation.name === name) as Operation;
const named = (list: { pointer: string; keyword: string }[]) =>
  new Set(list.map(({ pointer, keyword }) => `${pointer} ${keyword}`));

const bodies = contract.classes.flatMap(from => ['attach', 'update'].map(operation => ({ from, operation })));

describe.each(bodies)('the body of $operation at $from', ({ from, operation }) => {
  const document = contract.documentAt(from);
  const pointer = operationAt(from, operation).requestSchema ?? '';
  const schema = resolvePointer(document, pointer) as Schema;
  const validate = validatorAt(document, pointer);
  const invalid = casesOf(`${operation}.request.invalid`, from).map(one => ({ one, body: bodyOf(one) }));
  const inner = Object.keys(dereferenced(schema).properties ?? {});

  test('each constraint is violated by a case', () => {
    const violated = named(invalid.flatMap(({ body }) => broken(validate, body)));
    const constraints = named(constraintsOf(document, schema));
    expect([...constraints].filter(constraint => !violated.has(constraint))).toEqual([]);
    expect(constraints.size).toBeGreaterThanOrEqual(7);
  });

  test('each property of another microversion is sent with a value that is valid there', () => {
    const known = contract.classes.flatMap(each => {
      const other = resolvePointer(contract.documentAt(each), pointer) as Schema;
      return Object.keys(dereferenced(other, each).properties ?? {});
    });
    const strangers = [...new Set(known)].filter(key => !inner.includes(key));
    const sent = invalid.map(({ body }) => Object.keys(attachmentOf(body)).filter(key => !inner.includes(key)));
    for (const key of strangers) expect(sent, key).toContainEqual([key]);
  });

  test('every violating body is invalid and accepted nowhere else than its id says', () => {
    expect(invalid.length).toBeGreaterThan(10);
    for (const { one, body } of invalid) {
      const [, place = '', keyword = ''] = /\[(.*?):([a-zA-Z]+)/.exec(one.id) ?? [];
      const errors = broken(validate, body);
      const at = keyword === 'additionalProperties' ? place.slice(0, place.lastIndexOf('/')) : place;
      expect(named(errors), one.id).toContain(`${at} ${keyword}`);
    }
  });

  test('every random body is invalid', () => {
    const random = casesOf(`${operation}.request.random`, from);
    expect(random).toHaveLength(3);
    for (const one of random) expect(broken(validate, bodyOf(one)), one.id).not.toEqual([]);
  });

  test('every valid probe is valid, and each property, choice and length is probed', () => {
    const probes = casesOf(`${operation}.request.valid`, from).map(one => ({ one, body: bodyOf(one) }));
    for (const { one, body } of probes) expect(broken(validate, body), one.id).toEqual([]);
    const probed = (key: string) => probes.map(({ body }) => attachmentOf(body)[key]);
    for (const [key, property] of Object.entries(dereferenced(schema).properties as Record<string, Schema>)) {
      const { enum: choices = [], minLength, maxLength } = dereferenced(property) as Record<string, unknown>;
      expect(
        probed(key).some(value => value !== undefined),
        key,
      ).toBe(true);
      for (const choice of choices as unknown[]) expect(probed(key), key).toContain(choice);
      for (const length of [minLength, maxLength]) {
        if (length !== undefined)
          expect(
            probed(key).map(value => String(value).length),
            key,
          ).toContain(length);
      }
    }
  });

  /** The innermost object of a body's schema, or the schema that a property stands for. */
  function dereferenced(outer: Schema, at = from): Schema {
    const reference = (outer.$ref ?? (outer.properties as { volumeAttachment?: Schema })?.volumeAttachment?.$ref) as
      | string
      | undefined;
    return reference ? (resolvePointer(contract.documentAt(at), reference.slice(1)) as Schema) : outer;
  }
});

describe.each(contract.classes)('the query of list at %s', from => {
  const document = contract.documentAt(from);
  const pointer = `${operationAt(from, 'list').pointer}/x-novaspec/query`;
  const schema = resolvePointer(document, pointer) as Schema;
  const validate = validatorAt(document, pointer);
  const errorsOf = (one: Case) => queriesOf(one).flatMap(query => broken(validate, query));

  test('each constraint is violated by a case; all values are strings, so types cannot be', () => {
    const invalid = [...casesOf('list.query.invalid', from), ...casesOf('list.query.unknown.refused', from)];
    const violated = named(invalid.flatMap(errorsOf));
    const constraints = named(constraintsOf(document, schema).filter(({ keyword }) => keyword !== 'type'));
    expect([...constraints].filter(constraint => !violated.has(constraint))).toEqual([]);
  });

  test.each(['list.query.invalid', 'list.query.random', 'list.query.repeated.invalid', 'list.query.unknown.refused'])(
    '%s is invalid',
    rule => {
      for (const one of casesOf(rule, from)) expect(errorsOf(one), one.id).not.toEqual([]);
    },
  );

  test.each([
    'list.query.valid',
    'list.query.unknown.ignored',
    'list.query.repeated',
    'list.paging.limit',
    'list.paging.offset',
    'list.paging.whole',
  ])('%s is valid', rule => {
    for (const one of casesOf(rule, from)) expect(errorsOf(one), one.id).toEqual([]);
  });
});

function attachmentOf(body: unknown): Record<string, unknown> {
  const attachment = (body as { volumeAttachment?: unknown } | null)?.volumeAttachment;
  return typeof attachment === 'object' && attachment !== null ? (attachment as Record<string, unknown>) : {};
}
