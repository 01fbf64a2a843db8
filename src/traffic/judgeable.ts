import type { Contract } from '../contract/contract.ts';
import { ruleBook, statusesOf } from './rule-book.ts';

/** Rules of the contract by what recorded traffic can say about them: those that some exchange could break, and all others. */
export interface Judgeable {
  yes: ReadonlySet<string>;
  no: ReadonlySet<string>;
}

/** Sorts the rules of all microversions. */
export function judgeableRules(contract: Contract): Judgeable {
  const { traffic } = contract.data;
  const inputs = [...Object.values(traffic.requests.body), ...Object.values(traffic.requests.query)];
  const named = new Set<string>([
    traffic.early.rule,
    ...Object.values(traffic.accepted).flat(),
    ...Object.values(traffic.samples),
    ...Object.values(traffic.refused).flat(),
    ...Object.values(traffic.microversions),
    ...traffic.headers.map(({ rule }) => rule),
    traffic.requests.server,
    traffic.requests.type,
    ...inputs.flatMap(rules => Object.values(rules) as string[]),
    ...Object.values(traffic.echoed),
    traffic.page.rule,
    ...Object.values(traffic.kept.rules),
    ...Object.values(traffic.kept.shown),
  ]);
  const all = new Set<string>();
  for (const from of contract.classes) {
    for (const id of Object.keys(contract.rulesAt(from))) all.add(id);
    for (const operation of contract.operationsAt(from)) {
      const book = ruleBook(contract, operation, from);
      for (const { rule } of book.told) named.add(rule);
      for (const [name, { table, answers }] of Object.entries(operation.data.states ?? {})) {
        const tells = Object.values(answers).some(({ expect }) =>
          [expect].flat().some(({ message }) => message?.includes('{{situation}}')),
        );
        for (const situation of tells ? Object.keys(table) : []) {
          const rule = `${name}.state.${situation}`;
          const statuses = statusesOf(book.rules[rule] ?? { expect: [] });
          if (statuses.every(status => operation.declared[status]?.fault === undefined)) named.add(rule);
        }
      }
    }
  }
  const yes = new Set([...all].filter(rule => named.has(rule)));
  return { yes, no: new Set([...all].filter(rule => !named.has(rule))) };
}
