import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportIn } from '../cli/command.ts';
import { attachIn, openSurvivalBench } from './bench.ts';

test('an interrupt while nothing answers ends the run at once, with its reports', async () => {
  let asked = 0;
  const bench = await openSurvivalBench(
    {},
    {
      answer: ({ path }) => {
        if (!path.includes('/images')) return undefined;
        asked += 1;
        return 'stall';
      },
    },
  );
  // A time limit that no test waits for.
  const { child, ended } = bench.start(['--timeout', '3000', ...attachIn('paused')]);
  await expect.poll(() => asked, { timeout: 20_000 }).toBeGreaterThan(0);
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  const report = reportIn(join(bench.folder, 'out'));
  expect(report).toMatchObject({ complete: false, exitCode: 130, failure: 'interrupted before anything was made' });
  expect(await bench.left()).toEqual([]);
});

test('an interrupt while servers are built ends the waits, makes nothing more and cleans up', async () => {
  const bench = await openSurvivalBench({ troubles: ['build-never-ends'] });
  const { child, ended } = bench.start(attachIn('paused', 'stopped', 'suspended', 'locked', 'rescued', 'resized'));
  await expect
    .poll(async () => (await bench.left()).some(name => name.includes('-server-')), { timeout: 20_000 })
    .toBe(true);
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  const report = reportIn(join(bench.folder, 'out'));
  expect(report).toMatchObject({ complete: false, exitCode: 130, leftovers: [] });
  expect(new Set(report.cases.map(({ verdict }) => verdict))).toEqual(new Set(['unjudged']));
  expect(report.ledger.created).toBeLessThanOrEqual(14);
  expect(await bench.left()).toEqual([]);
  await bench.expectStrangers();
});
