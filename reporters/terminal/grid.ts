import { type CellState, countLabel } from '../../src/report/count-label.ts';
import type { Counts } from '../../src/report/counts.ts';
import type { Paint } from './paint.ts';

/** A column of a grid: its head, and the counts of each row; undefined where a row has none. */
export interface GridColumn {
  head: string;
  counts: (Counts | undefined)[];
}

interface Cell {
  text: string;
  color: (text: string) => string;
}

interface Column {
  head: string;
  cells: Cell[];
  width: number;
}

const gap = 2;

/** Rows of verdicts; where the columns do not fit side by side, the grid goes on below itself. */
export function grid(
  corner: string,
  rows: readonly string[],
  columns: readonly GridColumn[],
  screenWidth: number,
  paint: Paint,
): string[] {
  const nameWidth = Math.max(corner.length, ...rows.map(name => name.length));
  const sized = columns.map(({ head, counts }): Column => {
    const cells = counts.map(each => cell(each, paint));
    return { head, cells, width: Math.max(head.length, ...cells.map(({ text }) => text.length)) + gap };
  });
  return fold(sized, screenWidth - nameWidth).flatMap((part, at) => [
    ...(at === 0 ? [] : ['']),
    paint.dim(corner.padEnd(nameWidth) + part.map(({ head, width }) => head.padStart(width)).join('')),
    ...rows.map(
      (name, row) => name.padEnd(nameWidth) + part.map(({ cells, width }) => show(cells[row], width)).join(''),
    ),
  ]);
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

const colors: Record<CellState, (paint: Paint) => (text: string) => string> = {
  pass: paint => paint.green,
  fail: paint => paint.red,
  error: paint => paint.magenta,
  waived: paint => paint.yellow,
  skipped: paint => paint.cyan,
  unjudged: paint => paint.yellow,
  none: paint => paint.dim,
};

function cell(counts: Counts | undefined, paint: Paint): Cell {
  const { state, text } = countLabel(counts);
  return { text, color: colors[state](paint) };
}

function show(cell: Cell | undefined, width: number): string {
  if (cell === undefined) return '';
  return ' '.repeat(width - cell.text.length) + cell.color(cell.text);
}
