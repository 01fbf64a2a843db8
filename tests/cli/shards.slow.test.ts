import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { readHar } from '../../src/evidence/read-har.ts';
import { novaspec, reportIn } from './command.ts';
import { openSharedBench, type SharedBench } from './shared-bench.ts';

// Of every kind of case some: single requests, servers in situations, scenarios, histories, bursts, cases that are skipped.
const suites = ['headers', 'errors', 'states', 'async', 'histories'].flatMap(suite => ['--suite', suite]);
const target = ['--os-cloud', 'novaspec', '--poll-rate', '1000', '--microversions', '2.60'];
const part = [...target, ...suites, '--runs', '2', '--length', '6'];

let bench: SharedBench;

function run(out: string, ...words: string[]) {
  return novaspec(['run', '--out', out, ...words], bench.folder, bench.env);
}

beforeAll(async () => {
  bench = await openSharedBench({ delay: 20, faults: ['list-203', 'header-vary-missing'] });
  return () => bench.stop();
});

function verdictsIn(folder: string): Record<string, string> {
  const { cases } = reportIn(join(bench.folder, folder));
  return Object.fromEntries(cases.map(({ id, verdict }) => [id, verdict]));
}

function fileIn(folder: string, name: string): string {
  return readFileSync(join(bench.folder, folder, name), 'utf8');
}

describe('shards, merged', () => {
  // The tests below read what these runs wrote.
  test('are judged side by side', async () => {
    const words = ['--reporter', 'json,har,junit'];
    const runs = await Promise.all([
      run('whole', ...part, ...words),
      run('one', ...part, '--shard', '1/3', ...words),
      run('two', ...part, '--shard', '2/3', ...words),
      novaspec(['run', '--out', 'three', ...part, '--shard', 'auto', ...words], bench.folder, {
        ...bench.env,
        CI_NODE_INDEX: '3',
        CI_NODE_TOTAL: '3',
      }),
    ]);
    expect(runs.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
  }, 120_000);

  test('are the whole run, verdict by verdict', async () => {
    const { code, stdout } = await novaspec(['merge', 'one', 'two', 'three', '--out', 'all'], bench.folder);
    expect(code).toBe(1);
    expect(stdout).toContain('NOT CONFORMING (exit code 1)');
    expect(verdictsIn('all')).toEqual(verdictsIn('whole'));
    const ids = (folder: string) => Object.keys(verdictsIn(folder));
    expect(ids('all')).toEqual(ids('whole'));
    for (const shard of ['one', 'two', 'three']) expect(ids(shard).length).toBeGreaterThan(ids('whole').length / 6);
    const all = JSON.parse(fileIn('all', 'report.json'));
    expect(all).toMatchObject({ complete: true, shard: null, verdict: 'not conforming', leftovers: [] });
    expect(all.rules).toEqual(JSON.parse(fileIn('whole', 'report.json')).rules);
    expect(all.planDigest).toBe(JSON.parse(fileIn('one', 'report.json')).planDigest);
    expect(all.notes[0]).toBe('merged of one, two, three');
  });

  test('have one record, in which the pages of stage and target say whose they are', async () => {
    const har = readHar(join(bench.folder, 'all', 'exchanges.har'));
    let entries = 0;
    const pages = new Set<string>();
    for await (const { pageref } of har.entries) {
      entries += 1;
      pages.add(pageref ?? '');
    }
    let sum = 0;
    for (const shard of ['one', 'two', 'three']) {
      for await (const _ of readHar(join(bench.folder, shard, 'exchanges.har')).entries) sum += 1;
    }
    expect(entries).toBe(sum);
    expect([...pages]).toEqual(
      expect.arrayContaining(['stage (shard 1/3)', 'stage (shard 3/3)', 'target (shard 2/3)']),
    );
    const known = new Set(har.pages.map(({ id }) => id));
    expect([...pages].filter(page => !known.has(page))).toEqual([]);
  });

  test('have every format, and the histories that failed', () => {
    expect(fileIn('all', 'report.html')).toContain('not conforming');
    expect(fileIn('all', 'junit.xml')).toMatch(/<testsuites [^>]*failures="[1-9]/);
    const failed = JSON.parse(fileIn('whole', 'report.json')).cases.filter(
      ({ history }: { history?: { failure?: unknown } }) => history?.failure,
    );
    for (const { history } of failed)
      expect(fileIn('all', history.failure.files.json)).toContain('urn:novaspec:history:1');
  });

  test('a missing shard is named, and its cases have no verdict', async () => {
    const { stdout, code } = await novaspec(['merge', 'three', 'one', '--out', 'most'], bench.folder);
    expect(stdout).toContain('note: shard 2/3 is missing');
    expect([1, 4]).toContain(code);
    const verdicts = verdictsIn('most');
    for (const id of Object.keys(verdictsIn('two'))) expect(verdicts[id]).toBe('unjudged');
    expect(Object.keys(verdicts)).toEqual(Object.keys(verdictsIn('whole')));
    expect(reportIn(join(bench.folder, 'most')).complete).toBe(false);
  });

  test('that belong to different runs are refused', async () => {
    const others = [
      run('half', ...target, '--shard', '1/2', '--suite', 'headers', '--reporter', 'terminal'),
      run('seed', ...target, '--shard', '2/3', '--suite', 'headers', '--seed', '2', '--reporter', 'terminal'),
    ];
    await Promise.all(others);
    const refusal = async (...folders: string[]) => {
      const { code, stderr } = await novaspec(['merge', ...folders, '--out', 'none'], bench.folder);
      expect(code).toBe(2);
      return stderr;
    };
    expect(await refusal('one', 'half')).toBe(
      'novaspec: these shards do not belong together, the number of shards differs: one: 3; half: 2\n',
    );
    expect(await refusal('one', 'seed')).toMatch(
      /^novaspec: these shards .*, the selection differs: one: .*; seed: .*\n$/,
    );
    expect(await refusal('one', 'two', 'one')).toBe('novaspec: one and one are both shard 1/3\n');
    expect(await refusal('one', 'whole')).toBe(
      'novaspec: whole: holds no shard.json: is it the folder of a run with --shard?\n',
    );
    const twin = JSON.parse(fileIn('one', 'shard.json'));
    twin.report.shard.index = 2;
    writeFileSync(join(bench.folder, 'seed', 'shard.json'), JSON.stringify(twin));
    expect(await refusal('one', 'seed')).toMatch(
      /^novaspec: one and seed both have the case .*: were they cut by the same --timings\?\n$/,
    );
    twin.version = '9.9.9';
    writeFileSync(join(bench.folder, 'seed', 'shard.json'), JSON.stringify(twin));
    expect(await refusal('one', 'seed')).toMatch(/shard.json: was written by novaspec 9\.9\.9; this is /);
    writeFileSync(join(bench.folder, 'seed', 'shard.json'), '{');
    expect(await refusal('seed')).toMatch(/^novaspec: seed\/shard.json: cannot be read: .*\n$/);
  });
});

test.each([
  [['0/3'], {}, '--shard: 0/3: expected I/N with I from 1 to N, e.g. 2/3, or auto, or auto/N'],
  [['4/3'], {}, '--shard: 4/3: expected I/N'],
  [['two'], {}, "--shard: 'two': expected I/N"],
  [['auto'], {}, '--shard auto: neither of JOB_COMPLETION_INDEX (an Indexed Job of Kubernetes) and CI_NODE_INDEX'],
  [
    ['auto'],
    { JOB_COMPLETION_INDEX: '0' },
    '--shard auto: JOB_COMPLETION_INDEX does not say of how many; say --shard auto/N',
  ],
  [['auto/3'], { JOB_COMPLETION_INDEX: '3' }, '--shard: auto/3 is 4/3: expected I/N'],
] as const)('--shard %s with %j is refused', async ([shard], env, message) => {
  const { code, stderr } = await novaspec(['run', '--shard', shard], bench.folder, { ...env });
  expect(stderr).toContain(`novaspec: ${message}`);
  expect(stderr.split('\n')).toHaveLength(2);
  expect(code).toBe(2);
});

test('an Indexed Job of Kubernetes gets its part, and one without a case is incomplete', async () => {
  const words = ['--rule', 'attach.volume.unknown', '--reporter', 'terminal'];
  const job = (index: number, out: string) =>
    novaspec(['run', '--out', out, ...target, ...words, '--shard', 'auto/2'], bench.folder, {
      ...bench.env,
      JOB_COMPLETION_INDEX: String(index),
    });
  const [first, second] = await Promise.all([job(0, 'k0'), job(1, 'k1')]);
  expect([first.code, second.code]).toEqual([0, 4]);
  expect(Object.keys(verdictsIn('k0'))).toEqual(['attach.volume.unknown@2.60']);
  expect(JSON.parse(fileIn('k0', 'report.json')).shard).toEqual({ index: 1, total: 2, of: 1 });
  expect(second.stdout).toContain('note: shard 2/2: 0 of the 1 cases of the plan');
});

test('--timings takes the times of an earlier run', async () => {
  const words = [...target, '--suite', 'headers', '--timings', 'whole', '--reporter', 'terminal'];
  const { code } = await novaspec(['run', '--out', 'timed', ...words, '--shard', '1/2'], bench.folder, bench.env);
  expect(code).toBeLessThan(2);
  const { code: missing, stderr } = await novaspec(['run', '--timings', 'nowhere'], bench.folder, bench.env);
  expect(stderr).toBe('novaspec: nowhere: cannot be read: there is no such file or folder\n');
  expect(missing).toBe(2);
});
