import { compareMicroversions } from '../../src/contract/microversion.ts';
import type { Counts } from '../../src/report/counts.ts';
import type { SuiteSummary } from '../../src/report/summary.ts';
import type { Paint } from './paint.ts';

interface Cell {
  text: string;
  color: (text: string) => string;
}

/** A microversion class: one cell per suite, in the order of the suites. */
interface Column {
  head: string;
  cells: Cell[];
  width: number;
}

const gap = 2;

/**
 * Suites down, microversion classes across; a class is headed by its first microversion. Where the classes do not fit side
 * by side, the table goes on below itself.
 */
export function classTable(suites: readonly SuiteSummary[], screenWidth: number, paint: Paint): string[] {
  const starts = [...new Set(suites.flatMap(suite => suite.classes.map(entry => entry.class)))];
  const columns = starts.toSorted(compareMicroversions).map(start => column(start, suites, paint));
  const nameWidth = Math.max('suite'.length, ...suites.map(({ suite }) => suite.length));
  return fold(columns, screenWidth - nameWidth).flatMap((part, at) => [
    ...(at === 0 ? [] : ['']),
    paint.dim('suite'.padEnd(nameWidth) + part.map(({ head, width }) => head.padStart(width)).join('')),
    ...suites.map(
      ({ suite }, row) => suite.padEnd(nameWidth) + part.map(({ cells, width }) => show(cells[row], width)).join(''),
    ),
  ]);
}

function column(start: string, suites: readonly SuiteSummary[], paint: Paint): Column {
  const head = `${start}+`;
  const cells = suites.map(({ classes }) => cell(classes.find(entry => entry.class === start)?.counts, paint));
  return { head, cells, width: Math.max(head.length, ...cells.map(({ text }) => text.length)) + gap };
}

function fold(columns: Column[], room: number): Column[][] {
  const parts: Column[][] = [];
  let used = 0;
  for (const next of columns) {
    const part = parts.at(-1);
    if (part && used + next.width <= room) part.push(next);
    else parts.push([next]);
    used = part === parts.at(-1) ? used + next.width : next.width;
  }
  return parts;
}

// The worst that happened in a cell decides what it shows; the words carry the meaning, the colour repeats it.
function cell(counts: Counts | undefined, paint: Paint): Cell {
  if (counts === undefined) return { text: '-', color: paint.dim };
  const { total, fail, error, unjudged, waived, skipped } = counts;
  if (fail > 0) return { text: `FAIL ${fail}/${total}`, color: paint.red };
  if (error > 0) return { text: `ERROR ${error}/${total}`, color: paint.magenta };
  if (unjudged > 0) return { text: `open ${unjudged}/${total}`, color: paint.yellow };
  if (skipped === total) return { text: `skip ${total}`, color: paint.cyan };
  if (waived > 0) return { text: `waived ${waived}/${total}`, color: paint.yellow };
  return { text: skipped > 0 ? `ok ${total - skipped}/${total}` : `ok ${total}`, color: paint.green };
}

function show(cell: Cell | undefined, width: number): string {
  if (cell === undefined) return '';
  return ' '.repeat(width - cell.text.length) + cell.color(cell.text);
}
