import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CloudOptions } from '../../cloud/cloud.ts';
import { type CommandBench, openCommandBench } from '../cli/bench.ts';
import { novaspec, type Outcome, start } from '../cli/command.ts';
import { statementIn, trialFile } from './certified.ts';

const personas = ['reader', 'other', 'admin'].flatMap(name => ['--persona', `${name}=novaspec-${name}`]);

/** A cloud, keys, and a profile of two rules and one run. */
async function workplace(options: CloudOptions = {}, change = (profile: string) => profile): Promise<CommandBench> {
  const bench = await openCommandBench(options);
  const profile = readFileSync(trialFile, 'utf8')
    .replace(/rules: \[.*\]/, 'rules: [list.success, headers.vary]')
    .replace('repetitions: 3', 'repetitions: 1');
  writeFileSync(join(bench.folder, 'small.yaml'), change(profile));
  await novaspec(['keygen', '--out', 'me'], bench.folder);
  return bench;
}

function certify(bench: CommandBench, ...more: string[]): Promise<Outcome> {
  const args = ['certify', '--os-cloud', 'novaspec', '--profile', './small.yaml', '--key', 'me.key', '--out', 'bundle'];
  return novaspec([...args, ...more], bench.folder, bench.env);
}

function verify(bench: CommandBench): Promise<Outcome> {
  return novaspec(['verify', 'bundle', '--pub', 'me.pub', '--profile', './small.yaml'], bench.folder);
}

describe('what a faulty cloud gets', () => {
  test.each([
    ['FAILED where it breaks the published contract', 'list-203', 'FAILED', 1],
    ['a warning where it breaks what is not published', 'header-vary-missing', 'WARNED', 0],
  ])('is %s, signed', async (_what, fault, result, exit) => {
    const bench = await workplace({ faults: [fault] });
    const { code, stdout } = await certify(bench, ...personas);
    expect(stdout).toContain(`\n${result}: novaspec, trial-tags\n  run-1: `);
    expect(code).toBe(exit);
    const { predicate } = statementIn(join(bench.folder, 'bundle'));
    const [run] = predicate.novaspec.runs;
    expect(predicate.result).toBe(result);
    expect(run?.failures.length).toBeGreaterThan(0);
    const verified = await verify(bench);
    expect(verified.stdout).toContain(`\ngenuine, and ${result}`);
    expect(verified.code).toBe(exit);
    const page = readFileSync(join(bench.folder, 'bundle', 'certificate.html'), 'utf8');
    expect(page).toContain(run?.failures[0]?.case);
    expect(await bench.leftovers()).toEqual([]);
  });
});

test('an interrupted certification is not signed, and says so', async () => {
  const bench = await workplace();
  const args = [
    'certify',
    '--os-cloud',
    'novaspec',
    ...personas,
    '--profile',
    './small.yaml',
    '--key',
    'me.key',
    '--out',
    'bundle',
  ];
  const { child, says, ended } = start(args, bench.folder, bench.env);
  await says('cases\n');
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect(stderr).toContain('novaspec: nothing was signed: run-1: interrupted\n');
  expect(code).toBe(130);
  expect(existsSync(join(bench.folder, 'bundle', 'attestation.dsse.json'))).toBe(false);
  const verified = await verify(bench);
  expect(verified.stdout).toContain('INCOMPLETE: this certification did not come to its end: run-1: interrupted\n');
  expect(verified.code).toBe(1);
  expect(await bench.leftovers()).toEqual([]);
});

test('a killed certification is none, and its run is cleaned up like any other', async () => {
  const bench = await workplace({ delay: 20 });
  const out = 'novaspec-results/certificate';
  const args = ['certify', '--os-cloud', 'novaspec', ...personas, '--profile', './small.yaml', '--key', 'me.key'];
  const { child, ended } = start([...args, '--out', out], bench.folder, bench.env);
  await expect.poll(() => bench.leftovers(), { timeout: 30_000 }).not.toEqual([]);
  child.kill('SIGKILL');
  await ended;
  const verified = await novaspec(['verify', out, '--pub', 'me.pub'], bench.folder);
  expect(verified.stdout).toContain('INCOMPLETE: this certification did not come to its end: it was ended before');
  expect(verified.code).toBe(1);
  const cleaned = await novaspec(['cleanup', '--os-cloud', 'novaspec', ...personas], bench.folder, bench.env);
  expect(cleaned.stdout).toMatch(/\nNothing is left\.\n$/);
  expect(await bench.leftovers()).toEqual([]);
});

test('what could not be removed is named, and its ledger kept beside the bundle', async () => {
  const bench = await workplace({ troubles: ['deletes-never-end'] });
  const { code, stdout } = await certify(bench, ...personas, '--wait', '2');
  expect(stdout).toContain('\nPASSED: ');
  expect(code).toBe(5);
  expect(existsSync(join(bench.folder, 'bundle-left', 'run-1', 'ledger.jsonl'))).toBe(true);
  expect(stdout).toMatch(
    /^The ledger was moved out of the bundle; what was left is removed by: npx novaspec cleanup bundle-left\/run-1 --os-cloud novaspec /m,
  );
  expect((await verify(bench)).code).toBe(0);
});

describe('before anything is made', () => {
  test('a persona that was not given is asked for', async () => {
    const bench = await workplace();
    const { code, stdout, stderr } = await certify(bench);
    expect(stderr).toMatch(
      /^(novaspec: trial-tags: persona (reader|other|admin): no cloud was given for it: --persona \2=NAME\n){3}$/,
    );
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(existsSync(join(bench.folder, 'bundle'))).toBe(false);
  });

  test('an older release, or one without what the profile asks for, is refused', async () => {
    const bench = await workplace({ release: 'zed' }, profile =>
      profile.replace('features: [volume service]', 'features: [project id, failing attaches]'),
    );
    const { code, stderr } = await certify(bench, ...personas, '--volume-url', `${bench.cloud.url}/none`);
    expect(stderr).toContain(
      'novaspec: trial-tags: microversions: the target offers 2.1 to 2.93, the profile asks for 2.1 to 2.104\n',
    );
    expect(stderr).toContain('novaspec: trial-tags: failing attaches: needs an operator');
    expect(code).toBe(4);
  });

  test('a folder that holds something, and options that choose cases, are refused', async () => {
    const bench = await workplace();
    const filled = await certify(bench, '--out', '.');
    expect(filled).toEqual({
      code: 2,
      stdout: '',
      stderr: 'novaspec: --out: . is not empty, and a bundle holds nothing else\n',
    });
    for (const option of [
      ['--rule', 'list'],
      ['--level', 'required'],
      ['--seed', '7'],
      ['--microversions', 'latest'],
    ]) {
      const { code, stderr } = await certify(bench, ...option);
      expect(stderr).toBe(`novaspec: ${option[0]}: what is judged, and with which seeds, is the profile's to say\n`);
      expect(code).toBe(2);
    }
  });
});
