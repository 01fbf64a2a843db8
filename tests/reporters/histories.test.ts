import { expect, test } from 'vitest';
import { terminalReporter } from '../../reporters/terminal.ts';
import type { HistoryResult } from '../../src/judge/verdict.ts';
import { makeHistory, makeHistoryCase } from '../report/make-history.ts';
import { makeCase, makeResult, makeRun } from '../report/make-report.ts';
import { ScreenStream } from './screen-stream.ts';

/** The lines about histories on the last page. */
function linesOf(history: HistoryResult | undefined, columns = 80): string[] {
  const planned = history ? makeHistoryCase() : makeCase();
  const stream = new ScreenStream();
  const result = makeResult(planned.id, history ? { history } : {});
  terminalReporter({ stream, live: null, color: false, columns }).finished?.(makeRun([[planned, result]]));
  const sections = stream.text.split('\n\n').map(section => section.split('\n'));
  return sections.find(([first]) => first === 'Histories') ?? [];
}

test('shows what was visited, how often, what never was, and why histories ended early', () => {
  expect(linesOf(makeHistory({ ended: ['resize: no host', 'resize: no host'] }))).toEqual([
    'Histories',
    '  1 history, 26 commands, 90 requests, seed 7',
    '  visited 2 of 4 pairs, 1 of 3 steps',
    '          attach  list',
    '  active       3     1',
    '  paused       0     0',
    '  pause 0, lock 2',
    '  never: pause from active; lock from paused',
    '  2 ended early: resize: no host',
  ]);
});

test('bursts alone have no table, a run without histories no lines', () => {
  const burst = { played: 3, commands: 6, requests: 40 };
  expect(linesOf(burst)).toEqual(['Histories', '  3 histories, 6 commands, 40 requests, seed 7']);
  expect(linesOf(undefined)).toEqual([]);
});

test('a screen too narrow for the table still shows the numbers', () => {
  const lines = linesOf(makeHistory(), 20).join('\n');
  expect(lines).toContain('visited 2 of 4');
  expect(lines).not.toContain('attach  list');
});
