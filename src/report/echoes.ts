import { type Level, levels } from '../contract/rule.ts';
import type { CaseResult } from '../judge/verdict.ts';
import type { Case } from '../plan/case.ts';

/** What is looked at of a case that failed. */
export interface Failed {
  case: Pick<Case, 'id' | 'rule' | 'level' | 'operation' | 'microversion' | 'watch' | 'history'>;
  result: {
    deviations: Pick<CaseResult['deviations'][number], 'what' | 'expected' | 'received'>[];
    history?: { failure?: { rule: string } };
  };
}

/**
 * The rules that fail in the same way as a case, by its id: the same operation at the same microversion gave the same wrong
 * answer. The strongest level comes first, and of these the first of the plan, which is the plainest. What many rules see of one mistake is told once.
 */
export function sameFailures(failed: readonly Failed[]): Map<string, string[]> {
  const found = new Map<string, Map<string, Level>>();
  const signatures = new Map(failed.map(each => [each.case.id, signatureOf(each)]));
  const all = new Set(failed.map(({ case: { rule } }) => rule));
  for (const { case: one, result } of failed) {
    const key = signatures.get(one.id) ?? '';
    const rules = found.get(key) ?? new Map<string, Level>();
    // A history names the rule of the request that it failed at, which may have failed by itself too.
    const broken = result.history?.failure?.rule ?? '';
    for (const rule of [...(all.has(broken) ? [broken] : []), one.rule]) {
      if (!rules.has(rule)) rules.set(rule, one.level);
    }
    found.set(key, rules);
  }
  const ordered = new Map([...found].map(([key, rules]) => [key, byLevel(rules)]));
  return new Map(failed.map(({ case: { id } }) => [id, ordered.get(signatures.get(id) ?? '') ?? []]));
}

function byLevel(rules: ReadonlyMap<string, Level>): string[] {
  return [...rules].toSorted(([, one], [, other]) => levels.indexOf(one) - levels.indexOf(other)).map(([rule]) => rule);
}

/** What is alike in failures of one cause: what was looked at and expected, and of a wrong status also what came, without ids. */
function signatureOf({ case: one, result }: Failed): string {
  const [first] = result.deviations;
  // What observers saw of a scenario, or what a history led to, is a matter of its own.
  if (first === undefined || one.watch || one.history) return one.rule;
  const received = first.what === 'status' ? first.received.replace(/ ".*$/s, '') : '';
  const what = first.what.replaceAll(/\d+/g, '0');
  return JSON.stringify([one.operation, one.microversion, what, first.expected, received]);
}
