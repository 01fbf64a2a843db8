import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';
import { validateStrict } from 'ctrf';
import { XMLValidator } from 'fast-xml-parser';
import { marked } from 'marked';
import { Parser } from 'tap-parser';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openCommandBench } from './bench.ts';
import { main, novaspec, type Outcome, reportIn, scrubbed, startProcess, temporaryFolder } from './command.ts';

/** Two cases, in as little time as a run can take. */
const small = ['run', '--rule', 'attach.tag', '--microversions', 'latest', '--out', 'out'];
const allFiles = [
  'ctrf.json',
  'exchanges.har',
  'junit.xml',
  'ledger.jsonl',
  'report.html',
  'report.json',
  'report.md',
  'results.tap',
];

describe('a run of a faulty cloud in GitHub Actions', () => {
  test('writes every format so that its readers find the failures, and shows them', async () => {
    const cloud = await openCommandBench({ faults: ['list-203', 'header-vary-missing'] });
    const out = join(cloud.folder, 'out');
    const stepSummary = join(cloud.folder, 'summary.md');
    writeFileSync(stepSummary, '# Earlier\n');
    const args = ['run', '--os-cloud', 'novaspec', '--suite', 'headers', '--suite', 'shapes', '--out', out];
    const env = { ...cloud.env, GITHUB_ACTIONS: 'true', CI: 'true', GITHUB_STEP_SUMMARY: stepSummary };
    const { code, stdout, stderr } = await novaspec([...args, '--microversions', 'latest'], cloud.folder, env);

    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(readdirSync(out).toSorted()).toEqual(allFiles);
    expect(stdout).toContain(
      `Reports in ${out}: report.json, junit.xml, ctrf.json, report.md, results.tap, report.html, exchanges.har\n`,
    );

    const report = reportIn(out);
    const failed = report.cases.filter(({ verdict }) => verdict === 'fail');
    expect(failed.length).toBeGreaterThan(10);
    expect(schemaErrors(report)).toEqual([]);
    expect(XMLValidator.validate(read(out, 'junit.xml'))).toBe(true);
    const ctrf = JSON.parse(read(out, 'ctrf.json'));
    expect(() => validateStrict(ctrf)).not.toThrow();
    expect(ctrf.results.summary).toMatchObject({ tests: report.cases.length, failed: failed.length });
    expect(parseTap(read(out, 'results.tap'))).toMatchObject({ count: report.cases.length, fail: failed.length });
    expect(marked.parse(read(out, 'report.md'), { async: false })).toContain('<code>list.success</code>');

    expect(readFileSync(stepSummary, 'utf8')).toBe(`# Earlier\n${read(out, 'report.md')}`);
    const errors = stdout.match(/^::error title=.*$/gm) ?? [];
    expect(errors.join('\n')).toMatch(/title=list\.success \(\d+ cases\)::list\.success@.*received 203%0A/);
    expect(errors.join('\n')).toContain('title=headers.vary (');
  });
});

describe('--reporter', () => {
  test('writes what is named where it is named, and report.json in any case', async () => {
    const folder = temporaryFolder();
    const names = [
      '--reporter',
      'junit=deep/er/junit.xml,markdown',
      '--reporter',
      'tap=-',
      '--reporter',
      'json=copy.json',
    ];
    const { code, stdout, stderr } = await novaspec([...small, ...names], folder);
    expect(code).toBe(0);
    // Standard output holds the document alone.
    expect(parseTap(stdout)).toMatchObject({ ok: true, count: 2 });
    expect(stderr).toContain('CONFORMING (exit code 0)');
    expect(stderr).toContain('report.json, deep/er/junit.xml, report.md, copy.json\n');
    expect(readdirSync(join(folder, 'out')).toSorted()).toEqual(['ledger.jsonl', 'report.json', 'report.md']);
    expect(XMLValidator.validate(read(folder, 'deep/er/junit.xml'))).toBe(true);
    expect(read(folder, 'copy.json')).toBe(read(folder, 'out/report.json'));
  });

  test.for([
    ['jnuit', "--reporter: 'jnuit' is not known, did you mean 'junit'?"],
    ['junit,', "--reporter: '' is not known"],
    ['tap=', '--reporter: tap= names no file'],
    ['terminal=x', "--reporter: terminal goes to the screen, not to 'x'"],
    ['tap=x,junit=x', '--reporter: tap and junit both go to x'],
    ['tap=x,junit=./link/x', '--reporter: tap and junit both go to ./link/x'],
    ['tap=-,annotations', '--reporter: tap and annotations both go to standard output'],
    ['tap=out/report.json', '--reporter: json and tap both go to out/report.json'],
    ['tap=out/ledger.jsonl', '--reporter: the ledger and tap both go to out/ledger.jsonl'],
    ['tap=file/x', 'tap cannot be written to '],
    ['tap=out', ': it is a folder'],
    ['summary', '--reporter: summary needs a file, as summary=PATH: GITHUB_STEP_SUMMARY is not set'],
  ] as const)('refuses %s in one line, before anything is asked of a cloud', async ([value, line]) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'file'), '');
    execFileSync('ln', ['-s', '.', join(folder, 'link')]);
    const args = ['run', '--target', 'http://127.0.0.1:1', '--microversions', 'latest', '--out', 'out'];
    const { code, stdout, stderr } = await novaspec([...args, '--reporter', value], folder);
    expect(stderr).toMatch(/^novaspec: --reporter: .+\n$/);
    expect(stderr).toContain(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(existsSync(join(folder, 'out', 'report.json'))).toBe(false);
  });
});

describe('a report that cannot be written', () => {
  test('is named by all others, and the exit code says that something is missing', async () => {
    const folder = temporaryFolder();
    // Files may have four blocks of 1024 bytes here: enough for all but the three large ones.
    const large = ['exchanges.har', 'report.html', 'report.json'];
    const { code, stdout } = await shell(`ulimit -f 4; exec "${process.execPath}" "$0" ${small.join(' ')}`, folder);
    for (const name of large) expect(stdout).toContain(`\nlost: ${name}: file too large\n`);
    expect(stdout).toMatch(/^INCOMPLETE \(exit code 4\): 2 passed of 2 cases/m);
    expect(code).toBe(4);
    expect(readdirSync(join(folder, 'out')).toSorted()).toEqual(allFiles.filter(name => !large.includes(name)));
    expect(parseTap(read(folder, 'out/results.tap'))).toMatchObject({ ok: false, count: 3, pass: 2 });
    expect(read(folder, 'out/report.md')).toContain('- Lost: `exchanges.har: file too large`');
    expect(read(folder, 'out/junit.xml')).toContain(
      'incomplete: lost exchanges.har: file too large; report.json: file too large',
    );
  });

  // Only root may mount.
  test.skipIf(!mayMount())('leaves nothing of itself on a full disk, and nothing old', async () => {
    const folder = temporaryFolder();
    const disk = join(folder, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8k', 'tmpfs', disk]);
    onTestFinished(() => void execFileSync('umount', [disk]));
    writeFileSync(join(disk, 'results.tap'), 'of an earlier run\n');
    writeFileSync(join(disk, 'other'), 'x'.repeat(4096));
    const { code, stdout } = await novaspec([...small, '--reporter', 'junit,tap=disk/results.tap'], folder);
    expect(stdout).toContain('\nlost: disk/results.tap: no space left on device\n');
    expect(code).toBe(4);
    expect(readdirSync(disk)).toEqual(['other']);
    const lost = [{ file: 'disk/results.tap', why: 'no space left on device' }];
    expect(reportIn(join(folder, 'out'))).toMatchObject({ exitCode: 4, verdict: 'incomplete', complete: true, lost });
    expect(read(folder, 'out/junit.xml')).toContain('lost disk/results.tap');
  });

  test('is told too where it should go to a device, to a pipe that nobody reads, or to standard output', async () => {
    const folder = temporaryFolder();
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    const names = 'tap=/dev/full,ctrf=pipe,markdown=>(cat > copy.md),junit=-';
    const line = `"${process.execPath}" "$0" ${small.join(' ')} --reporter ${names} > /dev/full; code=$?; wait; exit $code`;
    const { code, stderr } = await shell(line, folder);
    expect(stderr).toContain('lost: /dev/full: no space left on device\n');
    expect(stderr).toContain('novaspec: standard output cannot be written: ');
    expect(code).toBe(4);
    const why = 'no space left on device';
    const report = reportIn(join(folder, 'out'));
    expect(report).toMatchObject({
      exitCode: 4,
      lost: [
        { file: '/dev/full', why },
        { file: 'pipe', why: 'no such device or address' },
        { file: 'standard output', why },
      ],
    });
    expect(schemaErrors(report)).toEqual([]);
    // A pipe that is read gets all of it.
    await expect.poll(() => read(folder, 'copy.md')).toContain('## Suites');
  });
});

function mayMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs a line in which `$0` is the command. */
function shell(line: string, cwd: string): Promise<Outcome> {
  return startProcess('/bin/bash', ['--norc', '-c', line, main], cwd, scrubbed(cwd)).ended;
}

function read(folder: string, name: string): string {
  return readFileSync(join(folder, name), 'utf8');
}

function parseTap(text: string): unknown {
  let found: unknown;
  const parser = new Parser({ strict: true }, results => {
    found = results;
  });
  parser.end(text);
  return found;
}

function schemaErrors(report: unknown): unknown[] {
  const schema = JSON.parse(readFileSync(new URL('../../schemas/report.schema.json', import.meta.url), 'utf8'));
  const validate = new Ajv2020({ allErrors: true, formats: fullFormats, allowUnionTypes: true }).compile(schema);
  return validate(report) ? [] : (validate.errors ?? []);
}
