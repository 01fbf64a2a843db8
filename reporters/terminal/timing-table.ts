import { duration } from '../../src/report/duration.ts';
import { plural } from '../../src/report/plural.ts';
import type { Spread, TimingSummary } from '../../src/report/timings.ts';
import type { Paint } from './paint.ts';

const rowsShown = 9;
const cellWidth = 7;

/**
 * How long the target took, what was measured most first: a dozen lines at most. Nothing on a screen that is too narrow
 * for it; all of it stands in `report.json`.
 */
export function timingTable(timings: readonly TimingSummary[], screenWidth: number, paint: Paint): string[] {
  if (timings.length === 0) return [];
  const shown = timings.toSorted((a, b) => b.n - a.n).slice(0, rowsShown);
  const corner = 'time';
  const nameWidth = Math.max(corner.length, ...shown.map(nameOf).map(({ length }) => length));
  const spread = ['p50', 'p95', 'max'];
  const heads = [
    ' '.repeat(nameWidth + cellWidth) + ['accepted', 'completed'].map(head => head.padStart(3 * cellWidth)).join(''),
    corner.padEnd(nameWidth) + cells(['n', ...spread, ...spread, 'blur']),
  ];
  const rows = shown.map(timing => {
    const { n, accepted, completed, blur } = timing;
    return nameOf(timing).padEnd(nameWidth) + cells([`${n}`, ...texts(accepted), ...texts(completed), text(blur)]);
  });
  if (rows.some(({ length }) => length > screenWidth)) return [];
  const more = timings.length - shown.length;
  const rest = more > 0 ? [`and ${plural(more, 'row')} more in report.json`] : [];
  return [...heads.map(paint.dim), ...rows, ...rest];
}

function nameOf({ operation, state }: TimingSummary): string {
  return `${operation} ${state}`;
}

function cells(texts: string[]): string {
  return texts.map(text => text.padStart(cellWidth)).join('');
}

function texts({ p50, p95, max }: Spread): string[] {
  return [p50, p95, max].map(text);
}

function text(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)}ms` : duration(ms);
}
