import { validateStrict } from 'ctrf';
import { marked } from 'marked';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';
import { Parser } from 'tap-parser';
import { describe, expect, test } from 'vitest';
import { renderCtrf } from '../../reporters/ctrf.ts';
import { renderGithubAnnotations } from '../../reporters/github-annotations.ts';
import { renderMarkdown } from '../../reporters/markdown.ts';
import { renderTap } from '../../reporters/tap.ts';
import type { Report } from '../../src/report/model.ts';
import { makeCase, makeDeviation, makeFailure, makeReport, makeResult, makeRun } from '../report/make-report.ts';

type Node = DefaultTreeAdapterTypes.ChildNode;

/** Text that is markup, a directive, a command or the end of something in one of the formats. */
const nasty =
  '# SKIP \\ <script>alert(1)</script> </details> ::error::x %0A `` ``` | @somebody *a* --- \n  ...\nnot ok 9\u0000\u001b[31m é🚀 ]]>';

const verdicts = ['pass', 'fail', 'waived', 'skipped', 'error', 'unjudged'] as const;

/** A case of each verdict, all of whose texts are nasty. */
const mixed: Report = (() => {
  const cases = verdicts.map(id => makeCase({ id: `${id} ${nasty}`, rule: `rule.${id}` }));
  const id = (verdict: (typeof verdicts)[number]) => `${verdict} ${nasty}`;
  const deviations = [makeDeviation({ expected: nasty, received: nasty })];
  const results = [
    makeResult(id('pass'), { findings: [makeDeviation({ received: nasty, level: 'informative' })] }),
    makeFailure(id('fail'), { deviations }),
    makeFailure(id('waived'), { verdict: 'waived', deviations }),
    makeResult(id('skipped'), { verdict: 'skipped', skip: { reason: 'persona missing', detail: nasty } }),
    makeResult(id('error'), { verdict: 'error', message: nasty }),
  ];
  return makeReport({
    cases,
    results: new Map(results.map(result => [result.id, result])),
    complete: false,
    exitCode: 1,
    notes: [nasty],
    leftovers: [{ kind: 'volume', id: '1', name: nasty, why: nasty }],
    lost: [{ file: 'junit.xml', why: nasty }],
  });
})();

const green = makeRun([[makeCase(), makeResult('attach.volume.unknown@2.79')]]);
/** As many rules as nobody has, each with a failure of its own. */
const endless = makeRun(
  Array.from({ length: 900 }, (_, at) => {
    const rule = `family.rule-${at}`;
    const failed = makeCase({ rule, operation: rule });
    return [failed, makeFailure(failed.id, { deviations: [makeDeviation({ received: 'x'.repeat(400) })] })];
  }),
);
const unstarted = makeReport({ target: null, choices: null, failure: 'connection refused', exitCode: 3 });

describe('CTRF', () => {
  test.each([
    ['every verdict', mixed],
    ['a green run', green],
    ['a run that could not start', unstarted],
  ])('follows its published schema: %s', (_, report) => {
    const document = JSON.parse(renderCtrf(report));
    expect(() => validateStrict(document)).not.toThrow();
    expect(document.results.summary.tests).toBe(document.results.tests.length);
  });

  test('counts what CTRF has no word for as what its readers must not overlook', () => {
    const { results } = JSON.parse(renderCtrf(mixed));
    // A failure, an error, and the run itself.
    expect(results.summary).toMatchObject({ tests: 7, passed: 1, failed: 3, skipped: 2, pending: 1, other: 0 });
    expect(results.tests.map((each: { rawStatus: string }) => each.rawStatus)).toEqual([...verdicts, 'error']);
    expect(results.tests[1].trace).toContain('--case');
    expect(JSON.parse(renderCtrf(green)).results.summary).toMatchObject({ tests: 1, passed: 1, failed: 0 });
  });
});

describe('TAP', () => {
  test('is what a parser takes it for, whatever the texts hold', () => {
    const parsed = parseTap(renderTap(mixed));
    expect(parsed).toMatchObject({ ok: false, count: 7, pass: 3, fail: 4, skip: 2, todo: 1, bailout: false });
    expect(parsed.plan).toMatchObject({ start: 1, end: 7 });
    const [failed] = parsed.failures;
    expect(failed?.diag).toMatchObject({ severity: 'fail', rule: 'rule.fail', level: 'required' });
    expect(failed?.diag.deviations[0]?.received).toContain('not ok 9\\u{0}\\u{1b}[31m é🚀');
    expect(failed?.diag.text.at(-1)).toContain('--case');
  });

  test.each([
    ['a green run', green, true],
    ['a run that could not start', unstarted, false],
    ['no case', makeReport(), false],
    ['a lost file', { ...green, lost: [{ file: 'junit.xml', why: 'no space left on device' }] }, false],
  ])('says whether all is well: %s', (_, report, ok) => {
    expect(parseTap(renderTap(report)).ok).toBe(ok);
  });
});

describe('Markdown', () => {
  test('has tables and details, and no markup but its own', () => {
    const html = marked.parse(renderMarkdown(mixed), { async: false });
    const nodes = everyNode(parseFragment(html).childNodes);
    const count = (name: string) => nodes.filter(({ nodeName }) => nodeName === name).length;
    expect(count('script')).toBe(0);
    expect(count('em')).toBe(0);
    expect(count('details')).toBe(2);
    expect(count('summary')).toBe(2);
    // Facts, suites, skips and findings.
    expect(count('table')).toBe(4);
    expect(nodes.filter(({ nodeName }) => nodeName === 'h2').map(textOf)).toEqual([
      'Suites',
      'Failures by rule',
      'Could not be judged, by cause',
      'Skipped',
      'Findings, which fail nobody',
      'Notes',
    ]);
    for (const { nodeName, childNodes } of nodes.filter(({ nodeName }) => nodeName === 'details') as Parent[]) {
      // Markdown inside of HTML is only read as such where both are kept apart.
      expect(
        everyNode(childNodes).map(each => each.nodeName),
        nodeName,
      ).toContain('pre');
    }
    // Every cell is where its column is.
    for (const table of nodes.filter(({ nodeName }) => nodeName === 'table') as Parent[]) {
      const rows = everyNode(table.childNodes).filter(({ nodeName }) => nodeName === 'tr') as Parent[];
      const widths = rows.map(row => row.childNodes.filter(({ nodeName }) => /^t[hd]$/.test(nodeName)).length);
      expect(new Set(widths).size).toBe(1);
    }
    expect(textOf({ nodeName: '#all', childNodes: nodes } as unknown as Node)).toContain('@somebody *a*');
  });

  test('fits into a comment, and counts what does not', () => {
    const text = renderMarkdown(endless);
    expect(text.length).toBeLessThan(65_536);
    const blocks = text.match(/^<details>/gm)?.length ?? 0;
    expect(blocks).toBeGreaterThan(10);
    expect(text).toContain(`And ${900 - blocks} more, which stand in \`report.json\`.`);
  });
});

describe('GitHub annotations', () => {
  test('are one command a line, and say exactly what they should', () => {
    const commands = parseCommands(renderGithubAnnotations(mixed));
    expect(commands.map(({ kind }) => kind)).toEqual(['error', 'error', 'warning', 'warning']);
    expect(commands[0]?.message).toBe('incomplete: the run ended before 1 of 6 cases had a verdict');
    expect(commands[1]).toMatchObject({ title: 'rule.fail (1 case)' });
    expect(commands[1]?.message.split('\n')[0]).toContain('%0A `` ``` | @somebody');
    expect(commands[3]?.message).toContain(`volume 1 (${nasty}): ${nasty}`);
  });

  test('are as many as GitHub shows, and the last one counts the rest', () => {
    const commands = parseCommands(renderGithubAnnotations(endless));
    expect(commands).toHaveLength(10);
    expect(commands[9]?.title).toBe('and 891 more');
    for (const { message } of commands) expect(Array.from(message).length).toBeLessThanOrEqual(4096);
  });

  test('are none where nothing is to be said', () => {
    expect(renderGithubAnnotations(green)).toBe('');
  });
});

type Parent = Node & { childNodes: Node[] };

function everyNode(nodes: readonly Node[]): Node[] {
  return nodes.flatMap(node => [node, ...('childNodes' in node ? everyNode(node.childNodes) : [])]);
}

function textOf(node: Node): string {
  if ('value' in node) return node.value;
  return 'childNodes' in node
    ? everyNode(node.childNodes)
        .map(each => ('value' in each ? each.value : ''))
        .join('')
    : '';
}

interface Tap {
  ok: boolean;
  plan: { start: number; end: number };
  failures: { diag: { deviations: { received: string }[]; text: string[] } }[];
}

function parseTap(text: string): Tap {
  let found: unknown;
  const extra: string[] = [];
  const parser = new Parser({ strict: true }, results => {
    found = results;
  });
  // What the parser does not understand.
  parser.on('extra', (line: string) => extra.push(line));
  parser.end(text);
  expect(extra).toEqual([]);
  return found as Tap;
}

/** Workflow commands as GitHub's runner reads them. */
function parseCommands(text: string): { kind: string; title: string; message: string }[] {
  const lines = text.split('\n');
  expect(lines.pop()).toBe('');
  return lines.map(line => {
    const [, kind = '', title = '', message = ''] = /^::(error|warning) title=([^,:\r]*)::([^\r]*)$/.exec(line) ?? [];
    expect(kind, line).not.toBe('');
    return { kind, title: unescaped(title, true), message: unescaped(message, false) };
  });
}

function unescaped(text: string, isProperty: boolean): string {
  const data = text.replaceAll('%0D', '\r').replaceAll('%0A', '\n');
  return (isProperty ? data.replaceAll('%3A', ':').replaceAll('%2C', ',') : data).replaceAll('%25', '%');
}
