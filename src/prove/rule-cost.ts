import type { ContractData } from '../contract/contract.ts';

/** How long a rule takes to catch something, against one about a single request; for the order in which things are begun. */
const costs = { history: 8, burst: 2, watch: 1, request: 0 };

/** What it costs to ask the dearest of some rules. */
export function costOf({
  histories,
  async,
}: Pick<ContractData, 'histories' | 'async'>): (rules: readonly string[]) => number {
  const known = new Map<string, number>();
  for (const rules of Object.values(async.rules)) for (const id of Object.keys(rules)) known.set(id, costs.watch);
  for (const rules of Object.values(histories.rules)) {
    for (const [id, { history }] of Object.entries(rules)) known.set(id, history.mode ? costs.history : costs.burst);
  }
  return rules => Math.max(costs.request, ...rules.map(rule => known.get(rule) ?? costs.request));
}
