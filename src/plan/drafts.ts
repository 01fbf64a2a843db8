import type { ContractDocument } from '../contract/contract.ts';
import type { Generator, RuleData } from '../contract/rule.ts';
import { Schemas } from '../contract/schemas.ts';
import type { Draft } from './draft.ts';
import { generate } from './generators.ts';
import { mergeRequests } from './patch.ts';
import type { Scene } from './scene.ts';

interface Known {
  schemas: Schemas;
  /** Rule, operation and whatever else they depend on -> drafts. */
  drafts: Map<string, Draft[]>;
}

// A document holds for a whole class of microversions, and a run plans twice: without its target and for it.
const knownOf = new WeakMap<ContractDocument, Known>();

/** Generators that look at more than the document. */
const beyondDocument: readonly Generator[] = ['samples', 'random-requests', 'random-queries'];

/** The drafts of a rule, made once for all scenes where they are the same. */
export function draftsOf(scene: Scene, ruleId: string, rule: RuleData): Draft[] {
  const { document, operation, microversion, seed } = scene;
  const known = knownOf.get(document) ?? { schemas: new Schemas(document), drafts: new Map<string, Draft[]>() };
  knownOf.set(document, known);
  const alone = rule.generate === undefined || !beyondDocument.includes(rule.generate);
  const key = [ruleId, operation.name, ...(alone ? [] : [microversion, seed])].join(' ');
  const drafts = known.drafts.get(key) ?? makeDrafts(scene, known.schemas, ruleId, rule);
  known.drafts.set(key, drafts);
  return drafts;
}

function makeDrafts(scene: Scene, schemas: Schemas, ruleId: string, rule: RuleData): Draft[] {
  if (rule.generate) return generate({ ...scene, schemas, ruleId, rule }, rule.generate);
  const base: Draft = {
    variant: [],
    given: rule.given ?? {},
    request: rule.request ?? {},
    expect: rule.expect,
    ...(rule.sample ? { sample: rule.sample } : {}),
  };
  const variants = Object.entries(rule.variants ?? {});
  if (variants.length === 0) return [base];
  return variants.map(([name, { given, request, expect }]) => ({
    ...base,
    variant: [name],
    given: { ...base.given, ...given },
    request: mergeRequests(base.request, request),
    expect: expect ?? base.expect,
  }));
}
