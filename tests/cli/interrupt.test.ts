import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCommandBench } from './bench.ts';
import { novaspec, reportIn, start } from './command.ts';
import { startProxy } from './proxy.ts';

const small = ['--suite', 'shapes', '--microversions', '2.79', '--out', 'out'];

test('an interrupt ends the run in good order', async () => {
  const cloud = await openCommandBench({ delay: 50 });
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

test('a second interrupt ends the process at once, and says how to remove what is left', async () => {
  const cloud = await openCommandBench({ delay: 2000 });
  const args = ['run', '--os-cloud', 'novaspec', ...small];
  const { child, says, ended } = start(args, cloud.folder, cloud.env);
  await says('microversions 2.1 to');
  await expect.poll(() => cloud.leftovers(), { timeout: 20_000 }).not.toEqual([]);
  child.kill('SIGINT');
  await says('again to stop at once');
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;

  expect(stderr).toMatch(
    /novaspec: stopped at once; what is left on the target is removed by: npx novaspec cleanup out --os-cloud novaspec\n$/,
  );
  expect(stdout).not.toContain('Reports in ');
  expect(code).toBe(130);
});

describe('an interrupt of the clean-up', () => {
  test('the first one does not end it', async () => {
    const { cloud, deletes, run } = await openStuckBench();
    await expect.poll(() => deletes.asked, { timeout: 20_000 }).toBeGreaterThan(0);
    run.child.kill('SIGINT');
    await run.says('novaspec: SIGINT: the clean-up goes on; again to stop at once');
    deletes.work = true;
    expect((await run.ended).code).toBe(130);
    expect(reportIn(join(cloud.folder, 'out'))).toMatchObject({ complete: true, exitCode: 130, leftovers: [] });
    expect(await cloud.leftovers()).toEqual([]);
  });

  test('the second one does, and the printed command finishes it', async () => {
    const { cloud, deletes, run } = await openStuckBench();
    await expect.poll(() => deletes.asked, { timeout: 20_000 }).toBeGreaterThan(0);
    run.child.kill('SIGINT');
    await run.says('the clean-up goes on');
    run.child.kill('SIGINT');
    const { code, stderr } = await run.ended;
    expect(code).toBe(130);
    const command = /removed by: npx novaspec (.+)\n$/.exec(stderr)?.[1] ?? '';
    expect(command).toBe('cleanup out --os-cloud novaspec');

    deletes.work = true;
    const cleanup = await novaspec(command.split(' '), cloud.folder, cloud.env);
    expect(cleanup).toMatchObject({ code: 0, stderr: '' });
    expect(cleanup.stdout).toMatch(/Nothing is left\.\n$/);
    expect(await cloud.leftovers()).toEqual([]);
  });
});

/** A run on a cloud that does not delete servers as long as nobody lets it. */
async function openStuckBench() {
  const cloud = await openCommandBench();
  const deletes = { asked: 0, work: false };
  const refusal = { status: 500, body: {} };
  const url = await startProxy(cloud.cloud.url, {
    answer: ({ method, path }) => {
      if (method !== 'DELETE' || !/\/servers\/[^/]+$/.test(path)) return undefined;
      deletes.asked += 1;
      return deletes.work ? undefined : refusal;
    },
  });
  writeFileSync(join(cloud.folder, 'clouds.yaml'), cloud.cloud.cloudsYaml().replaceAll(cloud.cloud.url, url));
  const run = start(['run', '--os-cloud', 'novaspec', ...small], cloud.folder, cloud.env);
  return { cloud, deletes, run };
}
