import { compareMicroversions } from '../../src/contract/microversion.ts';
import type { SuiteSummary } from '../../src/report/summary.ts';
import { grid } from './grid.ts';
import type { Paint } from './paint.ts';

/** Suites down, microversion classes across; a class is headed by its first microversion. */
export function classTable(suites: readonly SuiteSummary[], screenWidth: number, paint: Paint): string[] {
  const starts = [...new Set(suites.flatMap(suite => suite.classes.map(entry => entry.class)))];
  const columns = starts.toSorted(compareMicroversions).map(start => ({
    head: `${start}+`,
    counts: suites.map(({ classes }) => classes.find(entry => entry.class === start)?.counts),
  }));
  const names = suites.map(({ suite }) => suite);
  return grid('suite', names, columns, screenWidth, paint);
}
