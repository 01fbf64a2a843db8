import { groupBy } from '../../src/report/group-by.ts';
import type { CoverageSummary, HistorySummary } from '../../src/report/history-coverage.ts';
import { plural } from '../../src/report/plural.ts';
import { printableLine } from '../../src/report/printable.ts';
import type { Paint } from './paint.ts';
import { cut, wrap } from './text.ts';

const gap = 2;

/**
 * What the histories of a run went through: situations down, operations across, the steps of servers below, and how much of
 * all there is that was.
 */
export function historyTable(summary: HistorySummary, columns: number, paint: Paint): string[] {
  const { seeds, played, commands, requests, pairs, steps, ended } = summary;
  const seed = seeds.length === 0 ? '' : `, seed ${seeds.join(', ')}`;
  const head = `${played} ${played === 1 ? 'history' : 'histories'}, ${plural(commands, 'command')}, ${plural(requests, 'request')}${seed}`;
  const reasons = ended.map(({ reason, count }) => cut(`  ${count} ended early: ${printableLine(reason)}`, columns));
  if (pairs.total === 0) return [paint.bold('Histories'), ...wrap(`  ${head}`, columns, '  '), ...reasons];
  const reached = `visited ${parts(pairs, 'pair')}, ${parts(steps, 'step')}`;
  return [
    paint.bold('Histories'),
    ...wrap(`  ${head}`, columns, '  '),
    ...wrap(`  ${reached}`, columns, '  '),
    ...pairLines(pairs, columns, paint),
    ...stepLines(steps, columns),
    ...reasons,
  ];
}

function parts({ visited, total }: CoverageSummary, noun: string): string {
  return `${visited} of ${plural(total, noun)}`;
}

function cell(text: string, operation: string): string {
  return text.padStart(Math.max(operation.length, 4) + gap);
}

function pairLines({ counts }: CoverageSummary, columns: number, paint: Paint): string[] {
  const names = Object.keys(counts).map(split);
  const situations = [...new Set(names.map(([situation]) => situation))];
  const operations = [...new Set(names.map(([, operation]) => operation))];
  const width = Math.max(...situations.map(({ length }) => length));
  const lines = [
    paint.dim(`  ${''.padEnd(width)}${operations.map(each => cell(each, each)).join('')}`),
    ...situations.map(situation => {
      const cells = operations.map(operation => {
        const count = counts[`${situation} ${operation}`];
        const text = cell(`${count ?? '-'}`, operation);
        return count === 0 ? paint.yellow(text) : text;
      });
      return `  ${situation.padEnd(width)}${cells.join('')}`;
    }),
  ];
  const whole = 2 + width + operations.reduce((all, each) => all + cell('', each).length, 0);
  return whole > columns ? [] : lines;
}

/** The steps by name, from wherever they were taken, and those that never were. */
function stepLines({ counts }: CoverageSummary, columns: number): string[] {
  const names = groupBy(Object.entries(counts), ([name]) => name.slice(0, name.indexOf(':')));
  const sums = [...names].map(([name, ways]) => `${name} ${ways.reduce((all, [, count]) => all + count, 0)}`);
  const never = [...names].flatMap(([name, ways]) => {
    const starts = ways.flatMap(([way, count]) =>
      count === 0 ? [way.slice(name.length + 2, way.indexOf(' -> '))] : [],
    );
    return starts.length === 0 ? [] : [`${name} from ${starts.join(', ')}`];
  });
  return [
    ...(sums.length > 0 ? wrap(`  ${sums.join(', ')}`, columns, '  ') : []),
    ...(never.length > 0 ? wrap(`  never: ${never.join('; ')}`, columns, '    ') : []),
  ];
}

function split(name: string): [string, string] {
  const at = name.lastIndexOf(' ');
  return [name.slice(0, at), name.slice(at + 1)];
}
