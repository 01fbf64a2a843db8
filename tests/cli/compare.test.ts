import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DefaultTreeAdapterTypes, type ParserError, parse } from 'parse5';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredCase, StoredReport } from '../../src/report/stored-report.ts';
import { novaspec, type Outcome } from './command.ts';
import { makeTwoRuns, type TwoRuns } from './two-runs.ts';

let runs: TwoRuns;
let good: StoredReport;
let bad: StoredReport;

beforeAll(async () => {
  runs = await makeTwoRuns();
  good = read('good');
  bad = read('bad');
});

afterAll(() => runs.remove());

describe('diff', () => {
  test('tells what got worse, by cause, with an example of each, and what else is not the same', async () => {
    const { code, stdout, stderr } = await command('diff', 'good', 'bad');
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(/^before {2}good\/report\.json: novaspec, 2\.1 to 2\.\d+, .*: conforming, /);
    expect(stdout).toMatch(/^changed target +novaspec at http:\/\/127\S+ → novaspec at\n +http:\/\/127/m);
    expect(stdout).toMatch(/^changed personas +member, reader → member$/m);
    const failing = casesOf(bad, 'fail').filter(({ id }) => verdictIn(good, id) === 'pass');
    const skipped = casesOf(bad, 'skipped').filter(({ id }) => verdictIn(good, id) === 'pass');
    expect(failing.length).toBeGreaterThan(5);
    expect(skipped.length).toBeGreaterThan(0);
    expect(stdout).toContain(`\nWorse: ${failing.length + skipped.length} cases\n`);
    expect(stdout).toMatch(/^ {2}pass → fail {2}\d+ cases of \d+ rules: expected 200, received 203\n {4}e\.g\. \S+@2/m);
    expect(stdout).toMatch(/^ {2}pass → skipped {2}\d+ cases? of \d+ rules?: persona missing: /m);
    expect(stdout).toMatch(/^WORSE \(exit code 1\): \d+ worse, \d+ the same of \d+ cases in common$/m);

    const every = await command('diff', 'good', 'bad', '--verbose');
    for (const { id } of [...failing, ...skipped]) expect(every.stdout).toContain(`\n    ${id} (`);
    expect(await command('diff', 'good', 'bad')).toEqual({ code, stdout, stderr });
  });

  test('the other way round it got better, and the same is the same', async () => {
    const back = await command('diff', 'bad/report.json', 'good/report.json');
    expect(back.stdout).toMatch(/^ {2}fail → pass {2}\d+ cases of \d+ rules: expected 200, received 203$/m);
    expect(back.stdout).toMatch(/^NOT WORSE \(exit code 0\): \d+ better, /m);
    expect(back.code).toBe(0);
    const same = await command('diff', 'good', 'good');
    expect(same.stdout).toContain(`NOT WORSE (exit code 0): ${good.cases.length} the same`);
    expect(same.stdout).not.toContain('changed');
    expect(same.code).toBe(0);
  });

  test('cases of one run only are gone or new, and worse when they are new and fail', async () => {
    const gone = await command('diff', 'bad', 'part');
    expect(gone.stdout).toMatch(/^changed plan +\d+ cases, \w+ → \d+ cases, \w+$/m);
    expect(gone.stdout).toMatch(/^Gone: \d+ cases$/m);
    expect(gone.code).toBe(0);
    const added = await command('diff', 'part', 'bad');
    expect(added.stdout).toMatch(/^New: \d+ cases$/m);
    expect(added.stdout).toMatch(/^ {2}new → fail {2}\d+ cases/m);
    expect(added.code).toBe(1);
  });

  test('as JSON it holds every change, with what was expected and received', async () => {
    const { code, stdout } = await command('diff', 'good', 'bad', '--json');
    const { schema, counts, groups, exitCode } = JSON.parse(stdout);
    expect({ code, schema, exitCode }).toEqual({ code: 1, schema: 'urn:novaspec:diff:1', exitCode: 1 });
    const changes = groups.flatMap((each: { changes: unknown[] }) => each.changes);
    expect(counts.worse).toBe(changes.length);
    expect(counts.same + counts.worse).toBe(counts.common);
    expect(changes).toContainEqual(
      expect.objectContaining({ kind: 'worse', from: 'pass', to: 'fail', expected: '200', received: '203' }),
    );
  });

  test('runs without a case in common cannot be compared', async () => {
    const [first, ...others] = good.cases;
    if (!first) throw new Error('there is no case');
    write('one', { ...good, cases: [first] });
    write('others', { ...good, cases: others });
    const { code, stdout } = await command('diff', 'one', 'others');
    expect(stdout).toMatch(/^NOTHING IN COMMON \(exit code 4\): /m);
    expect(code).toBe(4);
  });
});

describe('matrix', () => {
  test('shows rules against runs: families, and below them what fails somewhere', async () => {
    const { code, stdout } = await command('matrix', 'good', 'bad', 'part');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^1 {2}novaspec, 2\.1 to \S+, \d{4}-\d\d-\d\d, novaspec \S+, plan A: conforming, /m);
    expect(stdout).toMatch(/plan B: not conforming, /);
    expect(stdout).toMatch(/^rule +1 novaspec 2\.\d+ +2 novaspec 2\.\d+ +3 novaspec 2\.\d+$/m);
    expect(stdout).toMatch(/^headers \(\d+ rules\) +ok \d+ +FAIL \d+\/\d+ +FAIL 7\/7$/m);
    expect(stdout).toMatch(/^ {2}headers\.vary +ok 5 +FAIL 5\/5 +FAIL 5\/5$/m);
    expect(stdout).not.toMatch(/^ {2}headers\.microversion /m);
    const every = await command('matrix', 'good', 'bad', 'part', '--verbose');
    expect(every.stdout).toMatch(/^ {2}headers\.microversion +ok \d+ +ok \d+ +-$/m);
  });

  test('as JSON it names the cases of each cell', async () => {
    const { stdout } = await command('matrix', 'good', 'bad', '--json');
    const { schema, runs, families } = JSON.parse(stdout);
    expect(schema).toBe('urn:novaspec:matrix:1');
    expect(runs.map((each: { file: string }) => each.file)).toEqual(['good/report.json', 'bad/report.json']);
    const rows = families.flatMap((each: { failing: { rule: string }[] }) => each.failing);
    const [passed, failed] = rows.find(({ rule }: { rule: string }) => rule === 'headers.vary').cells;
    expect(passed).toMatchObject({ counts: { total: 5, pass: 5 }, groups: [{ verdict: 'pass', cause: '' }] });
    expect(failed).toMatchObject({ counts: { total: 5, fail: 5 }, groups: [{ verdict: 'fail' }] });
    const ids = failed.groups.flatMap((each: { cases: string[] }) => each.cases).toSorted();
    expect(ids).toEqual(bad.cases.flatMap(({ id, rule }) => (rule === 'headers.vary' ? [id] : [])).toSorted());
  });

  test('as a page it is whole in itself, readable without colours, and shows strange text as text', async () => {
    const strange = '<script>alert(1)</script> & "quoted" \u001b[31m';
    const target = bad.target && { ...bad.target, name: strange };
    const rules = Object.fromEntries(
      Object.entries(bad.rules).map(([id, facts]) => [id, { ...facts, sentence: strange }]),
    );
    write('strange', { ...bad, target, rules, complete: false });
    const { code, stdout } = await command('matrix', 'good', 'strange', '--out', 'pages/matrix.html');
    expect(code).toBe(0);
    expect(stdout).toMatch(/\nPage: pages\/matrix\.html\n$/);
    const text = readFileSync(join(runs.folder, 'pages', 'matrix.html'), 'utf8');
    const errors: string[] = [];
    const page = parse(text, {
      onParseError: ({ code, startLine }: ParserError) => errors.push(`${startLine}: ${code}`),
    });
    expect(errors).toEqual([]);
    const all = elements(page);
    const named = (name: string) => all.filter(({ tagName }) => tagName === name);
    expect(named('script')).toEqual([]);
    // Nothing is loaded from anywhere.
    expect(all.flatMap(({ attrs }) => attrs).filter(({ name }) => /^(src|href|on.*)$/.test(name))).toEqual([]);
    expect(text).not.toContain('@import');
    expect(text).not.toContain('url(');
    expect(named('html')[0]?.attrs).toContainEqual({ name: 'lang', value: 'en' });
    for (const table of named('table')) {
      const inside = elements(table);
      expect(inside.filter(({ tagName }) => tagName === 'caption')).toHaveLength(1);
      for (const head of inside.filter(({ tagName }) => tagName === 'th')) {
        expect(head.attrs.map(({ name, value }) => `${name}=${value}`)).toContainEqual(
          expect.stringMatching(/^scope=(col|row)$/),
        );
      }
    }
    const shown = textOf(page);
    expect(shown).toContain('<script>alert(1)</script> & "quoted" \\u{1b}[31m');
    expect(shown).toContain('did not come to its end');
    expect(shown).toMatch(/FAIL 5\/5failed: \[list\]@2\.\d+ /);
    expect(shown).toContain('received absent');
    expect(text).toContain('--fail-ground');
  });
});

describe('a report that cannot be read is refused in one line', () => {
  test.for([
    ['nowhere', 'nowhere: cannot be read: there is no such file or folder'],
    ['empty', 'empty: holds no report.json: is it the folder of a run?'],
    ['text.json', 'text.json: is not JSON: '],
    ['other.json', 'other.json: is no report of novaspec'],
    ['newer.json', 'newer.json: is a report of version 2; novaspec 0.1.0 reads reports up to version 1'],
    ['wrong.json', 'wrong.json: /cases/0/verdict: must be equal to one of the allowed values: pass, '],
    ['lacking.json', "lacking.json: /cases/0: must have required property 'rule'"],
    ['target.json', 'target.json: /target/compute: must be string, not 5'],
    ['twice.json', 'is there twice'],
  ] as const)('%s', async ([place, line]) => {
    mkdirSync(join(runs.folder, 'empty'), { recursive: true });
    const [first, ...others] = good.cases;
    const lacking = { ...first, rule: undefined };
    const files: Record<string, unknown> = {
      'other.json': [1],
      'newer.json': { schema: 'urn:novaspec:report:2' },
      'wrong.json': { ...good, cases: [{ ...first, verdict: 'passed' }] },
      'lacking.json': { ...good, cases: [lacking, ...others] },
      'target.json': { ...good, target: { ...good.target, compute: 5 } },
      'twice.json': { ...good, cases: [first, first] },
    };
    const text = place in files ? JSON.stringify(files[place]) : '{ "schema": ';
    if (place.includes('.')) writeFileSync(join(runs.folder, place), text);
    const { code, stdout, stderr } = await command('diff', 'good', place);
    expect(stderr).toMatch(/^novaspec: .+\n$/);
    expect(stderr).toContain(line);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  test('by matrix too', async () => {
    expect(await command('matrix', 'good', 'nowhere')).toMatchObject({ code: 2, stdout: '' });
  });

  test('one of the same version with more in it is read', async () => {
    write('later', { ...good, invented: { later: true } } as StoredReport);
    expect((await command('diff', 'good', 'later')).code).toBe(0);
  });

  test('so is a place for the page that cannot be written', async () => {
    const { code, stdout, stderr } = await command('matrix', 'good', '--out', 'good/report.json/page.html');
    expect(stderr).toMatch(/^novaspec: --out: good\/report\.json\/page\.html cannot be written: .+\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

function command(...words: string[]): Promise<Outcome> {
  return novaspec(words, runs.folder);
}

function read(name: string): StoredReport {
  return JSON.parse(readFileSync(join(runs.folder, name, 'report.json'), 'utf8')) as StoredReport;
}

function write(name: string, report: StoredReport): void {
  mkdirSync(join(runs.folder, name), { recursive: true });
  writeFileSync(join(runs.folder, name, 'report.json'), JSON.stringify(report));
}

function casesOf({ cases }: StoredReport, verdict: StoredCase['verdict']): StoredCase[] {
  return cases.filter(each => each.verdict === verdict);
}

function verdictIn({ cases }: StoredReport, id: string): StoredCase['verdict'] | undefined {
  return cases.find(each => each.id === id)?.verdict;
}

type Element = DefaultTreeAdapterTypes.Element;

function elements(node: DefaultTreeAdapterTypes.ParentNode): Element[] {
  return node.childNodes.flatMap(each => ('tagName' in each ? [each, ...elements(each)] : []));
}

function textOf(node: DefaultTreeAdapterTypes.Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node ? node.childNodes.map(textOf).join('') : '';
}
