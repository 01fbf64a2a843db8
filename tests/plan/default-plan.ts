import { loadContract } from '../../src/contract/load.ts';
import { type Capabilities, everything } from '../../src/plan/capabilities.ts';
import { makePlan, type Plan } from '../../src/plan/plan.ts';
import type { Selection } from '../../src/plan/selection.ts';

export const contract = loadContract();

/** A selection of everything at the boundaries, with changes. */
export function selection(changes: Partial<Selection> = {}): Selection {
  return { microversions: 'boundaries', rules: [], cases: [], suites: [], levels: [], seed: 1, ...changes };
}

/** A plan for a target that offers everything, with changes to the selection and to the target. */
export function plan(changes: Partial<Selection> = {}, target: Partial<Capabilities> = {}): Plan {
  return makePlan(contract, { ...everything(contract), ...target }, selection(changes));
}

let standard: Plan | undefined;

/** The plan that a run without options makes for a target that offers everything; made once. */
export function defaultPlan(): Plan {
  standard ??= plan();
  return standard;
}
