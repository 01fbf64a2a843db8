import type { Counts } from '../src/report/counts.ts';
import type { Matrix } from '../src/report/matrix.ts';
import { plural } from '../src/report/plural.ts';
import { printableLine } from '../src/report/printable.ts';
import { countsPhrase } from './terminal/counts-phrase.ts';
import { grid } from './terminal/grid.ts';
import type { Paint } from './terminal/paint.ts';
import { cut, wrap } from './terminal/text.ts';

const nameLength = 14;

/** Clouds across, families of rules down, and below each the rules that fail somewhere; `verbose`: all rules. */
export function matrixLines(
  { runs, families }: Matrix,
  { columns, paint, verbose }: { columns: number; paint: Paint; verbose: boolean },
): string[] {
  const rows: { name: string; counts: (Counts | undefined)[] }[] = families.flatMap(
    ({ family, totals, failing, others }) => [
      { name: `${family} (${plural(failing.length + others.length, 'rule')})`, counts: totals },
      ...[...failing, ...(verbose ? others : [])].map(({ rule, cells }) => ({
        name: `  ${rule}`,
        counts: cells.map(cell => cell?.counts),
      })),
    ],
  );
  const severalPlans = new Set(runs.map(({ plan }) => plan)).size > 1;
  const legend = runs.flatMap(
    ({ target, microversions, startedAt, tool, verdict, complete, counts, plan, file }, at) => {
      const range = microversions === null ? '' : `, ${microversions.min} to ${microversions.max}`;
      const marks = `${severalPlans ? `, plan ${plan}` : ''}${complete ? '' : ', did not come to its end'}`;
      return wrap(
        `${at + 1}  ${printableLine(target)}${range}, ${startedAt.slice(0, 10)}, ${tool.name} ${tool.version}${marks}: ${verdict}, ${countsPhrase(counts, paint)}; ${file}`,
        columns,
        '   ',
      );
    },
  );
  const heads = runs.map(({ target, microversions }, at) => {
    const release = microversions === null ? '' : ` ${microversions.max}`;
    return `${at + 1} ${cut(printableLine(target), nameLength)}${release}`;
  });
  return [
    ...legend,
    ...(severalPlans ? ['Runs with different plans had other cases, or skipped others.'] : []),
    '',
    ...grid(
      'rule',
      rows.map(({ name }) => name),
      heads.map((head, at) => ({ head, counts: rows.map(({ counts }) => counts[at]) })),
      columns,
      paint,
    ),
  ];
}
