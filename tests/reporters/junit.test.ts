import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { renderJunit } from '../../reporters/junit.ts';
import type { Report } from '../../src/report/model.ts';
import {
  makeCase,
  makeDeviation,
  makeExchange,
  makeFailure,
  makeReport,
  makeResult,
  makeRun,
  makeTimeline,
} from '../report/make-report.ts';

interface Outcome {
  message: string;
  type?: string;
  '#text'?: string;
}
interface Testcase {
  classname: string;
  name: string;
  time: string;
  failure?: Outcome;
  error?: Outcome;
  skipped?: Outcome;
  'system-out'?: string;
}
interface Testsuite {
  name: string;
  tests: string;
  failures: string;
  errors: string;
  skipped: string;
  time: string;
  timestamp: string;
  properties: { property: { name: string; value: string }[] };
  testcase: Testcase[];
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  trimValues: false,
  htmlEntities: true,
  isArray: name => ['testsuite', 'testcase', 'property'].includes(name),
});

function parse(report: Report): Testsuite[] {
  const xml = renderJunit(report);
  expect(XMLValidator.validate(xml)).toBe(true);
  return parser.parse(xml).testsuites.testsuite;
}

function parseOne(report: Report): Testcase {
  const testcase = parse(report)[0]?.testcase[0];
  if (!testcase) throw new Error('there is no testcase');
  return testcase;
}

const planned = makeCase();

test('a suite per suite, a testcase per case, with the numbers a reader adds up', () => {
  const cases = ['a', 'b', 'c', 'd'].map(id => makeCase({ id, suite: id === 'd' ? 'detach' : 'attach' }));
  const results = [
    makeResult('a'),
    makeFailure('b', { startedAt: Date.parse('2026-03-01T03:00:05Z'), durationMs: 1_500 }),
    makeResult('c', { verdict: 'error', message: 'quota' }),
    makeResult('d', { verdict: 'skipped', skip: { reason: 'deselected', detail: 'x' } }),
  ];
  const [attach, detach] = parse(makeReport({ cases, results: new Map(results.map(r => [r.id, r])) }));
  expect(attach).toMatchObject({ name: 'novaspec.attach', tests: '3', failures: '1', errors: '1', skipped: '0' });
  // From the first start to the last end.
  expect(attach).toMatchObject({ time: '5.500', timestamp: '2026-03-01T03:00:01' });
  expect(attach?.testcase[1]).toMatchObject({ classname: 'novaspec.attach', name: 'b', time: '1.500' });
  expect(attach?.testcase[2]?.error?.message).toBe('c: could not be judged: quota');
  expect(detach).toMatchObject({ name: 'novaspec.detach', tests: '1', skipped: '1' });
});

test('a failure carries its rule, its headline and the whole text', () => {
  const { failure } = parseOne(makeRun([[planned, makeFailure(planned.id)]]));
  expect(failure?.type).toBe('attach.volume.unknown');
  expect(failure?.message).toBe('attach.volume.unknown@2.79: expected 404 itemNotFound, received 200');
  expect(failure?.['#text']).toContain('Attaching a volume that does not exist is refused.');
  expect(failure?.['#text']).toContain('"X-Auth-Token: $OS_TOKEN"');
  expect(failure?.['#text']).toContain('--case attach.volume.unknown@2.79');
});

test('a failure carries what was seen, line by line', () => {
  const timelines = [makeTimeline({ completed: null })];
  const { failure } = parseOne(makeRun([[planned, makeFailure(planned.id, { timelines })]]));
  expect(failure?.['#text']?.split('\n').slice(1, 6)).toEqual([
    '  seen    attach: POST /servers/5e/os-volume_attachments',
    expect.stringMatching(/^ +list +readings$/),
    '           +2–12 ms  absent',
    '          +30–41 ms  present',
    '          not completed within 120 s',
  ]);
});

test('a skip carries its reason and detail', () => {
  const skip = { reason: 'persona missing', detail: 'no reader' } as const;
  const { skipped } = parseOne(makeRun([[planned, makeResult(planned.id, { verdict: 'skipped', skip })]]));
  expect(skipped?.message).toBe('persona missing: no reader');
});

test('a waived failure is neither a failure nor silent', () => {
  const message = 'waived: vendor bug 7: attach.volume.unknown: expected 404 itemNotFound, received 200';
  const testcase = parseOne(makeRun([[planned, makeFailure(planned.id, { verdict: 'waived', message })]]));
  expect(testcase.failure).toBeUndefined();
  expect(testcase.skipped?.message).toBe(message);
});

test('findings stand in the output of their case', () => {
  const findings = [makeDeviation({ what: 'header vary', level: 'informative' })];
  const testcase = parseOne(makeRun([[planned, makeResult(planned.id, { findings })]]));
  expect(testcase['system-out']).toBe('finding: header vary: expected 404 itemNotFound, received 200 (informative)');
});

test('the properties tell what was judged by what', () => {
  const [suite] = parse(makeRun([[planned, makeResult(planned.id)]]));
  expect(Object.fromEntries(suite?.properties.property.map(({ name, value }) => [name, value]) ?? [])).toEqual({
    toolVersion: '1.2.3',
    planDigest: 'sha256:abc',
    target: 'devstack',
    compute: 'http://127.0.0.1:8774/v2.1',
    microversions: '2.1 to 2.101',
  });
});

test('an interrupted run is not green: its open cases are named, and the run itself is an error', () => {
  const [attach, run] = parse(makeRun([[planned]], { complete: false }));
  expect(attach?.testcase[0]?.skipped?.message).toBe('no verdict: the run ended before this case');
  expect(run).toMatchObject({ name: 'novaspec.run', errors: '1' });
  expect(run?.testcase[0]?.error?.message).toBe('incomplete: the run ended before 1 of 1 cases had a verdict');
});

test.each([
  ['could not run: connection refused', makeReport({ target: null, failure: 'connection refused' })],
  ['incomplete: no case was selected', makeReport()],
])('a run without cases is not green: %s', (message, report) => {
  expect(parseOne(report).error?.message).toBe(message);
});

test('what XML cannot hold does not break it', () => {
  const nasty = 'a<b>&"\'\u0000\u0008\u000B\u001B[31m\uFFFE\uFFFF\uD800 ]]> <![CDATA[ é 🚀';
  const skip = { reason: 'capability missing', detail: `${nasty}\nx\ty` } as const;
  const other = makeCase({ id: nasty });
  const report = makeRun([
    [
      planned,
      makeFailure(planned.id, {
        deviations: [makeDeviation({ received: nasty })],
        exchanges: [makeExchange({ body: nasty }, { body: nasty })],
      }),
    ],
    [other, makeResult(nasty, { verdict: 'skipped', skip })],
  ]);
  expect(renderJunit(report)).toMatch(/^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u);
  const [failed, skipped] = parse(report)[0]?.testcase ?? [];
  expect(failed?.failure?.message).toContain('received a<b>&"\'\\u{0}\\u{8}\\u{b}\\u{1b}[31m');
  expect(failed?.failure?.['#text']).toContain(']]> <![CDATA[ é 🚀');
  expect(skipped?.name).toContain('a<b>&"\'\\u{0}');
  expect(skipped?.skipped?.message).toMatch(/🚀\nx\ty$/);
});
