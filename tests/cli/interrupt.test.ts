import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCommandBench } from './bench.ts';
import { reportIn, start } from './command.ts';

test('an interrupt ends the run in good order', async () => {
  const cloud = await openCommandBench({ delayMs: 50 });
  const out = join(cloud.folder, 'out');
  const { child, says, ended } = start(['run', '--os-cloud', 'novaspec', '--out', out], cloud.folder, cloud.env);
  await says('microversions 2.1 to');
  await expect.poll(() => cloud.leftovers(), { timeout: 20_000 }).not.toEqual([]);
  child.kill('SIGINT');
  const { code, stderr } = await ended;

  expect(stderr).toBe('novaspec: SIGINT: ending the run and cleaning up; again to stop at once\n');
  expect(code).toBe(130);
  const report = reportIn(out);
  expect(report).toMatchObject({ complete: false, exitCode: 130, leftovers: [] });
  expect(report.cases.map(({ verdict }) => verdict)).toContain('unjudged');
  expect(await cloud.leftovers()).toEqual([]);
});

test('a second interrupt ends the process at once, and says where the leftovers are written down', async () => {
  const cloud = await openCommandBench({ delayMs: 2000 });
  const args = ['run', '--os-cloud', 'novaspec', '--suite', 'shapes', '--microversions', '2.79', '--out', 'out'];
  const { child, says, ended } = start(args, cloud.folder, cloud.env);
  await says('microversions 2.1 to');
  await expect.poll(() => cloud.leftovers(), { timeout: 20_000 }).not.toEqual([]);
  child.kill('SIGINT');
  await says('again to stop at once');
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;

  expect(stderr).toMatch(/novaspec: stopped at once; ledger\.jsonl .+\n$/);
  expect(stdout).not.toContain('Reports:');
  expect(code).toBe(130);
});
