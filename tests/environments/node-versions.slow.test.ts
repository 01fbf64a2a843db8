import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { main, reportIn, scrubbed, startProcess, temporaryFolder } from '../cli/command.ts';

/** The oldest of one line that package.json allows, and a recent one of the next; the tests themselves run on the third. */
const versions = ['22.12.0', '24.22.3'];

/** A package that holds nothing but Node for this platform; it stays in a folder of its own for the next time. */
const source = `node-${process.platform}-${process.arch}`;
const cache = process.env.NOVASPEC_NODES ?? join(homedir(), '.cache', 'novaspec-nodes');

test.for(versions)('Node %s: list, cloud, run with histories, judge, without a warning', async (version, { skip }) => {
  const node = await installed(version);
  if (node === null) return skip(`${source}@${version} cannot be had`);
  const folder = temporaryFolder();
  const start = (...args: string[]) => startProcess(node, [main, ...args], folder, scrubbed(folder));
  const cloud = start('cloud', '--ready-file', 'clouds.yaml');
  await cloud.says('novaspec-other:');
  const listed = await start('list', '--os-cloud', 'novaspec', '--microversions', 'latest').ended;
  expect(listed).toMatchObject({ code: 0, stderr: '' });

  const suites = ['--suite', 'headers', '--suite', 'histories', '--runs', '1', '--microversions', 'latest'];
  const ran = await start('run', '--os-cloud', 'novaspec', ...suites, '--out', 'out').ended;
  expect(ran.stdout).toContain('CONFORMING (exit code 0)');
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  for (const file of ['report.html', 'junit.xml', 'ctrf.json', 'results.tap', 'report.md', 'ledger.jsonl']) {
    expect(existsSync(join(folder, 'out', file)), file).toBe(true);
  }
  expect(new Set(reportIn(join(folder, 'out')).cases.map(({ suite }) => suite))).toEqual(
    new Set(['headers', 'histories']),
  );
  const judged = await start('judge', 'out/exchanges.har').ended;
  expect(judged).toMatchObject({ code: 0, stderr: '' });
  cloud.child.kill('SIGINT');
  expect(await cloud.ended).toMatchObject({ code: 0, stderr: '' });
});

/** Where that version of Node is, from the cache or from npm; null where it cannot be had. */
async function installed(version: string): Promise<string | null> {
  const folder = join(cache, version);
  const node = join(folder, 'node_modules', source, 'bin', 'node');
  if (existsSync(node)) return node;
  const args = ['install', '--no-save', '--ignore-scripts', '--prefix', folder, `${source}@${version}`];
  const { code } = await startProcess('npm', args, homedir(), process.env).ended;
  return code === 0 && existsSync(node) ? node : null;
}
