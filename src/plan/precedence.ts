import type { Operation } from '../contract/contract.ts';
import type { RuleData } from '../contract/rule.ts';
import type { Draft } from './draft.ts';
import { mergeRequests, touched } from './patch.ts';

/** One condition of the declared order: the first variant of its rule. */
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
 * Every pair of an operation's declared order that can hold at once and be told apart: the two change different things
 * and have no status in common.
 */
export function pairs(operation: Operation, rules: Map<string, { rule: RuleData; drafts: Draft[] }>): Pair[] {
  const order = operation.data.order.conditions.flatMap((id): Condition[] => {
    const found = rules.get(id);
    const draft = found?.drafts[0];
    return found && draft ? [{ id, rule: found.rule, draft }] : [];
  });
  return order.flatMap((first, index) =>
    order.slice(index + 1).flatMap(second => {
      if (!combinable(first, second) || !distinguishable(first, second)) return [];
      return [
        {
          first,
          second,
          given: { ...second.draft.given, ...first.draft.given },
          request: mergeRequests(second.draft.request, first.draft.request),
        },
      ];
    }),
  );
}

function combinable(first: Condition, second: Condition): boolean {
  const keys = touched(first.draft.given, first.draft.request, first.rule.persona);
  const others = new Set(touched(second.draft.given, second.draft.request, second.rule.persona));
  return !keys.some(key => others.has(key));
}

function distinguishable(first: Condition, second: Condition): boolean {
  const statuses = [first, second].map(({ draft }) => new Set([draft.expect].flat().flatMap(each => each.status)));
  return [...(statuses[0] ?? [])].every(status => !statuses[1]?.has(status));
}
