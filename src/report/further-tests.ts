import type { Report } from './model.ts';
import { printableLine } from './printable.ts';
import { runTrouble } from './run-trouble.ts';
import { staleText } from './waiver-text.ts';

/** A test that failed beside all cases. */
export interface FurtherTest {
  suite: 'run' | 'baseline';
  name: string;
  verdict: 'error' | 'fail';
  message: string;
}

/** What is wrong with a run and with none of its cases, for readers of formats that know only tests. */
export function furtherTests(report: Report): FurtherTest[] {
  const trouble = runTrouble(report);
  const { file = '', stale = [] } = report.baseline ?? {};
  return [
    ...(trouble === null
      ? []
      : [{ suite: 'run', name: 'the run is complete', verdict: 'error', message: printableLine(trouble) } as const]),
    ...stale.map(
      each =>
        ({
          suite: 'baseline',
          name: printableLine(`the waiver of ${each.name} in line ${each.line} is needed`),
          verdict: 'fail',
          message: staleText(file, each),
        }) as const,
    ),
  ];
}
