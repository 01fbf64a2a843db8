import type { Operation } from '../contract/contract.ts';
import type { GivenPatch, RuleData } from '../contract/rule.ts';
import type { StageData } from '../contract/stage-data.ts';
import type { Draft } from './draft.ts';
import { expectationFor } from './expectation-for.ts';
import { mergeRequests, touched } from './patch.ts';
import { isImaginary } from './situations.ts';

/** One condition of the declared order: the first variant of its rule, where it is refused. */
interface Condition {
  id: string;
  rule: RuleData;
  draft: Draft;
}

/** Two conditions at once: the answer must be the earlier one's. */
export interface Pair {
  first: Condition;
  second: Condition;
  given: Draft['given'];
  request: Draft['request'];
}

/**
 * Every pair of an operation's declared order that can hold at once and be told apart at a target that ends at `max`: the
 * two change different things, or are situations of a server that `states` has together; and they have no status in common,
 * or say different things.
 */
export function pairs(
  operation: Operation,
  rules: Map<string, { rule: RuleData; drafts: Draft[] }>,
  max: string,
  states: StageData['states'],
): Pair[] {
  const order = operation.data.order.conditions.flatMap((id): Condition[] => {
    const found = rules.get(id);
    const draft = found?.drafts[0];
    if (!found || !draft) return [];
    const condition = { id, rule: found.rule, draft };
    const refuses = statusesOf(condition, max).every(status => operation.declared[status]?.fault !== undefined);
    return refuses ? [condition] : [];
  });
  return order.flatMap((first, index) =>
    order.slice(index + 1).flatMap(second => {
      const given = together(first, second, states);
      if (given === null || !distinguishable(first, second, max)) return [];
      return [
        {
          first,
          second,
          given,
          request: mergeRequests(second.draft.request, first.draft.request),
        },
      ];
    }),
  );
}

/** What both conditions together are given; null where they cannot hold at once. */
function together(first: Condition, second: Condition, states: StageData['states']): GivenPatch | null {
  const given = { ...second.draft.given, ...first.draft.given };
  const wanted = [first.draft.given.state, second.draft.given.state];
  const [both] =
    Object.entries(states).find(([, recipe]) => wanted.every(each => recipe.both?.includes(each ?? ''))) ?? [];
  if (!combinable(first, second, both === undefined ? [] : ['given.state'])) return null;
  return both === undefined ? given : { ...given, state: both };
}

/** Whether two conditions change different things, but for those that are `shared`. */
function combinable(first: Condition, second: Condition, shared: readonly string[]): boolean {
  const keys = touched(first.draft.given, first.draft.request, first.rule.persona);
  const others = new Set(touched(second.draft.given, second.draft.request, second.rule.persona));
  const sameCaller = first.rule.persona !== undefined && first.rule.persona === second.rule.persona;
  const free = [...shared, ...(sameCaller ? ['caller'] : [])];
  return !keys.some(key => others.has(key) && !free.includes(key)) && !isAbsurd(first, second);
}

/** Only a server that there is can be in a situation. */
function isAbsurd(first: Condition, second: Condition): boolean {
  const given = { ...first.draft.given, ...second.draft.given };
  return given.state !== undefined && given.server !== undefined && isImaginary(given.server);
}

function distinguishable(first: Condition, second: Condition, max: string): boolean {
  const wanted = new Set(statusesOf(first, max));
  if (statusesOf(second, max).every(status => !wanted.has(status))) return true;
  const [one, other] = [first, second].map(({ draft }) => expectationFor(draft.expect, max)?.message);
  return one !== undefined && other !== undefined && one !== other;
}

function statusesOf({ draft }: Condition, max: string): number[] {
  return [expectationFor(draft.expect, max)?.status ?? []].flat();
}
