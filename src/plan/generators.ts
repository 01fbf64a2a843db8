import type { Operation, Schema } from '../contract/contract.ts';
import { escapePointer, resolvePointer } from '../contract/contract.ts';
import type { Generator, RequestPatch, RuleData } from '../contract/rule.ts';
import type { Schemas } from '../contract/schemas.ts';
import type { Draft } from './draft.ts';
import { mergeRequests } from './patch.ts';
import { fill, standIns } from './placeholders.ts';
import { encodeQuery, randomQueries, randomViolations } from './random.ts';
import type { Scene } from './scene.ts';
import { edgeValues } from './values.ts';
import { examples, resolveSchema, violations } from './violations.ts';

/** What a generator may look at. */
export interface RuleScene extends Scene {
  schemas: Schemas;
  ruleId: string;
  rule: RuleData;
}

/** The drafts of a rule with `generate`, each a patch over the operation's baseline. */
export function generate(scene: RuleScene, generator: Generator): Draft[] {
  switch (generator) {
    case 'samples':
      return samples(scene);
    case 'request-violations':
      return requestViolations(scene);
    case 'request-values':
      return requestValues(scene);
    case 'random-requests':
      return randomRequests(scene);
    case 'query-violations':
      return queryViolations(scene);
    case 'query-values':
      return queryValues(scene);
    case 'random-queries':
      return randomQueryDrafts(scene);
  }
}

function draft(scene: RuleScene, variant: string, request: RequestPatch): Draft {
  const { rule } = scene;
  return {
    variant: [variant],
    given: rule.given ?? {},
    request,
    expect: rule.expect,
  };
}

function samples(scene: RuleScene): Draft[] {
  const { contract, microversion, rule } = scene;
  const body = rule.request_sample ? contract.sampleAt(microversion, rule.request_sample) : undefined;
  const one = draft(scene, '', body === undefined ? {} : { body });
  return [{ ...one, variant: [], ...(rule.sample ? { sample: rule.sample } : {}) }];
}

function validBody({ operation, rule }: RuleScene): unknown {
  return mergeRequests(operation.data.request, rule.request).body;
}

function requestViolations(scene: RuleScene): Draft[] {
  const { document, schemas, operation } = scene;
  const pointer = operation.requestSchema ?? '';
  const elsewhere = propertiesElsewhere(scene);
  const found = violations(document, schemas, pointer, validBody(scene), elsewhere);
  return found.map(({ name, value }) => draft(scene, name, bodyPatch(value)));
}

/** A body that is no object at all goes out as text, since `undefined` and `null` would mean: none. */
function bodyPatch(body: unknown): RequestPatch {
  return { raw: JSON.stringify(body) };
}

/** Properties that the innermost object has at other microversions, with an example of each. */
function propertiesElsewhere({ contract, operation }: RuleScene): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { document } of contract.data.fragments) {
    const outer = resolvePointer(document, operation.requestSchema ?? '') as Schema | undefined;
    for (const wrapped of Object.values((outer?.properties ?? {}) as Record<string, Schema>)) {
      const inner = resolveSchema(document, wrapped);
      for (const [key, property] of Object.entries((inner.properties ?? {}) as Record<string, Schema>)) {
        found[key] ??= examples(resolveSchema(document, property))[0];
      }
    }
  }
  return found;
}

function requestValues(scene: RuleScene): Draft[] {
  const { document, schemas, operation } = scene;
  const pointer = operation.requestSchema ?? '';
  const outer = resolvePointer(document, pointer) as Schema;
  return Object.keys((outer.properties ?? {}) as Record<string, Schema>).flatMap(key =>
    edgeValues(document, `${pointer}/properties/${escapePointer(key)}`).flatMap(({ name, property, value }) => {
      const body = { [key]: { [property]: value } };
      const merged = mergeRequests(operation.data.request, { body }).body;
      return schemas.errors(pointer, fill(merged, standIns)).length > 0 ? [] : [draft(scene, name, { body })];
    }),
  );
}

function randomRequests(scene: RuleScene): Draft[] {
  const { document, schemas, operation, seed, microversion } = scene;
  const pointer = operation.requestSchema ?? '';
  const bodies = randomViolations(
    document,
    schemas,
    pointer,
    validBody(scene),
    seedOf(seed, scene.ruleId, microversion),
  );
  return bodies.map((body, index) => draft(scene, `${index + 1}`, bodyPatch(body)));
}

function queryPointer(operation: Operation): string {
  return `${operation.pointer}/x-novaspec/query`;
}

function queryViolations(scene: RuleScene): Draft[] {
  const { document, schemas, operation } = scene;
  const found = violations(document, schemas, queryPointer(operation), {}, {}, false);
  return found.map(({ name, value }) => draft(scene, name, { query: encodeQuery(value as Record<string, string>) }));
}

function queryValues(scene: RuleScene): Draft[] {
  const { document, schemas, operation } = scene;
  const pointer = queryPointer(operation);
  return edgeValues(document, pointer).flatMap(({ name, property, value }) => {
    const query = { [property]: String(value) };
    return schemas.errors(pointer, query).length > 0 ? [] : [draft(scene, name, { query: encodeQuery(query) })];
  });
}

function randomQueryDrafts(scene: RuleScene): Draft[] {
  const { schemas, operation, seed, microversion } = scene;
  const names = Object.keys(operation.data.query?.properties ?? {});
  const pointer = queryPointer(operation);
  const queries = randomQueries(schemas, pointer, names, seedOf(seed, scene.ruleId, microversion));
  return queries.map((query, index) => draft(scene, `${index + 1}`, { query }));
}

/** A seed of its own for each rule and microversion, so that adding one does not change the others. */
function seedOf(seed: number, ...names: string[]): number {
  let hash = seed | 0;
  for (const character of names.join('@')) hash = (Math.imul(hash, 31) + character.charCodeAt(0)) | 0;
  return hash;
}
