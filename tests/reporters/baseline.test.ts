import { validateStrict } from 'ctrf';
import { XMLParser } from 'fast-xml-parser';
import { Parser } from 'tap-parser';
import { expect, test } from 'vitest';
import { renderCtrf } from '../../reporters/ctrf.ts';
import { renderGithubAnnotations } from '../../reporters/github-annotations.ts';
import { encodeReport } from '../../reporters/html/encode.ts';
import { decodeReport } from '../../reporters/html/page/decode.ts';
import { renderJson } from '../../reporters/json.ts';
import { renderJunit } from '../../reporters/junit.ts';
import { renderMarkdown } from '../../reporters/markdown.ts';
import { renderTap } from '../../reporters/tap.ts';
import { endingLines } from '../../reporters/terminal/ending.ts';
import { paintBox } from '../../reporters/terminal/paint.ts';
import type { Waived } from '../../src/judge/verdict.ts';
import { makeCase, makeFailure, makeResult, makeRun } from '../report/make-report.ts';

/** What nobody may take for the end of something. */
const nasty = '# SKIP ::error:: `x` | <b> \u001b[31m';

const waiver: Waived = { file: 'ci/known.yaml', line: 3, name: 'attach.tag', reason: `vendor bug ${nasty}` };
// The run is of 2026-03-01.
const soon: Waived = { ...waiver, line: 9, name: 'attach.flag', reason: 'vendor bug 8', expires: '2026-03-14' };
const later: Waived = { ...waiver, line: 20, name: 'attach.device', reason: 'vendor bug 9', expires: '2026-03-16' };
const stale = {
  line: 14,
  name: 'list.success',
  why: 'no longer matches anything that fails (12 cases passed)',
};

const waived = (rule: string, by: Waived) => {
  const one = makeCase({ rule });
  const message = `waived: ${by.reason}: ${rule}: expected 404 itemNotFound, received 200`;
  return [one, makeFailure(one.id, { verdict: 'waived', message, waiver: by })] as [
    typeof one,
    ReturnType<typeof makeFailure>,
  ];
};
const passed = makeCase({ rule: 'list.success' });
const failed = makeCase({ rule: 'attach.success' });
const baseline = { file: 'ci/known.yaml', waivers: 4, stale: [stale] };
const run = makeRun(
  [
    waived('attach.tag', waiver),
    waived('attach.flag', soon),
    waived('attach.device', later),
    [passed, makeResult(passed.id)],
    [failed, makeFailure(failed.id)],
  ],
  { exitCode: 1, baseline },
);
const green = makeRun([waived('attach.tag', waiver)], { baseline: { ...baseline, stale: [] } });
const told = `ci/known.yaml:14: waiver of list.success ${stale.why}: remove it`;
const delta = '1 new failure, 3 waived (ci/known.yaml), 1 waiver no longer needed';

test('the terminal ends with what is new; the waived stand in a list, the first to expire first', () => {
  const lines = endingLines(run, 200, paintBox(false));
  const [from, to] = [lines.indexOf('Waived'), lines.indexOf(told)];
  expect(lines.slice(from + 1, to - 1)).toEqual([
    '  1 case of attach.flag: vendor bug 8 (until 2026-03-14), expires in 13 days: ci/known.yaml:9',
    '  1 case of attach.device: vendor bug 9 (until 2026-03-16)',
    '  1 case of attach.tag: vendor bug # SKIP ::error:: `x` | <b> \\u{1b}[31m',
  ]);
  expect(lines.slice(-2)).toEqual([
    delta,
    expect.stringContaining('NOT CONFORMING (exit code 1): 1 passed, 1 failed, 3 waived'),
  ]);
  expect(lines.filter(line => line.includes('attach.tag'))).toHaveLength(1);
});

test('report.json holds the waivers of cases, and those that nothing needs', () => {
  const { baseline: told, cases } = renderJson(run);
  expect(told).toEqual({ ...baseline, waived: 3 });
  expect(cases.map(each => ('waiver' in each ? each.waiver : null))).toEqual([waiver, soon, later, null, null]);
  expect('baseline' in renderJson(makeRun([]))).toBe(false);
});

test('JUnit: skipped with the reason, and a failure for each that nothing needs', () => {
  const text = renderJunit(run);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '',
    isArray: name => /^test(case|suite)$/.test(name),
  });
  const { testsuites } = parser.parse(text);
  expect(testsuites).toMatchObject({ tests: '6', failures: '2', errors: '0' });
  const [suite, further] = testsuites.testsuite;
  expect(suite).toMatchObject({ tests: '5', failures: '1', skipped: '3' });
  expect(suite.testcase[1].skipped.message).toMatch(/^waived: vendor bug 8: attach\.flag: expected/);
  expect(further).toMatchObject({ name: 'novaspec.baseline', tests: '1', failures: '1', errors: '0' });
  expect(further.testcase[0].failure.message).toBe(told);
  expect(renderJunit(green)).not.toContain('<failure');
});

test('CTRF: skipped, and a test that failed for each that nothing needs', () => {
  const document = JSON.parse(renderCtrf(run));
  expect(() => validateStrict(document)).not.toThrow();
  expect(document.results.summary).toMatchObject({ tests: 6, passed: 1, failed: 2, skipped: 3 });
  const { tests } = document.results;
  expect(tests[1]).toMatchObject({ status: 'skipped', rawStatus: 'waived' });
  expect(tests[1].message).toBe(
    'attach.flag@2.79: waived: vendor bug 8 (until 2026-03-14): expected 404 itemNotFound, received 200',
  );
  expect(tests[5]).toMatchObject({ suite: ['baseline'], message: told });
});

test('TAP: a TODO with the reason, and a point that is not ok for each that nothing needs', () => {
  const points = Parser.parse(renderTap(run)).flatMap(([kind, content]) => (kind === 'assert' ? [content] : []));
  expect(points.map(({ todo }) => todo)).toEqual([
    expect.stringMatching(/^waived vendor bug \\?# SKIP/),
    'waived vendor bug 8 (until 2026-03-14)',
    'waived vendor bug 9 (until 2026-03-16)',
    false,
    false,
    false,
  ]);
  expect(points.at(-1)).toMatchObject({ ok: false, name: 'the waiver of list.success in line 14 is needed' });
  const isOk = Parser.parse(renderTap(green)).find(([kind]) => kind === 'complete')?.[1];
  expect(isOk).toMatchObject({ ok: true });
});

test('Markdown: a table of the waived, without their failures', () => {
  const text = renderMarkdown(run);
  expect(text).toContain(`Against the baseline: \`${delta}\``);
  expect(text).toContain(`- \`${told}\``);
  expect(text).toContain(
    '| 1 | `attach.flag` | `vendor bug 8` |  | **2026-03-14, expires in 13 days** | `ci/known.yaml:9` |',
  );
  expect(text).toContain('| 1 | `attach.device` | `vendor bug 9` |  | 2026-03-16 | `ci/known.yaml:20` |');
  expect(text).toMatch(/\| 1 \| `attach\.tag` \| ``.*\\\|.*`` \|/);
  expect(text.match(/<details>/g)).toHaveLength(1);
});

test('annotations: a warning at the line of each that nothing needs; none for the waived', () => {
  const [error, ...warnings] = renderGithubAnnotations(run).trimEnd().split('\n');
  expect(error).toMatch(/^::error title=attach\.success \(1 case\)::/);
  expect(warnings).toEqual([`::warning file=ci/known.yaml,line=14,title=waiver of list.success::${told}`]);
});

test('the page holds all of it', () => {
  const page = decodeReport(JSON.parse([...encodeReport(run)].join('')));
  expect(page.baseline).toEqual(baseline);
  expect([...page.results.values()].map(each => each.waiver)).toEqual([waiver, soon, later, undefined, undefined]);
});
