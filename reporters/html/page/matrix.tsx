import './matrix.css';
import { useRef, useState } from 'preact/hooks';
import type { Counts } from '../../../src/report/counts.ts';
import { countsText, outcomeWords, worstOf } from './outcome.ts';
import { Scroll } from './scroll.tsx';

/** One column of a matrix; columns with the same group stand below one head. */
export interface Column {
  key: string;
  head: string;
  group?: string;
}

/** A cell: how its cases came out, and the link to them. */
export interface Cell {
  counts: Counts;
  link: string;
}

/**
 * Verdicts as a table of coloured signs. It is one stop for the Tab key; the arrow keys go from cell to cell, Enter opens
 * the cases of a cell.
 */
export function Matrix({
  label,
  corner,
  rows,
  columns,
  cellAt,
}: {
  label: string;
  corner: string;
  rows: readonly string[];
  columns: readonly Column[];
  cellAt: (row: string, column: string) => Cell | undefined;
}) {
  const table = useRef<HTMLTableElement>(null);
  const [focused, setFocused] = useState<[number, number] | null>(null);
  const cells = rows.map(row => columns.map(({ key }) => cellAt(row, key)));
  const stop = focused ?? firstCell(cells);
  const move = (event: KeyboardEvent) => {
    const [down, right] = directions[event.key] ?? [0, 0];
    if (down === 0 && right === 0) return;
    event.preventDefault();
    let [row, column] = [stop[0] + down, stop[1] + right];
    while (
      cells[row]?.[column] === undefined &&
      row >= 0 &&
      row < rows.length &&
      column >= 0 &&
      column < columns.length
    ) {
      row += down;
      column += right;
    }
    if (cells[row]?.[column] === undefined) return;
    setFocused([row, column]);
    table.current?.querySelector<HTMLElement>(`[data-at="${row},${column}"]`)?.focus();
  };
  const groups = groupsOf(columns);
  return (
    <Scroll label={label}>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a table of links that arrow keys walk through is a grid. */}
      <table class="matrix" role="grid" aria-label={label} ref={table} onKeyDown={move}>
        <thead>
          {groups.length > 0 && (
            <tr>
              <td />
              {groups.map(({ group, span }) => (
                <th key={group} scope="colgroup" colSpan={span} class="matrix-group">
                  {group}
                </th>
              ))}
            </tr>
          )}
          <tr>
            <th scope="col" class="corner">
              {corner}
            </th>
            {columns.map(({ key, head, group }, at) => (
              <th key={key} scope="col" class={edge(columns, at)}>
                {group !== undefined && <span class="unseen">{group} </span>}
                <span class="upright">{head}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, down) => (
            <tr key={row}>
              <th scope="row">{row}</th>
              {columns.map(({ key, head, group }, right) => {
                const cell = cells[down]?.[right];
                if (!cell) return <td key={key} class={`none ${edge(columns, right)}`} />;
                const outcome = worstOf(cell.counts);
                const name = `${[group, row].filter(Boolean).join(' ')} at ${head}: ${countsText(cell.counts)}`;
                return (
                  <td key={key} class={edge(columns, right)}>
                    <a
                      href={cell.link}
                      class={`cell ${outcome}`}
                      aria-label={name}
                      title={name}
                      data-at={`${down},${right}`}
                      tabIndex={down === stop[0] && right === stop[1] ? 0 : -1}
                      onFocus={() => setFocused([down, right])}
                    >
                      {outcomeWords[outcome].sign}
                    </a>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

const directions: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

function firstCell(cells: readonly (readonly (Cell | undefined)[])[]): [number, number] {
  const row = cells.findIndex(each => each.some(cell => cell !== undefined));
  return [row, cells[row]?.findIndex(cell => cell !== undefined) ?? 0];
}

function groupsOf(columns: readonly Column[]): { group: string; span: number }[] {
  const groups: { group: string; span: number }[] = [];
  for (const { group } of columns) {
    if (group === undefined) return [];
    const last = groups.at(-1);
    if (last?.group === group) last.span += 1;
    else groups.push({ group, span: 1 });
  }
  return groups;
}

/** Where a group of columns begins there is a little room. */
function edge(columns: readonly Column[], at: number): string {
  return columns[at]?.group !== columns[at - 1]?.group ? 'edge' : '';
}
