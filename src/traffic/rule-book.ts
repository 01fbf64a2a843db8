import type { Contract, Operation } from '../contract/contract.ts';
import type { Level, RuleData, RuleExpectation } from '../contract/rule.ts';

/** A condition that refusals name in their message, and the statuses that they then have. */
export interface Told {
  rule: string;
  level: Level;
  /** With placeholders. */
  pattern: string;
  statuses: readonly number[];
}

/** The rules of one operation at one class of microversions, as recorded exchanges need them. */
export interface RuleBook {
  operation: Operation;
  rules: Readonly<Record<string, RuleData>>;
  told: readonly Told[];
}

/** Makes the rule book of an operation. */
export function ruleBook(contract: Contract, operation: Operation, microversion: string): RuleBook {
  const common = Object.entries(contract.documentAt(microversion)['x-novaspec'].rules).filter(
    ([, { operations }]) => operations === 'all' || operations?.includes(operation.name),
  );
  const rules = { ...Object.fromEntries(common), ...operation.data.rules };
  const told = Object.entries(rules).flatMap(([rule, data]) => {
    if (data.level === 'informative' || data.watch || data.history) return [];
    const also = contract.data.traffic.told[rule];
    const own = expectations(data).flatMap(({ message, status }) =>
      message === undefined ? [] : [{ message, status }],
    );
    const all = also === undefined ? own : [{ message: also, status: statusesOf(data) }, ...own];
    return all.map(({ message, status }) => ({ rule, level: data.level, pattern: message, statuses: [status].flat() }));
  });
  return { operation, rules, told };
}

/** Every status that a rule allows, on whatever target and in whatever variant. */
export function statusesOf(rule: Pick<RuleData, 'expect' | 'variants'>): number[] {
  return [...new Set(expectations(rule).flatMap(({ status }) => status))];
}

function expectations({ expect, variants }: Pick<RuleData, 'expect' | 'variants'>): RuleExpectation[] {
  const ofVariants = Object.values(variants ?? {}).flatMap(variant => variant.expect ?? []);
  return [...[expect].flat(), ...ofVariants];
}
