import { printableLine } from '../src/report/printable.ts';
import type { ReadReport } from '../src/report/read-report.ts';
import { countsPhrase } from './terminal/counts-phrase.ts';
import { paintBox } from './terminal/paint.ts';

/** A run in one line: where its report is, of what, when, by what, and how it ended. */
export function runLine({ file, report }: ReadReport): string {
  const { target, startedAt, tool, verdict, summary, cases } = report;
  const { min, max } = target?.microversions ?? { min: '?', max: '?' };
  const what = target === null ? 'no target' : `${target.name}, ${min} to ${max}`;
  const numbers = cases.length === 0 ? 'no cases' : countsPhrase(summary, paintBox(false));
  return printableLine(
    `${file}: ${what}, ${startedAt.slice(0, 16).replace('T', ' ')}, ${tool.name} ${tool.version}: ${verdict}, ${numbers}`,
  );
}
