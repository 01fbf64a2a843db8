import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { beforeAll, expect, test } from 'vitest';
import { type Cloud, startCloud } from '../../cloud/cloud.ts';
import { rejudgeFolder } from '../../src/cli/rejudge-folder.ts';
import type { StoredReport } from '../../src/report/stored-report.ts';
import { novaspec, type Outcome, temporaryFolder } from './command.ts';

let bad: Cloud;
let good: Cloud;

beforeAll(async () => {
  [bad, good] = await Promise.all([
    startCloud({ delay: 1, faults: ['header-vary-missing', 'header-json-as-text'] }),
    startCloud({ delay: 1 }),
  ]);
  return () => Promise.all([bad.stop(), good.stop()]);
});

/** A folder to work in, and the command on one of the clouds there. */
function workplace() {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'bad.yaml'), bad.cloudsYaml());
  writeFileSync(join(folder, 'good.yaml'), good.cloudsYaml());
  const run = (cloud: 'bad' | 'good', out: string, ...words: string[]): Promise<Outcome> => {
    const env = { OS_CLIENT_CONFIG_FILE: join(folder, `${cloud}.yaml`) };
    return novaspec(['run', '--os-cloud', 'novaspec', '--suite', 'headers', '--out', out, ...words], folder, env);
  };
  const text = (name: string) => readFileSync(join(folder, name), 'utf8');
  return {
    folder,
    run,
    text,
    report: (name: string) => JSON.parse(text(`${name}/report.json`)) as StoredReport,
    command: (...words: string[]) => novaspec(words, folder),
    write: (name: string, content: string) => writeFileSync(join(folder, name), content),
  };
}

test('what failed becomes a baseline, with which the same cloud passes', async () => {
  const { folder, run, report, command, write } = workplace();
  const narrow = ['--microversions', '2.1,2.60-2.61'];
  expect(await run('bad', 'first', ...narrow, '--reporter', 'json')).toMatchObject({ code: 1 });
  const failed = report('first').cases.filter(({ verdict }) => verdict === 'fail');
  expect(failed.length).toBeGreaterThan(10);

  // Without reasons it is no baseline yet, and the gate says so.
  const empty = await command('baseline', 'first');
  expect(empty).toMatchObject({ code: 0 });
  expect(empty.stdout).toMatch(
    /^# yaml-language-server: \$schema=\.\/node_modules\/novaspec\/schemas\/baseline\.schema\.json\n/,
  );
  expect(empty.stdout).toMatch(
    / {2}# \d+ cases, e\.g\. headers\.vary\S+@2\.1: header Vary: expected .+, received absent\n {2}- rule: headers\.vary\n {4}reason: ""\n {4}when:\n {6}microversions: 2\.1,2\.60-2\.61\n/,
  );
  expect(empty.stderr).toMatch(
    /^novaspec: \d+ failed cases: \d+ new waivers\nnovaspec: each new waiver needs a reason/,
  );
  write('empty.yaml', empty.stdout);
  const refused = await run('bad', 'refused', '--baseline', 'empty.yaml');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  const lines = refused.stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(empty.stdout.match(/reason:/g)?.length ?? 0);
  expect(lines[0]).toMatch(/^novaspec: empty\.yaml:\d+: the waiver of \S+ has no reason: say why it is accepted$/);

  const words = ['--reason', 'vendor bug 7', '--link', 'https://bugs.example.org/7', '--expires', '2099-12-31'];
  const written = await command('baseline', 'first/report.json', '--out', 'baseline.yaml', ...words);
  expect(written).toMatchObject({ code: 0, stderr: '' });
  expect(written.stdout).toMatch(/^baseline\.yaml: \d+ failed cases: \d+ new waivers\n$/);

  const judged = await run('bad', 'waived', ...narrow, '--baseline', 'baseline.yaml', '--reporter', 'json,har');
  expect(judged).toMatchObject({ code: 0, stderr: '' });
  expect(judged.stdout).toMatch(
    new RegExp(`^0 new failures, ${failed.length} waived \\(baseline\\.yaml\\)\nCONFORMING \\(exit code 0\\)`, 'm'),
  );
  expect(judged.stdout).toMatch(
    /^Waived\n(?: {2}.+\n)* {2}\d+ cases of headers\.vary: vendor bug 7 \(https:\/\/bugs\.example\.org\/7, until 2099-12-31\)$/m,
  );
  expect(judged.stdout).not.toContain('FAIL');
  const { baseline, cases } = report('waived');
  expect(baseline).toMatchObject({ file: 'baseline.yaml', stale: [], waived: failed.length });
  const waived = cases.filter(({ verdict }) => verdict === 'waived');
  expect(waived.map(({ id }) => id)).toEqual(failed.map(({ id }) => id));
  for (const [at, { deviations, waiver, message }] of waived.entries()) {
    expect(deviations).toEqual(failed[at]?.deviations);
    expect(waiver).toMatchObject({ file: 'baseline.yaml', reason: 'vendor bug 7', expires: '2099-12-31' });
    expect(message).toBe(`waived: vendor bug 7 (https://bugs.example.org/7, until 2099-12-31): ${failed[at]?.message}`);
  }
  expect(schemaErrors(report('waived'))).toEqual([]);
  // What is accepted is in the record as the failure that it is.
  expect(await rejudgeFolder(join(folder, 'waived'))).toEqual([]);
  const diff = await command('diff', 'first', 'waived');
  expect(diff).toMatchObject({ code: 0 });
  expect(diff.stdout).toMatch(/fail → waived {2}\d+ cases of \d+ rules?: vendor bug 7 \(https:/);
});

test('what a good cloud does not need is told and goes; what a run says nothing of stays', async () => {
  const { run, text, report, command, write } = workplace();
  const others = `  # kept as it is
  - { rule: list, reason: bug 8 }
  - { rule: headers, reason: bug 9, when: { max: '2.1' } }
`;
  write(
    'baseline.yaml',
    `waivers:\n  - rule: headers.vary\n    reason: bug 7\n    when: { microversions: 2.1 }\n${others}`,
  );
  const part = ['--microversions', '2.1', '--reporter', 'json,annotations'];
  const fixed = await run('good', 'fixed', ...part, '--baseline', 'baseline.yaml');
  expect(fixed).toMatchObject({ code: 1 });
  const { stale } = report('fixed').baseline ?? {};
  const why = expect.stringMatching(/^no longer matches anything that fails \(\d+ cases passed\)$/);
  expect(stale).toEqual([{ line: 2, name: 'headers.vary', why }]);
  const told = 'baseline.yaml:2: waiver of headers.vary no longer matches anything that fails';
  expect(fixed.stdout.replaceAll(/\n {2}/g, ' ')).toMatch(
    new RegExp(`^${told} \\(\\d+ cases passed\\): remove it$`, 'm'),
  );
  expect(fixed.stdout).toMatch(
    /^0 new failures, 0 waived \(baseline\.yaml\), 1 waiver no longer needed\nNOT CONFORMING \(exit code 1\): /m,
  );
  expect(fixed.stdout).toContain('::warning file=baseline.yaml,line=2,title=waiver of headers.vary::');
  expect(schemaErrors(report('fixed'))).toEqual([]);

  const renewed = await command('baseline', 'fixed', '--baseline', 'baseline.yaml', '--out', 'renewed.yaml');
  expect(renewed).toMatchObject({ code: 0, stderr: '' });
  expect(renewed.stdout).toMatch(/^renewed\.yaml: 0 failed cases: 0 new waivers, 2 kept\n/);
  expect(renewed.stdout).toContain(`dropped: ${told}`);
  expect(text('renewed.yaml')).toBe(`waivers:\n${others}`);
});

test('a failure that is not in the baseline is a new one', async () => {
  const { run, command, write } = workplace();
  write('one.yaml', 'waivers:\n  - { rule: headers.vary, reason: vendor bug 7 }\n');
  const selected = ['--rule', 'headers', '--microversions', 'latest', '--reporter', 'json'];
  const some = await run('bad', 'some', ...selected, '--baseline', 'one.yaml');
  expect(some).toMatchObject({ code: 1 });
  expect(some.stdout).toMatch(/^\d+ new failures?, \d+ waived \(one\.yaml\)$/m);
  expect(some.stdout).toMatch(/^ {2}\d+ cases? of headers\.content-type\.success \(/m);
  expect(some.stdout).not.toMatch(/^ {2}\d+ cases? of headers\.vary \(/m);
  const again = await command('baseline', 'some', '--baseline', 'one.yaml', '--reason', 'vendor bug 8');
  expect(again.stdout).toMatch(
    /^waivers:\n {2}- \{ rule: headers\.vary, reason: vendor bug 7 \}\n {2}# .+\n {2}- rule: h/,
  );
  expect(again.stderr).toMatch(/^novaspec: \d+ failed cases: 1 new waiver, 1 kept\n$/);
});

test('what cannot be read, and words that say nothing, are told in one line', async () => {
  const { command } = workplace();
  const refusals: [string[], RegExp][] = [
    [['baseline', 'nowhere'], /^novaspec: nowhere: cannot be read: /],
    [['baseline', '.', '--reason', 'TODO'], /^novaspec: --reason: 'TODO' is no reason\n$/],
    [['baseline', '.', '--link', 'bugs/7'], /^novaspec: --link: 'bugs\/7' is no URL that begins with http/],
    [['baseline', '.', '--expires', '2099-02-30'], /^novaspec: --expires: '2099-02-30' is no date; expected /],
    [['baseline', '.', '--expires', '2001-01-01'], /^novaspec: --expires: 2001-01-01 is over\n$/],
    [['run', '--baseline', 'nowhere.yaml'], /^novaspec: nowhere\.yaml: cannot be read: there is no such file\n$/],
  ];
  await Promise.all(
    refusals.map(async ([words, line]) => {
      const { code, stderr } = await command(...words);
      expect({ words, code }).toEqual({ words, code: 2 });
      expect(stderr).toMatch(line);
    }),
  );
});

function schemaErrors(value: unknown) {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  addFormats.default(ajv);
  const schema = readFileSync(new URL('../../schemas/report.schema.json', import.meta.url), 'utf8');
  const validate = ajv.compile(JSON.parse(schema));
  return validate(value) ? [] : validate.errors;
}
