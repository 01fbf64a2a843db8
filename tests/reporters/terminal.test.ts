import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { liveScreen } from '../../reporters/terminal/live-screen.ts';
import { type TerminalOptions, terminalReporter } from '../../reporters/terminal.ts';
import type { CaseResult } from '../../src/judge/verdict.ts';
import type { Case } from '../../src/plan/case.ts';
import type { Report } from '../../src/report/model.ts';
import { makeCase, makeDeviation, makeFailure, makeReport, makeResult, makeRun } from '../report/make-report.ts';
import { ScreenStream } from './screen-stream.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse('2026-03-01T03:00:00Z') });
});

afterEach(() => {
  vi.useRealTimers();
});

interface Played {
  options?: Partial<TerminalOptions>;
  columns?: number;
  /** Time that each case takes, in milliseconds. */
  pace?: number;
}

/** Lets a reporter see a whole run, as the command line would show it. */
function play(finished: Report, { options = {}, columns, pace = 0 }: Played = {}): ScreenStream {
  const stream = new ScreenStream(columns);
  const reporter = terminalReporter({
    stream,
    live: stream.isTTY ? liveScreen : null,
    color: false,
    columns: columns ?? 80,
    ...options,
  });
  const running = { ...finished, finishedAt: null, exitCode: null, results: new Map<string, CaseResult>() };
  reporter.started?.(running);
  for (const suite of new Set(finished.cases.map(c => c.suite))) {
    reporter.suiteStarted?.(suite, running);
    for (const { id } of finished.cases.filter(c => c.suite === suite)) {
      const result = finished.results.get(id);
      vi.advanceTimersByTime(pace);
      if (!result) continue;
      running.results.set(id, result);
      reporter.judged?.(result, running);
    }
  }
  reporter.finished?.(finished);
  return stream;
}

const first = makeCase({ id: 'attach.volume.unknown[first]@2.79' });
const second = makeCase({ id: 'attach.volume.unknown[second]@2.79' });

function manyCases(count: number, parts: (at: number) => Partial<Case> = () => ({})): Case[] {
  return Array.from({ length: count }, (_, at) => makeCase({ id: `attach.volume.unknown[v${at}]@2.79`, ...parts(at) }));
}

function inClass(id: string, suite: string, microversion: string): Case {
  return makeCase({ id, suite, microversion });
}

function allFailed(cases: Case[]): Report {
  return makeRun(
    cases.map(c => [c, makeFailure(c.id)]),
    { exitCode: 1 },
  );
}

describe('in a log', () => {
  test('a conforming run: the target, a line per suite, the verdict at the very end, no escape', () => {
    const cases = [makeCase(), makeCase({ rule: 'detach.ok', suite: 'detach' })];
    const { text, lines } = play(makeRun(cases.map(c => [c, makeResult(c.id)])), { pace: 1_500 });
    expect(lines[0]).toBe('novaspec 1.2.3: 2 cases');
    expect(lines[1]).toBe('target devstack at http://127.0.0.1:8774/v2.1, microversions 2.1 to 2.101');
    expect(lines).toContain('attach  1 passed  1.5s');
    expect(lines).toContain('detach  1 passed  1.5s');
    expect(lines.at(-2)).toBe('CONFORMING (exit code 0): 2 passed of 2 cases in 1m12s');
    expect(text).toMatch(/^[\n\P{C}]*$/u);
  });

  test('a failure is told at once, completely, and again at the end under its rule', () => {
    const { text, lines } = play(
      makeRun(
        [
          [first, makeFailure(first.id)],
          [second, makeResult(second.id)],
        ],
        { exitCode: 1 },
      ),
    );
    const told = lines.indexOf(`FAIL  ${first.id}: expected 404 itemNotFound, received 200`);
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(lines.findIndex(line => line.startsWith('attach ')));
    expect(lines).toContain(`  repeat  npx novaspec run --os-cloud devstack --case '${first.id}'`);
    expect(text).toContain('1 case of attach.volume.unknown (required)\n    Attaching a volume that does not exist');
    expect(lines.at(-2)).toBe('NOT CONFORMING (exit code 1): 1 passed, 1 failed of 2 cases in 1m12s');
  });

  test('failures by the hundred: ten completely, the others in a line each, one group per rule', () => {
    const cases = manyCases(300, at =>
      at < 100 ? { rule: 'a.rare', operation: 'detach' } : { rule: 'b.frequent', operation: 'attach' },
    );
    const { lines } = play(allFailed(cases));
    expect(lines.filter(line => line.startsWith('FAIL '))).toHaveLength(300);
    expect(lines.filter(line => line.startsWith('  curl '))).toHaveLength(10);
    expect(lines.filter(line => line.includes('the reports hold all'))).toHaveLength(1);
    const groups = lines.slice(lines.indexOf('Failures by rule'));
    expect(groups.filter(line => / cases? of /.test(line) && line.startsWith('  '))).toEqual([
      '  200 cases of b.frequent (required)',
      '  100 cases of a.rare (required)',
    ]);
    expect(groups.filter(line => line.includes('--case'))).toHaveLength(2);
  });

  test('rules that fail in the same way are told once, under the plainest', () => {
    const cases = manyCases(5, at => ({ rule: at < 2 ? 'a.plain' : `b.special${at % 2}` }));
    const { lines } = play(allFailed(cases));
    const groups = lines.slice(lines.indexOf('Failures by rule'));
    expect(groups.filter(line => / cases? of .*\(required\)/.test(line))).toEqual(['  2 cases of a.plain (required)']);
    expect(groups).toContain('    the same way: b.special0 (2), b.special1 (1)');
  });

  test('a required rule comes before an advisory one that fails more often', () => {
    const cases = manyCases(3, at =>
      at < 2 ? { rule: 'a.advice', level: 'advisory' } : { rule: 'b.duty', operation: 'show' },
    );
    const { text } = play(allFailed(cases));
    expect(text.indexOf('1 case of b.duty (required)')).toBeLessThan(text.indexOf('2 cases of a.advice (advisory)'));
  });

  test('very many rules that fail are named, the first twenty with an example', () => {
    const { lines, text } = play(
      allFailed(manyCases(25, at => ({ rule: `rule.n${at}`, operation: `operation ${at}` }))),
    );
    expect(lines.filter(line => line.startsWith('  1 case of '))).toHaveLength(20);
    expect(text).toContain('and 5 more: rule.n20 (1), rule.n21 (1)');
  });

  test('cases that could not be judged are grouped by their cause', () => {
    const cases = manyCases(3);
    const error = { verdict: 'error', message: 'the quota of volumes is reached' } as const;
    const { lines } = play(
      makeRun(
        cases.map(c => [c, makeResult(c.id, error)]),
        { exitCode: 4 },
      ),
    );
    expect(lines).toContain('  3 cases: the quota of volumes is reached');
    expect(lines.filter(line => line.startsWith('ERROR '))).toHaveLength(3);
    expect(lines.at(-2)).toMatch(/^INCOMPLETE \(exit code 4\): 0 passed, 3 errors/);
  });

  test('skips say why and what would let them run; findings, notes and leftovers are not lost', () => {
    const { text } = play(
      makeRun(
        [
          [
            first,
            makeResult(first.id, { verdict: 'skipped', skip: { reason: 'persona missing', detail: 'no reader' } }),
          ],
          [second, makeResult(second.id, { findings: [makeDeviation({ what: 'header vary', level: 'informative' })] })],
        ],
        {
          exitCode: 5,
          notes: ['the target is newer than the contract'],
          leftovers: [{ kind: 'volume', id: '0f0e', name: 'novaspec-b', why: 'still deleting' }],
        },
      ),
    );
    expect(text).toContain(
      '1 persona missing: would run with credentials for the persona in the settings\n    1 no reader',
    );
    expect(text).toContain('1 of attach.volume.unknown, e.g. header vary: expected');
    expect(text).toContain('note: the target is newer than the contract');
    expect(text).toContain('Left behind on the cloud: 1 resource of run run1');
    expect(text).toContain('volume 0f0e (novaspec-b): still deleting');
    expect(text).toContain('npx novaspec cleanup out --os-cloud devstack');
    expect(text).toContain('CONFORMING (exit code 5)');
  });

  test('the table has a word in every cell', () => {
    const skip = { reason: 'deselected', detail: 'x' } as const;
    const { lines } = play(
      makeRun([
        [inClass('a', 'attach', '2.1'), makeResult('a')],
        [inClass('b', 'attach', '2.20'), makeFailure('b')],
        [inClass('c', 'attach', '2.20'), makeResult('c')],
        [inClass('d', 'detach', '2.1'), makeResult('d', { verdict: 'skipped', skip })],
        [inClass('e', 'show', '2.20'), makeFailure('e', { verdict: 'waived' })],
        [inClass('f', 'show', '2.101'), makeResult('f', { verdict: 'error' })],
        [inClass('g', 'swap', '2.101')],
      ]),
    );
    const table = lines.slice(lines.findIndex(line => line.startsWith('suite '))).slice(0, 5);
    expect(table.map(line => line.trim().split(/ {2,}/))).toEqual([
      ['suite', '2.1+', '2.20+', '2.101+'],
      ['attach', 'ok 1', 'FAIL 1/2', '-'],
      ['detach', 'skip 1', '-', '-'],
      ['show', '-', 'waived 1/1', 'ERROR 1/1'],
      ['swap', '-', '-', 'open 1/1'],
    ]);
  });

  test('a line after each 15 seconds of silence, and none where there is none', () => {
    const cases = manyCases(10);
    const slow = play(makeRun(cases.map(c => [c, makeResult(c.id)])), { pace: 6_000 });
    const alive = slow.lines.filter(line => line.startsWith('... '));
    expect(alive).toEqual([
      '... 2/10 20%  15s: 2 passed (attach)',
      '... 4/10 40%  30s: 4 passed (attach)',
      '... 7/10 70%  45s, about 20s left: 7 passed (attach)',
      '... 9/10 90%  1m00s, about 7s left: 9 passed (attach)',
    ]);
    const chatty = play(allFailed(manyCases(9)), { pace: 6_000 });
    expect(chatty.lines.filter(line => line.startsWith('... '))).toEqual([]);
  });

  test('skips, which cost nothing, are no measure of the time that is left', () => {
    const skip = { reason: 'deselected', detail: 'x' } as const;
    const skipped = manyCases(5, at => ({ id: `early${at}`, skip }));
    const carriedOut = manyCases(10);
    const late = manyCases(90, at => ({ id: `late${at}`, skip }));
    const { text } = play(
      makeRun([
        ...skipped.map((c): [Case, CaseResult] => [c, makeResult(c.id, { verdict: 'skipped', skip })]),
        ...carriedOut.map((c): [Case, CaseResult] => [c, makeResult(c.id)]),
        ...late.map((c): [Case] => [c]),
      ]),
      { pace: 5_000 },
    );
    // Six of ten cases are done: five intervals in the 30 seconds since the first of them.
    expect(text).toContain('... 11/105 10%  1m00s, about 24s left: 6 passed');
  });

  test('verbose: a line for every case, and every failure completely', () => {
    const cases = manyCases(12);
    const judged = cases.map((c, at): [Case, CaseResult] => [c, at === 0 ? makeResult(c.id) : makeFailure(c.id)]);
    const { lines } = play(makeRun(judged), { options: { verbose: true } });
    expect(lines).toContain('pass    attach.volume.unknown[v0]@2.79  0.3s');
    expect(lines.filter(line => line.startsWith('  curl '))).toHaveLength(11);
  });

  test('an interrupted run says how much is open, and is not conforming by silence', () => {
    const { lines, text } = play(
      makeRun([[first, makeResult(first.id)], [second]], { complete: false, exitCode: 130 }),
    );
    expect(text).toContain('The run ended before 1 of 2 cases had a verdict.');
    expect(lines.at(-2)).toMatch(/^INCOMPLETE \(exit code 130\): 1 passed, 1 open/);
    expect(lines.filter(line => line.startsWith('attach  1 passed'))).toEqual([]);
  });

  test('a run that could not start says why', () => {
    const stream = new ScreenStream();
    const reporter = terminalReporter({ stream, live: null, color: false, columns: 80 });
    const report = makeReport({
      target: null,
      failure: 'nobody answers at http://127.0.0.1:1\nIs it up?',
      exitCode: 3,
    });
    reporter.phase?.('authenticating', report);
    reporter.finished?.(report);
    expect(stream.lines.slice(-4, -1)).toEqual([
      'nobody answers at http://127.0.0.1:1',
      'Is it up?',
      'COULD NOT RUN (exit code 3)',
    ]);
  });

  test('a selection without cases is told apart from a success', () => {
    const { text } = play(makeReport({ exitCode: 4 }));
    expect(text).toContain('No case was selected.\nINCOMPLETE (exit code 4)');
  });
});

describe('on a screen', () => {
  const cases = manyCases(20);
  const passed = makeRun(cases.map(c => [c, makeResult(c.id)]));

  test('shows how far the run is, what it is busy with and when it will be done', () => {
    const { text } = play(passed, { columns: 80, pace: 1_000 });
    const screen = stripVTControlCharacters(text);
    expect(screen).toContain('10/20 50%  10s, about 10s left');
    expect(screen).toContain('10 passed');
    expect(screen).toMatch(/^attach$/m);
  });

  test('names what it waits for while no case is judged', () => {
    const stream = new ScreenStream(80);
    const reporter = terminalReporter({ stream, live: liveScreen, color: false, columns: 80 });
    reporter.phase?.('authenticating', makeReport());
    vi.advanceTimersByTime(200);
    expect(stream.text).toContain('authenticating');
    reporter.finished?.(passed);
  });

  test('is drawn ten times a second at most, however fast the cases are, and no more when the run is over', () => {
    const stream = new ScreenStream(80);
    const write = vi.spyOn(stream, 'write');
    const reporter = terminalReporter({ stream, live: liveScreen, color: false, columns: 80 });
    const running = { ...passed, results: new Map<string, CaseResult>() };
    reporter.started?.(running);
    const before = write.mock.calls.length;
    for (const c of cases.slice(0, 19)) {
      vi.advanceTimersByTime(50);
      running.results.set(c.id, makeResult(c.id));
      reporter.judged?.(makeResult(c.id), running);
    }
    expect(write.mock.calls.length - before).toBeLessThanOrEqual(10);
    reporter.finished?.(passed);
    const { length } = stream.text;
    vi.advanceTimersByTime(60_000);
    expect(stream.text.length).toBe(length);
  });

  test.each([80, 60])('nothing but commands is wider than %i columns', columns => {
    const classes = ['2.1', '2.20', '2.49', '2.60', '2.70', '2.75', '2.79', '2.85', '2.89', '2.101'];
    const wide = classes.flatMap(microversion =>
      manyCases(12, at => ({ id: `attach.volume.unknown[v${at}]@${microversion}`, microversion })),
    );
    const report = { ...allFailed(wide), classes, notes: ['a remark of many words '.repeat(20)] };
    const lines = stripVTControlCharacters(play(report, { columns, pace: 300 }).text).split('\n');
    expect(lines.filter(line => line.length > columns && !/^ +(curl .*|repeat .*|npx .*)$/.test(line))).toEqual([]);
  });

  test('a failure breaks between words there, and its commands not at all', () => {
    const { text } = play(allFailed(manyCases(1)), { columns: 50 });
    expect(text).toContain("repeat  npx novaspec run --os-cloud devstack --case 'attach.volume.unknown[v0]@2.79'\n");
  });

  test('uses colour only when asked to', () => {
    const colored = play(allFailed(manyCases(1)), { columns: 80, options: { color: true } }).text;
    const plain = play(allFailed(manyCases(1)), { columns: 80 }).text;
    const red = `${String.fromCharCode(27)}[31m`;
    expect(colored).toContain(red);
    expect(plain).not.toContain(red);
  });
});
