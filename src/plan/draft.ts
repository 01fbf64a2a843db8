import type { GivenPatch, RequestPatch, RuleExpectation } from '../contract/rule.ts';

/** One variant of a rule before it gets a microversion: patches over the operation's baseline. */
export interface Draft {
  /** Parts of the case id between brackets; empty for the only variant of a rule. */
  variant: string[];
  given: GivenPatch;
  request: RequestPatch;
  expect: RuleExpectation | RuleExpectation[];
  sample?: string;
}
