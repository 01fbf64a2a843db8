import type { Contract } from '../contract/contract.ts';
import type { Schemas } from '../contract/schemas.ts';
import type { Deviation } from '../judge/verdict.ts';
import type { Asked } from './asked.ts';
import type { Recorded } from './recorded.ts';
import type { Route } from './route.ts';
import type { RuleBook } from './rule-book.ts';

/** A recorded exchange with all that its rules may look at. */
export interface Subject extends Recorded {
  contract: Contract;
  schemas: (microversion: string) => Schemas;
  route: Route;
  book: RuleBook;
  /** Null where the headers of the request are not known. */
  asked: Asked | null;
  /** The contract holds as at this microversion: the one that the answer names, if it names one. */
  microversion: string;
  /** The request is what it is at this one, which should be the same. */
  requested: string;
  /** Whether the answer accepts the request. */
  accepted: boolean;
  /** Of the placeholders of rules, what the exchange tells. */
  values: Readonly<Record<string, string>>;
}

/** A rule that an exchange could be judged by, and what it deviates in. */
export interface Judgement {
  rule: string;
  deviations: Deviation[];
}

/** The judgement by a rule, if the operation has it at the microversion. */
export function judgement({ book }: Subject, rule: string | undefined, deviations: Deviation[]): Judgement[] {
  return rule === undefined || !(rule in book.rules) ? [] : [{ rule, deviations }];
}

/** The first of the rules that the operation has at the microversion. */
export function firstRule({ book }: Subject, rules: readonly string[] = []): string | undefined {
  return rules.find(rule => rule in book.rules);
}
