import type { Contract } from '../contract/contract.ts';
import type { Case } from '../plan/case.ts';
import { makePlan, type Plan } from '../plan/plan.ts';
import type { StoredReport } from '../report/stored-report.ts';
import { capabilitiesOf } from '../report/stored-report.ts';
import { selectionOf } from './frozen.ts';
import type { ProfileData } from './profile.ts';
import { type RecordedRun, seedOf } from './recorded-run.ts';

/** The plan that a run of a profile must have had, by the target that it reports and its seed; null where it reports none. */
export function planOf(contract: Contract, profile: ProfileData, report: StoredReport): Plan | null {
  const seed = seedOf(report);
  if (report.target === null || seed === null) return null;
  return makePlan(contract, capabilitiesOf(report.target), selectionOf(profile, seed));
}

/** The cases of these plans, run by run. */
export function plansOf(contract: Contract, profile: ProfileData, runs: readonly RecordedRun[]): Case[][] {
  return runs.map(({ report }) => planOf(contract, profile, report)?.cases ?? []);
}
