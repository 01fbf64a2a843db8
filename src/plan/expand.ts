import type { Contract, Operation } from '../contract/contract.ts';
import type { RuleData } from '../contract/rule.ts';
import type { Capabilities } from './capabilities.ts';
import type { Case, CaseHistory, Expectation, Given, RequestTemplate } from './case.ts';
import type { Draft } from './draft.ts';
import { draftsOf } from './drafts.ts';
import { expectationFor } from './expectation-for.ts';
import { type Frame, frameOf } from './frame.ts';
import { mergeRequests } from './patch.ts';
import { fill, fillPattern } from './placeholders.ts';
import { type Pair, pairs } from './precedence.ts';
import { skipOf } from './skip-of.ts';
import { type WatchDraft, watchDrafts } from './watch-drafts.ts';

/** All cases of one microversion, in the order of the document. */
export function expandMicroversion(frame: Frame): Case[] {
  const { contract, document, microversion } = frame;
  const common = Object.entries(document['x-novaspec'].rules);
  return contract.operationsAt(microversion).flatMap(operation => {
    const own = Object.entries(operation.data.rules);
    const inherited = common.filter(
      ([, { operations }]) => operations === 'all' || operations?.includes(operation.name),
    );
    const { order } = operation.data;
    const paired = (frame.isFirst || frame.isLast) && frame.wants({ rule: order.id, ...order });
    const drafted = new Map<string, { rule: RuleData; drafts: Draft[] }>();
    const cases: Case[] = [];
    for (const [id, rule] of [...own, ...inherited]) {
      const here = runsHere(frame, rule) && frame.wants({ rule: id, ...rule });
      if (!here && !paired) continue;
      const drafts = draftsOf({ ...frame, operation }, id, rule);
      drafted.set(id, { rule, drafts });
      if (!here) continue;
      if (rule.history) {
        cases.push(...historyCases(frame, operation, id, rule, rule.history));
        continue;
      }
      if (rule.watch) {
        cases.push(...watchDrafts(frame, rule, rule.watch).map(each => watchCase(frame, operation, id, each)));
        continue;
      }
      const names = rule.operations ? [operation.name] : [];
      for (const draft of drafts) cases.push(caseOf(frame, operation, id, rule, draft, names));
    }
    if (paired) {
      const { max } = frame.capabilities.microversions;
      for (const pair of pairs(operation, drafted, max, contract.data.stage.states)) {
        cases.push(pairCase(frame, operation, pair));
      }
    }
    return cases;
  });
}

/** What histories are made of, for one operation: the request that no rule changes, and the cases of its rules about single requests. */
export interface OperationRequests {
  operation: Operation;
  plain: RequestTemplate;
  cases: Case[];
}

/** The requests of all operations at a microversion, wherever they run. */
export function requestsAt(contract: Contract, capabilities: Capabilities, microversion: string): OperationRequests[] {
  const frame = frameOf(contract, capabilities, microversion, [microversion], {});
  const common = Object.entries(frame.document['x-novaspec'].rules);
  return contract.operationsAt(microversion).map(operation => {
    const inherited = common.filter(
      ([, { operations }]) => operations === 'all' || operations?.includes(operation.name),
    );
    const rules = [...Object.entries(operation.data.rules), ...inherited];
    const cases = rules.flatMap(([id, rule]) => {
      if (rule.watch || rule.history || rule.generate) return [];
      const names = rule.operations ? [operation.name] : [];
      return draftsOf({ ...frame, operation }, id, rule).map(draft => caseOf(frame, operation, id, rule, draft, names));
    });
    const plain = requestOf(frame, operation, { variant: [], given: {}, request: {}, expect: [] });
    return { operation, plain, cases };
  });
}

function runsHere({ isFirst, isLast }: Frame, { at }: RuleData): boolean {
  if (at === 'first') return isFirst;
  if (at === 'last') return isLast;
  return at === undefined || isFirst || isLast;
}

function caseOf(
  frame: Frame,
  operation: Operation,
  rule: string,
  data: RuleData,
  draft: Draft,
  operationName: string[],
): Case {
  const variant = [...operationName, ...draft.variant].join(':');
  const id = `${rule}${variant === '' ? '' : `[${variant}]`}@${frame.microversion}`;
  const given: Given =
    data.watch || data.history ? { server: '', ...draft.given } : { ...operation.data.given, ...draft.given };
  const persona = data.persona ?? 'member';
  const expect = expectationOf(frame, operation, draft, data);
  const skip = skipOf(frame, persona, given, data);
  return {
    id,
    rule,
    level: data.level,
    suite: data.suite,
    operation: operation.name,
    microversion: frame.microversion,
    persona,
    given,
    request: requestOf(frame, operation, draft),
    expect,
    ...(skip ? { skip } : {}),
  };
}

/** The case of a scenario. What it leaves behind is the scenario's business: the stage need only know that it changes something. */
function watchCase(frame: Frame, operation: Operation, id: string, { draft, data, watch, ask }: WatchDraft): Case {
  const one = caseOf(frame, operation, id, data, draft, []);
  const { leaves } = frame.contract.data.async.scenarios[watch.scenario] ?? { leaves: 'unknown' };
  const effect = leaves === 'attached' || leaves === 'swapped' ? leaves : 'detached';
  const { headers } = one.request;
  return { ...one, expect: { ...one.expect, effect }, request: ask ? { ...ask, headers } : one.request, watch };
}

/** Histories are about all microversions at once, so their cases run at the last one. */
function historyCases(
  frame: Frame,
  operation: Operation,
  id: string,
  rule: RuleData,
  { mode, burst }: NonNullable<RuleData['history']>,
): Case[] {
  const { runs, length, seed, offered, microversion } = frame;
  const data = frame.contract.data.histories;
  const one = (variant: string[], history: CaseHistory): Case => {
    const draft: Draft = { variant, given: rule.given ?? {}, request: {}, expect: rule.expect };
    return { ...caseOf(frame, operation, id, rule, draft, []), history };
  };
  if (burst !== undefined) return [one([], { burst, microversions: [microversion] })];
  const numbers = Array.from({ length: runs }, (_, index) => index + 1);
  return numbers.flatMap(number => {
    const own = number % data.overlapping.every === 0 ? 'overlapping' : 'settled';
    if (own !== mode) return [];
    const generated = { mode, number, runs, length: length ?? data[mode].length, seed };
    return [one([`${number}`], { generated, microversions: [...offered] })];
  });
}

function pairCase(frame: Frame, operation: Operation, { first, second, given, request }: Pair): Case {
  const { order } = operation.data;
  const data: RuleData = {
    ...first.rule,
    level: order.level,
    suite: order.suite,
    needs: [...(first.rule.needs ?? []), ...(second.rule.needs ?? [])],
  };
  const persona = first.rule.persona ?? second.rule.persona;
  if (persona) data.persona = persona;
  const target = first.rule.target ?? second.rule.target;
  if (target) data.target = target;
  const draft: Draft = { ...first.draft, variant: [`${first.id}>${second.id}`], given, request };
  return caseOf(frame, operation, order.id, data, draft, []);
}

function requestOf(frame: Frame, operation: Operation, draft: Draft): RequestTemplate {
  const { document, values } = frame;
  const { negotiation } = document['x-novaspec'];
  const patch = mergeRequests(
    { headers: { [negotiation.header]: negotiation.value } },
    operation.data.request,
    draft.request,
  );
  const path = operation.path.replaceAll(/\{(\w+)\}/g, '{{$1}}');
  const headers = Object.entries(patch.headers ?? {}).filter((entry): entry is [string, string] => entry[1] !== null);
  const template: RequestTemplate = {
    method: patch.method ?? operation.method,
    path: `${patch.prefix ?? ''}${path}${patch.suffix ?? ''}`,
    headers: Object.fromEntries(headers),
    ...(patch.query === undefined ? {} : { query: patch.query }),
    ...(patch.raw === undefined ? {} : { raw: patch.raw }),
    ...(patch.body === undefined || patch.raw !== undefined ? {} : { body: patch.body }),
    ...(patch.token === undefined ? {} : { token: patch.token }),
  };
  return fill(template, values);
}

function expectationOf(frame: Frame, operation: Operation, draft: Draft, rule: RuleData): Expectation {
  const { max } = frame.capabilities.microversions;
  const chosen = expectationFor(draft.expect, max);
  if (!chosen) throw new Error(`no expectation of '${rule.sentence}' holds for a target that ends at ${max}`);
  const { when: _, status, headers, message, ...rest } = chosen;
  const statuses = [status].flat();
  // Each status has an envelope of its own, so several have no key in common.
  const single = rest.body !== 'any' && statuses.length === 1;
  const error = single ? operation.declared[statuses[0] ?? '']?.fault : undefined;
  // What this target only refuses has no effect, whatever it has elsewhere; unless just that is the point.
  const refused = rest.shown === undefined && statuses.every(each => operation.declared[each]?.fault !== undefined);
  const effect = (refused ? undefined : rule.effect) ?? (operation.data.mutates ? 'none' : undefined);
  return fill<Expectation>(
    {
      status: statuses,
      ...(error === undefined ? {} : { error }),
      ...rest,
      ...(headers === undefined ? {} : { headers: fillPatterns(headers, frame.values) }),
      ...(message === undefined ? {} : { message: fillPattern(message, frame.values) }),
      ...(draft.sample === undefined ? {} : { sample: draft.sample }),
      ...(effect === undefined ? {} : { effect }),
    },
    frame.values,
  );
}

/** Header patterns with what the plan knows; values are taken literally, as the dot of a microversion is no wildcard. */
function fillPatterns(
  headers: Record<string, string | null>,
  values: Record<string, string>,
): Record<string, string | null> {
  const filled = Object.entries(headers).map(([name, pattern]): [string, string | null] => [
    name,
    pattern === null ? null : fillPattern(pattern, values),
  ]);
  return Object.fromEntries(filled);
}
