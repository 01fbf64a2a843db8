import { satisfiesBound } from '../contract/microversion.ts';
import type { RuleExpectation } from '../contract/rule.ts';

/** The first alternative that holds for a target that ends at `max`, which names its release. */
export function expectationFor(expect: RuleExpectation | RuleExpectation[], max: string): RuleExpectation | undefined {
  return [expect].flat().find(({ when }) => when === undefined || satisfiesBound(max, when));
}
