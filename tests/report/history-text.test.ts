import { expect, test } from 'vitest';
import { failureText } from '../../src/report/failure-text.ts';
import { makeHistory, makeHistoryCase, makeHistoryFailure, makeRecipes } from './make-history.ts';
import { makeFailure, makeReport } from './make-report.ts';

const planned = makeHistoryCase();

function details(failure = makeHistoryFailure(), recipes = makeRecipes()): Record<string, string> {
  const result = makeFailure(planned.id, { history: makeHistory({ failure }) });
  const { details } = failureText(planned, result, makeReport({ recipes }));
  return Object.fromEntries(details.map(({ label, text }) => [label, text]));
}

test('the steps are numbered, and the one that failed is marked', () => {
  expect(details().steps?.split('\n')).toEqual([
    '  1  pause server 1                         done',
    '> 2  attach.success@2.79 server 1 volume 2  expected 200, received 403 "no"',
  ]);
});

test('a failure of a reading has a line of its own below the steps', () => {
  const { retold, ...failure } = makeHistoryFailure();
  const reading = { shows: 'reading', what: 'volume 2', expected: 'in-use', received: 'available' } as const;
  const { steps } = details({ ...failure, retold: { ...retold, ...reading } });
  expect(steps?.split('\n').at(-1)).toBe('> volume 2: expected in-use, received available');
});

test('calls at the same moment are marked, and how often they were tried', () => {
  const { retold, ...failure } = makeHistoryFailure({ mode: 'burst', path: null, attempts: 2 });
  const { steps, found } = details({ ...failure, retold: { ...retold, shows: 'burst', together: 1 } });
  expect(steps).toContain('\n| 2  attach.success@2.79');
  expect(found).toBe('the time that it was played: 2; 390 requests, 4.2 s');
});

test('says how it was found, whether it repeats, which rule the step breaks, and how to play it again', () => {
  expect(details()).toMatchObject({
    found: 'seed 7, path 0:3:1; 2 of 26 commands, 31 attempts, 390 requests, 4.2 s; confirmed',
    broken: 'attach.success: A free volume is attached.',
    replay: "npx novaspec replay 'out#history.settled[1]@2.101'",
    script: 'out/histories/history.settled-1-@2.101.sh',
  });
  expect(details(makeHistoryFailure({ confirmed: false })).found).toMatch(/not seen again when it was played again$/);
});

test('names no script where there is none', () => {
  const result = makeFailure(planned.id, { history: makeHistory({ failure: makeHistoryFailure() }) });
  const { details } = failureText(planned, result, makeReport());
  expect(details.map(({ label }) => label)).not.toContain('script');
});
