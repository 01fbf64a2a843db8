import { describe, expect, test } from 'vitest';
import { liveScreen } from '../../reporters/terminal/live-screen.ts';
import { terminalReporter } from '../../reporters/terminal.ts';
import type { CaseResult, Timing } from '../../src/judge/verdict.ts';
import type { Case } from '../../src/plan/case.ts';
import type { Report } from '../../src/report/model.ts';
import {
  makeCase,
  makeFailure,
  makeReport,
  makeResult,
  makeRun,
  makeTimeline,
  makeTiming,
} from '../report/make-report.ts';
import { ScreenStream } from './screen-stream.ts';

const timed = (timings: Partial<Timing>[]) =>
  makeRun(
    timings.map((timing, at): [Case, CaseResult] => [
      makeCase({ id: `${at}` }),
      makeResult(`${at}`, { timings: [makeTiming(timing)] }),
    ]),
  );

/** The lines of the table on the last page. */
function tableOf(report: Report, columns: number): string[] {
  const stream = new ScreenStream();
  terminalReporter({ stream, live: null, color: false, columns }).finished?.(report);
  const sections = stream.text.split('\n\n').map(section => section.split('\n'));
  return sections.find(([, second]) => second?.startsWith('time ')) ?? [];
}

describe('the table of times', () => {
  test('has a row for each operation and situation, what was measured most first', () => {
    const slow = { operation: 'detach', state: 'paused', acceptedMs: 1_234, completedMs: 72_000, blurMs: 1_500 };
    const table = tableOf(timed([slow, {}, {}]), 80);
    expect(table.map(line => line.trim().split(/ {2,}/))).toEqual([
      ['accepted', 'completed'],
      ['time', 'n', 'p50', 'p95', 'max', 'p50', 'p95', 'max', 'blur'],
      ['attach active', '2', '40ms', '40ms', '40ms', '310ms', '310ms', '310ms', '25ms'],
      ['detach paused', '1', '1.2s', '1.2s', '1.2s', '1m12s', '1m12s', '1m12s', '1.5s'],
    ]);
  });

  test('is a dozen lines at most, and says what it leaves out', () => {
    const table = tableOf(timed(Array.from({ length: 30 }, (_, at) => ({ state: `s${at}` }))), 80);
    expect(table).toHaveLength(12);
    expect(table.at(-1)).toBe('and 21 rows more in report.json');
  });

  test('fits a screen of 80 columns, and is not there where it does not fit or nothing was timed', () => {
    const long = timed([{ state: 'shelved_offloaded', completedMs: 7_199_000, blurMs: 7_199_000 }]);
    expect(Math.max(...tableOf(long, 80).map(({ length }) => length))).toBeLessThanOrEqual(80);
    expect(tableOf(long, 80)).toHaveLength(3);
    expect(tableOf(long, 60)).toEqual([]);
    expect(tableOf(makeReport(), 80)).toEqual([]);
  });
});

test.each([80, 60])('a timeline fits a screen of %i columns, its lines unbroken', columns => {
  const planned = makeCase();
  const samples = ['answer', 'list', 'show', 'volume', 'entry', 'action'].map((observer, at) => ({
    observer,
    shown: 'something long',
    from: 1_000 * at,
    to: 1_000 * at + 8,
  }));
  const result = makeFailure(planned.id, { timelines: [makeTimeline({ samples })] });
  const report = makeRun([[planned, result]]);
  const stream = new ScreenStream(columns);
  const reporter = terminalReporter({ stream, live: liveScreen, color: false, columns });
  reporter.started?.(report);
  reporter.judged?.(result, report);
  reporter.finished?.(report);
  const begin = stream.lines.findIndex(line => line.startsWith('  seen '));
  const end = stream.lines.findIndex(line => line.includes('completed after'));
  // Two lines stand above the readings: the request, and who was asked.
  expect(end - begin - 2).toBe(samples.length);
  expect(stream.lines.slice(begin, end).filter(line => line.length > columns)).toEqual([]);
});
