import type { CaseResult } from '../src/judge/verdict.ts';
import type { Case } from '../src/plan/case.ts';
import { choiceRows } from '../src/report/choice-rows.ts';
import { countVerdicts } from '../src/report/counts.ts';
import { duration } from '../src/report/duration.ts';
import { failureText } from '../src/report/failure-text.ts';
import type { Report } from '../src/report/model.ts';
import { plural } from '../src/report/plural.ts';
import { printableLine } from '../src/report/printable.ts';
import type { Reporter } from '../src/report/reporter.ts';
import { countsPhrase } from './terminal/counts-phrase.ts';
import { endingLines } from './terminal/ending.ts';
import { failureBlock, failureLine } from './terminal/failure-block.ts';
import type { liveScreen } from './terminal/live-screen.ts';
import { OpenSuites } from './terminal/open-suites.ts';
import { paintBox } from './terminal/paint.ts';
import { plainScreen } from './terminal/plain-screen.ts';
import { Progress } from './terminal/progress.ts';
import { progressBlock, progressLine } from './terminal/progress-lines.ts';
import { wrap } from './terminal/text.ts';

const failuresInFull = 10;

/** What the terminal reporter must know about the place where it writes. */
export interface TerminalOptions {
  stream: NodeJS.WritableStream;
  /** How a live block of progress is drawn; null: only lines that stay, for logs, which need not load what draws. */
  live: typeof liveScreen | null;
  /** Whether to use colour; the caller honours NO_COLOR and FORCE_COLOR. */
  color: boolean;
  /** Width of the screen in characters. */
  columns: number;
  /** A line for every case, and the complete text of every failure. */
  verbose?: boolean;
}

/** Shows a run to a person: on a screen as it goes on, or in the log of a CI job. */
export function terminalReporter({ stream, live, color, columns, verbose = false }: TerminalOptions): Reporter {
  const paint = paintBox(color);
  const progress = new Progress();
  const screen = live
    ? live(stream, (report: Report) => progressBlock(progress.view(report), columns, paint))
    : plainScreen(stream, (report: Report) => progressLine(progress.view(report), paint));
  // A log is searched line by line, and its viewer breaks long lines by itself.
  const failureColumns = live ? columns : Number.POSITIVE_INFINITY;
  const suiteStarts = new Map<string, number>();
  let cases = new Map<string, Case>();
  let openSuites = new OpenSuites([]);
  let suiteWidth = 0;
  let failures = 0;

  function printFailure(failed: Case, result: CaseResult, report: Report): void {
    failures += 1;
    const text = failureText(failed, result, report, failureColumns);
    if (verbose || failures <= failuresInFull) {
      screen.print(failureBlock(text, result.verdict, failureColumns, paint));
      return;
    }
    if (failures === failuresInFull + 1) {
      screen.print(
        wrap('From here on a line for each failure; the reports hold all of them completely.', columns, '  '),
      );
    }
    screen.print([failureLine(text, result.verdict, failureColumns, paint)]);
  }

  function printSuite(suite: string, report: Report): void {
    const members = report.cases.filter(c => c.suite === suite);
    const counts = countsPhrase(countVerdicts(members, report.results), paint);
    const took = duration(Date.now() - (suiteStarts.get(suite) ?? report.startedAt));
    screen.print([`${paint.bold(suite.padEnd(suiteWidth))}  ${counts}  ${paint.dim(took)}`]);
  }

  return {
    started(report) {
      screen.open(report);
      cases = new Map(report.cases.map(c => [c.id, c]));
      openSuites = new OpenSuites(report.cases);
      suiteWidth = Math.max(0, ...report.cases.map(c => c.suite.length));
      screen.print([...startLines(report).flatMap(line => wrap(printableLine(line), columns, '  ')), '']);
    },
    phase(text, report) {
      screen.open(report);
      progress.enterPhase(text);
    },
    suiteStarted(suite) {
      suiteStarts.set(suite, Date.now());
      progress.enterSuite(suite);
    },
    judged(result, report) {
      progress.judged(result);
      const judged = cases.get(result.id);
      if (judged && (result.verdict === 'fail' || result.verdict === 'error')) printFailure(judged, result, report);
      else if (verbose) screen.print([`${result.verdict.padEnd(7)} ${result.id}  ${duration(result.durationMs)}`]);
      const suite = openSuites.take(result.id);
      if (suite !== undefined) printSuite(suite, report);
    },
    finished(report) {
      screen.close();
      screen.print(endingLines(report, columns, paint));
    },
  };
}

function startLines({ tool, target, choices, cases }: Report): string[] {
  const lines = [`${tool.name} ${tool.version}: ${plural(cases.length, 'case')}`];
  if (target) {
    const { min, max } = target.microversions;
    lines.push(`target ${target.name} at ${target.compute}, microversions ${min} to ${max}`);
  }
  if (choices) {
    const rows = choiceRows(choices).map(({ label, text }) => `${label} ${text}`);
    lines.push(`${rows.join(', ')}; at most ${plural(choices.servers, 'server')} at once`);
  }
  return lines;
}
