import type { Report } from './model.ts';

/** What the process says to whoever started it. */
export const exitCodes = {
  conforming: 0,
  notConforming: 1,
  usage: 2,
  unreachable: 3,
  incomplete: 4,
  leftovers: 5,
  internal: 70,
  interrupted: 130,
} as const;

/** The exit code of a run of which files were lost: at least incomplete, unless something worse is known of it already. */
export function exitCodeWithLosses(exitCode: number | null): number {
  if (exitCode === null || exitCode === exitCodes.conforming || exitCode === exitCodes.leftovers)
    return exitCodes.incomplete;
  return exitCode;
}

/** The exit code of a run that came to its end: failures and waivers that no longer apply first, then what was not judged, then what was left behind. */
export function exitCodeOf(report: Report): number {
  const verdicts = [...report.results.values()].map(({ verdict }) => verdict);
  if (verdicts.includes('fail') || hasStaleWaivers(report)) return exitCodes.notConforming;
  const judged = verdicts.filter(verdict => verdict === 'pass' || verdict === 'waived');
  const whole = verdicts.length === report.cases.length && !verdicts.includes('error') && judged.length > 0;
  if (!whole || !report.complete) return exitCodes.incomplete;
  return report.leftovers.length > 0 ? exitCodes.leftovers : exitCodes.conforming;
}

/** Whether a waiver of the run's baseline no longer applies: a list of known failures that is longer than it need be is no good gate. */
export function hasStaleWaivers({ baseline }: Pick<Report, 'baseline'>): boolean {
  return baseline !== undefined && baseline.stale.length > 0;
}
