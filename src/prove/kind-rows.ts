import { groupBy } from '../report/group-by.ts';
import { percentile } from '../report/percentile.ts';
import type { ProvenMutant } from './proof.ts';

/** What came of the mutants of one kind. */
export interface KindRow {
  /** `unnamed` where nobody said. */
  kind: string;
  mutants: number;
  caught: number;
  /** By a rule that the mutant names. */
  named: number;
  /** Milliseconds; null where none was caught. */
  medianMs: number | null;
  /** How many were judged by every rule, and how many rules saw something else than the named ones at each, on average. */
  whole: number;
  unexplained: number | null;
}

/** One row for each kind, in the order in which they appear. */
export function kindRows(mutants: readonly ProvenMutant[]): KindRow[] {
  return [...groupBy(mutants, ({ kind }) => kind)].map(([kind, members]) => {
    const times = members.flatMap(({ detectedMs }) => detectedMs ?? []).toSorted((one, other) => one - other);
    const whole = members.flatMap(({ unexplained }) => (unexplained === null ? [] : [unexplained.length]));
    return {
      kind: kind === '' ? 'unnamed' : kind,
      mutants: members.length,
      caught: members.filter(({ alarms }) => alarms.length > 0).length,
      named: members.filter(({ silent, breaks }) => silent.length < breaks.length).length,
      medianMs: times.length === 0 ? null : percentile(times, 50),
      whole: whole.length,
      unexplained: whole.length === 0 ? null : whole.reduce((sum, each) => sum + each, 0) / whole.length,
    };
  });
}
