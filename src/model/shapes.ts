import type { Contract, Operation } from '../contract/contract.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import type { Case } from '../plan/case.ts';
import { requestsAt } from '../plan/expand.ts';
import { isImaginary } from '../plan/situations.ts';

/** What a case is about that makes it differ from the plain request of its operation. */
export interface Condition {
  one: Case;
  /** Text of the request: the same for the same one. */
  text: string;
  /** What the volume of the request is like; undefined where there is none. */
  volume: string | undefined;
  /** `server`, `state`, `volume`, `persona` or `request` -> what it must be; nothing for the plain request itself. */
  wants: Record<string, string>;
  refuses: boolean;
  /** Where it stands in the order in which conditions are checked; null where that is not known. */
  rank: number | null;
}

/** The rules of one operation at one microversion, as conditions. */
export interface Table {
  operation: Operation;
  conditions: Condition[];
}

/** The cases of single requests, as a history takes them: as requests to send, and as what may be true of one. */
export class Shapes {
  private readonly tables = new Map<string, Table>();
  private readonly byId = new Map<string, Condition>();
  private readonly byRule = new Map<string, Condition[]>();

  constructor(contract: Contract, capabilities: Capabilities, microversions: readonly string[]) {
    const { alike } = contract.data.histories;
    for (const microversion of microversions) {
      for (const { operation, plain, cases } of requestsAt(contract, capabilities, microversion)) {
        const text = JSON.stringify(plain);
        const own = cases.filter(({ skip }) => skip === undefined);
        const conditions = own.map(one => conditionOf(one, operation, text, alike));
        this.tables.set(tableKey(operation.name, microversion), { operation, conditions });
        for (const condition of conditions) this.add(condition);
      }
    }
  }

  /** What may be true of requests to the operation of a case, at its microversion. */
  table({ operation, microversion }: Case): Table {
    const found = this.tables.get(tableKey(operation, microversion));
    if (!found) throw new Error(`histories know nothing of ${operation} at ${microversion}`);
    return found;
  }

  /** The case with an id, as a condition; undefined where the target does not have it. */
  get(id: string): Condition | undefined {
    return this.byId.get(id);
  }

  /** The requests of a rule, or of one variant of it (`update.flag[true]`), at all microversions that have it. */
  ofRule(rule: string): Condition[] {
    return this.byRule.get(rule) ?? [];
  }

  private add(condition: Condition): void {
    const { id, rule } = condition.one;
    this.byId.set(id, condition);
    for (const name of new Set([rule, id.slice(0, id.lastIndexOf('@'))])) {
      this.byRule.set(name, [...(this.byRule.get(name) ?? []), condition]);
    }
  }
}

function tableKey(operation: string, microversion: string): string {
  return `${operation}@${microversion}`;
}

function conditionOf(one: Case, operation: Operation, plain: string, alike: Record<string, string>): Condition {
  const { given, persona, expect } = one;
  const usual = operation.data.given;
  const volume = alike[given.volume ?? ''] ?? given.volume;
  const wants: Record<string, string> = {};
  if (isImaginary(given.server)) wants.server = given.server;
  if (given.state !== undefined) wants.state = given.state;
  if (volume !== undefined && volume !== usual.volume) wants.volume = volume;
  if (persona !== 'member') wants.persona = persona;
  // The table of an operation is about all its requests, with whichever it is tried.
  const isTable = one.rule === `${operation.name}.state.${given.state}`;
  const text = JSON.stringify(one.request);
  if (text !== plain && !isTable) wants.request = text;
  const refuses = expect.status.every(status => operation.declared[status]?.fault !== undefined);
  const { conditions } = operation.data.order;
  const rank = conditions.indexOf(one.rule);
  return { one, text, volume, wants, refuses, rank: rank < 0 ? null : rank };
}
