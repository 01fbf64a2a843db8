import { type Counts, countVerdicts } from './counts.ts';
import type { Report } from './model.ts';

/** How the requests were judged in each situation of a server. */
export interface StateMatrix {
  /** In the order of the plan. */
  states: string[];
  /** Each with its counts per state; undefined where the request has no rule. */
  requests: { request: string; counts: (Counts | undefined)[] }[];
}

/** The matrix of the rules that stand for a table of situations: `REQUEST.state.SITUATION`. */
export function stateMatrixOf({ cases, results }: Report): StateMatrix {
  const own = cases.flatMap(one => {
    const row = stateRuleOf(one.rule);
    return row ? [{ one, ...row }] : [];
  });
  const states = [...new Set(own.map(({ state }) => state))];
  const requests = [...new Set(own.map(({ request }) => request))].map(request => ({
    request,
    counts: states.map(state => {
      const some = own.filter(each => each.request === request && each.state === state).map(({ one }) => one);
      return some.length === 0 ? undefined : countVerdicts(some, results);
    }),
  }));
  return { states, requests };
}

/** Which request in which situation a rule of a table is about; null for all other rules. */
export function stateRuleOf(rule: string): { request: string; state: string } | null {
  const [, request, state] = /^(\w+)\.state\.(.+)$/.exec(rule) ?? [];
  return request === undefined || state === undefined ? null : { request, state };
}
