import type { Case } from '../plan/case.ts';
import { groupBy } from '../report/group-by.ts';

/** How many microversions of a scenario are enough where its mistakes do not depend on them. */
const enoughPlays = 4;

/** The cases of some rules; of a scenario that is played at many microversions only a few, spread evenly over them. */
export function casesOfRules(plan: readonly Case[], rules: ReadonlySet<string>): Case[] {
  const chosen = plan.filter(one => rules.has(one.rule) && !one.skip);
  const kept = new Map<string, ReadonlySet<string>>();
  for (const [scenario, cases] of groupBy(chosen, ({ watch }) => watch?.scenario ?? '')) {
    const all = [...new Set(cases.map(({ microversion }) => microversion))];
    kept.set(scenario, new Set(scenario === '' ? all : spread(all, enoughPlays)));
  }
  return chosen.filter(({ watch, microversion }) => kept.get(watch?.scenario ?? '')?.has(microversion));
}

/** The cases of every rule at some microversions, with so many generated histories. */
export function casesAt(plan: readonly Case[], microversions: readonly string[], histories = Infinity): Case[] {
  return plan.filter(
    ({ microversion, history }) =>
      microversions.includes(microversion) && (history?.generated?.number ?? 0) <= histories,
  );
}

/** Both ends, and as many in between. */
function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from(
    { length: count },
    (_, index) => items[Math.round((index * (items.length - 1)) / (count - 1))] as T,
  );
}
