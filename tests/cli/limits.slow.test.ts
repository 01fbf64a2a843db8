import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { novaspec, reportIn, temporaryFolder } from './command.ts';
import { type ProxyRules, startProxy } from './proxy.ts';
import { openSharedBench, type SharedBench } from './shared-bench.ts';

let bench: SharedBench;

beforeAll(async () => {
  bench = await openSharedBench();
  return () => bench.stop();
});

async function run(out: string, words: readonly string[], env = bench.env) {
  const args = ['run', '--out', out, '--os-cloud', 'novaspec', '--reporter', 'terminal', ...words];
  const outcome = await novaspec(args, bench.folder, env);
  return {
    ...outcome,
    report: reportIn(join(bench.folder, out)) as Omit<ReturnType<typeof reportIn>, 'cases'> & Ended,
  };
}

/** The environment for the same cloud behind a proxy, which ends with the test. */
async function behindProxy(rules: ProxyRules): Promise<Record<string, string>> {
  const proxy = await startProxy(bench.url, rules);
  const file = join(temporaryFolder(), 'clouds.yaml');
  writeFileSync(file, readFileSync(bench.env.OS_CLIENT_CONFIG_FILE ?? '', 'utf8').replaceAll(bench.url, proxy));
  return { OS_CLIENT_CONFIG_FILE: file };
}

/** A cloud of which every third list of attachments at 2.60 is wrong; the stage reads at the newest microversion. */
function flakyCloud(): Promise<Record<string, string>> {
  let lists = 0;
  return behindProxy({
    edit: (text, { method, path, headers }) => {
      if (headers['openstack-api-version'] !== 'compute 2.60') return text;
      if (method !== 'GET' || !path.endsWith('/os-volume_attachments')) return text;
      lists += 1;
      return lists % 3 === 0 ? text.replaceAll('"volumeId"', '"volume_id"') : text;
    },
  });
}

interface Ended {
  ended: string | null;
  requests: number;
  cases: ({ verdicts?: string[] } & ReturnType<typeof reportIn>['cases'][number])[];
}

function count(report: { cases: { verdict: string }[] }, verdict: string): number {
  return report.cases.filter(each => each.verdict === verdict).length;
}

describe('a run that ends early', () => {
  test('by --max-requests says what it did not judge, cleans up, and is incomplete', async () => {
    const { code, stdout, report } = await run('requests', ['--max-requests', '300', '--suite', 'validation']);
    expect(code).toBe(4);
    expect(report).toMatchObject({ ended: '--max-requests 300', complete: false, exitCode: 4, leftovers: [] });
    const open = count(report, 'unjudged');
    expect(open).toBeGreaterThan(0);
    expect(count(report, 'pass')).toBeGreaterThan(0);
    expect(stdout).toContain(`note: --max-requests 300 ended the run before ${open} cases had a verdict: ${open} of`);
    expect(stdout).toContain(`The run ended before ${open} of ${report.cases.length} cases had a verdict.`);
    // Sixteen cases at once come to their end, and the clean-up comes on top.
    expect(report.requests).toBeGreaterThanOrEqual(300);
    expect(report.requests).toBeLessThan(450);
    expect(report.ledger.created).toBe(report.ledger.removed);
    const json = readFileSync(join(bench.folder, 'requests', 'report.json'), 'utf8');
    expect(JSON.parse(json).verdict).toBe('incomplete');
  });

  test('by --max-time too', async () => {
    // Far too little for all of it, and enough to begin.
    const { code, report } = await run('time', ['--max-time', '15', '--rate', '200']);
    expect(code).toBe(4);
    expect(report).toMatchObject({ ended: '--max-time 15', complete: false, leftovers: [], verdict: 'incomplete' });
    expect(count(report, 'unjudged')).toBeGreaterThan(report.cases.length / 2);
    expect(count(report, 'error')).toBe(0);
  });

  test('before it made anything', async () => {
    const { code, stdout, report } = await run('none', ['--max-time', '0.001']);
    expect(code).toBe(4);
    expect(stdout).toContain('--max-time 0.001 before anything was made');
    expect(report).toMatchObject({ complete: false, verdict: 'could not run', ledger: { created: 0 } });
  });

  test('by --fail-fast, with the exit code of a failure', async () => {
    const words = ['--rule', 'list', '--microversions', '2.60', '--concurrency', '2', '--fail-fast'];
    const { code, stdout, report } = await run('fast', words, await flakyCloud());
    expect(code).toBe(1);
    expect(report).toMatchObject({ ended: '--fail-fast', complete: false, leftovers: [] });
    const failed = count(report, 'fail');
    expect(failed).toBeGreaterThan(0);
    // Results come in handfuls, and cases that have begun come to their end.
    expect(failed).toBeLessThan(report.cases.length / 4);
    expect(count(report, 'unjudged')).toBeGreaterThan(0);
    expect(stdout).toMatch(/^FAIL {2}list\./m);
  });

  test('but not when its limits are wide enough', async () => {
    const words = ['--suite', 'headers', '--microversions', 'latest'];
    const limits = ['--max-time', '600', '--max-requests', '100000', '--fail-fast'];
    const { code, report } = await run('wide', [...words, ...limits]);
    expect(code).toBe(0);
    expect(report).toMatchObject({ ended: null, complete: true });
    expect(report.notes.filter(note => note.includes('ended'))).toEqual([]);
  });
});

test('--rate is kept in every second, and no request is left out of the count', async () => {
  const times: number[] = [];
  const env = await behindProxy({
    answer: () => {
      times.push(performance.now());
      return undefined;
    },
  });
  const words = ['--rate', '25', '--suite', 'shapes', '--microversions', 'latest'];
  const { code, report } = await run('rate', words, env);
  expect(code).toBe(0);
  expect(report.requests).toBe(times.length);
  expect(times.length).toBeGreaterThan(60);
  // The requests of signing in, of the run and of the clean-up are counted by themselves, so twice as many may meet in a second.
  for (const [at, time] of times.entries()) expect(times[at + 50] ?? Infinity).toBeGreaterThan(time + 900);
  const took = (times.at(-1) ?? 0) - (times[0] ?? 0);
  expect(times.length / (took / 1000)).toBeLessThan(50);
});

describe('--repeat', () => {
  test('tells which cases change their verdict, and counts them as failed', async () => {
    const words = ['--repeat', '4', '--rule', 'list.success', '--microversions', '2.60'];
    const { code, stdout, report } = await run('repeat', words, await flakyCloud());
    expect(code).toBe(1);
    const changed = report.cases.filter(({ verdicts }) => verdicts);
    expect(changed.length).toBeGreaterThan(0);
    for (const { id, verdict, verdicts = [], message } of changed) {
      expect(verdict).toBe('fail');
      expect(verdicts).toHaveLength(4);
      expect(new Set(verdicts)).toEqual(new Set(['pass', 'fail']));
      expect(message).toMatch(new RegExp(`^changed its verdict \\(${verdicts.join(', ')}\\): list\\.`));
      expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`${id} (${verdicts.join(', ')})`);
    }
  });

  test('carries every case out so often: requests, scenarios and histories', async () => {
    const rules = ['--rule', 'headers', '--rule', 'attach.async.list-first', '--rule', 'history.settled'];
    const words = [...rules, '--microversions', 'latest', '--runs', '1', '--length', '4', '--poll-rate', '1000'];
    const [once, thrice] = await Promise.all([
      run('once', words),
      run('thrice', [...words, '--repeat', '3', '--reporter', 'har']),
    ]);
    expect([once.code, thrice.code]).toEqual([0, 0]);
    const ids = ({ report }: typeof once) => report.cases.map(({ id }) => id);
    expect(ids(thrice)).toEqual(ids(once));
    expect(thrice.report.cases.filter(({ verdicts }) => verdicts)).toEqual([]);
    const pages = JSON.parse(readFileSync(join(bench.folder, 'thrice', 'exchanges.har'), 'utf8')).log.pages.map(
      ({ id }: { id: string }) => id,
    );
    const rounds = ['#2', '#3'].map(round =>
      pages.flatMap((id: string) => (id.endsWith(round) ? [id.slice(0, -round.length)] : [])).toSorted(),
    );
    expect(rounds[0]).toEqual(rounds[1]);
    expect(rounds[0]).toContain('headers.request-id[list]@2.104');
    // Scenarios have pages of their own.
    expect(rounds[0].filter((id: string) => !ids(once).includes(id)).length).toBeGreaterThan(0);
    expect(pages.filter((id: string) => id.startsWith('history.settled')).length).toBeGreaterThanOrEqual(3);
  });
});

test('--explore plays further histories for its time, and ends conforming', async () => {
  const words = ['--rule', 'history.settled', '--microversions', 'latest', '--length', '4', '--runs', '2'];
  const { code, report } = await run('explore', [...words, '--explore', '4']);
  expect(code).toBe(0);
  expect(report).toMatchObject({ complete: true, ended: null });
  const { played } = JSON.parse(readFileSync(join(bench.folder, 'explore', 'report.json'), 'utf8')).histories;
  expect(played).toBeGreaterThan(2);
});

test.each([
  ['--max-time', '0', 'Expected a number above 0.'],
  ['--max-time', 'long', 'Expected a number above 0.'],
  ['--max-requests', '1.5', 'Expected a whole number of 1 or more.'],
  ['--rate', '-1', 'Expected a number above 0.'],
  ['--repeat', '0', 'Expected a whole number of 1 or more.'],
  ['--explore', 'x', 'Expected a number above 0.'],
])('%s %s is refused', async (option, value, why) => {
  const { code, stderr } = await novaspec(['run', `${option}=${value}`], bench.folder);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^novaspec: option '.*' argument '.*' is invalid\. /);
  expect(stderr).toContain(why);
  expect(stderr.split('\n')).toHaveLength(2);
});
