import type { CaseResult } from '../src/judge/verdict.ts';
import type { Case } from '../src/plan/case.ts';
import { type Counts, countVerdicts } from '../src/report/counts.ts';
import { deviationText, failureLines, failureText } from '../src/report/failure-text.ts';
import { type FurtherTest, furtherTests } from '../src/report/further-tests.ts';
import { groupBy } from '../src/report/group-by.ts';
import type { Report } from '../src/report/model.ts';
import { escapeXml, xmlElement } from './xml.ts';

/**
 * The run as JUnit XML, in the subset that Jenkins, GitLab and the surefire readers share. What JUnit has no word for: a
 * waived case and one without a verdict are `skipped` and say so; a run that is incomplete or that could not start has an
 * additional suite `run` with one error, and one whose waivers no longer apply a suite `baseline` with a failure for each, so that
 * no reader takes it for a success.
 */
export function renderJunit(report: Report): string {
  const suites = [...groupBy(report.cases, c => c.suite)].map(([suite, cases]) =>
    suiteElement(
      suite,
      countVerdicts(cases, report.results),
      cases.map(c => caseElement(c, report)),
      suiteTimes(cases, report),
      report,
    ),
  );
  const all = countVerdicts(report.cases, report.results);
  const further = furtherTests(report);
  for (const [suite, tests] of groupBy(further, test => test.suite)) {
    const failed = tests.filter(({ verdict }) => verdict === 'fail').length;
    const none: Counts = { total: 0, pass: 0, fail: 0, waived: 0, skipped: 0, error: 0, unjudged: 0 };
    const counts = { ...none, total: tests.length, fail: failed, error: tests.length - failed };
    const times = { startedAt: report.startedAt, durationMs: 0 };
    suites.push(suiteElement(suite, counts, tests.map(furtherElement), times, report));
  }
  const failed = further.filter(({ verdict }) => verdict === 'fail').length;
  const totals = {
    name: report.tool.name,
    tests: all.total + further.length,
    failures: all.fail + failed,
    errors: all.error + further.length - failed,
    time: seconds((report.finishedAt ?? report.startedAt) - report.startedAt),
  };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${xmlElement('testsuites', totals, suites)}\n`;
}

function furtherElement({ suite, name, verdict, message }: FurtherTest): string {
  const element = verdict === 'fail' ? 'failure' : 'error';
  const why = xmlElement(element, { type: suite, message }, [escapeXml(message, 'text')]);
  return xmlElement('testcase', { classname: `novaspec.${suite}`, name, time: '0.000' }, [why]);
}

function suiteElement(
  suite: string,
  counts: Counts,
  testcases: string[],
  { startedAt, durationMs }: { startedAt: number; durationMs: number },
  report: Report,
): string {
  const attributes = {
    name: `${report.tool.name}.${suite}`,
    tests: counts.total,
    failures: counts.fail,
    errors: counts.error,
    skipped: counts.skipped + counts.waived + counts.unjudged,
    time: seconds(durationMs),
    timestamp: new Date(startedAt).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length),
  };
  // In every suite: the schema of Jenkins has no place for them above the suites.
  const properties = Object.entries(propertiesOf(report)).map(([name, value]) =>
    xmlElement('property', { name, value }),
  );
  return xmlElement('testsuite', attributes, [xmlElement('properties', {}, properties), ...testcases]);
}

function propertiesOf(report: Report): Record<string, string> {
  const facts = { toolVersion: report.tool.version, planDigest: report.planDigest };
  if (report.target === null) return facts;
  const { name, compute, microversions } = report.target;
  return { ...facts, target: name, compute, microversions: `${microversions.min} to ${microversions.max}` };
}

function caseElement(judged: Case, report: Report): string {
  const result = report.results.get(judged.id);
  const attributes = {
    classname: `${report.tool.name}.${judged.suite}`,
    name: judged.id,
    time: seconds(result?.durationMs ?? 0),
  };
  const content = [...outcome(judged, result, report)];
  const findings = result?.findings ?? [];
  if (findings.length > 0) {
    const lines = findings.map(finding => `finding: ${deviationText(finding)} (${finding.level})`);
    content.push(xmlElement('system-out', {}, [escapeXml(lines.join('\n'), 'text')]));
  }
  return xmlElement('testcase', attributes, content);
}

function outcome(judged: Case, result: CaseResult | undefined, report: Report): string[] {
  if (result === undefined) return [skippedElement('no verdict: the run ended before this case')];
  if (result.skip) return [skippedElement(`${result.skip.reason}: ${result.skip.detail}`)];
  if (result.verdict === 'waived') return [skippedElement(result.message ?? 'waived')];
  if (result.verdict !== 'fail' && result.verdict !== 'error') return [];
  const text = failureText(judged, result, report);
  const attributes = { type: judged.rule, message: text.headline };
  const lines = escapeXml(failureLines(text).join('\n'), 'text');
  return [xmlElement(result.verdict === 'fail' ? 'failure' : 'error', attributes, [lines])];
}

function skippedElement(message: string): string {
  return xmlElement('skipped', { message });
}

function suiteTimes(cases: readonly Case[], report: Report): { startedAt: number; durationMs: number } {
  const results = cases.flatMap(c => report.results.get(c.id) ?? []);
  if (results.length === 0) return { startedAt: report.startedAt, durationMs: 0 };
  // Cases run side by side: the suite took as long as from the first start to the last end, not their sum.
  const startedAt = results.reduce((first, result) => Math.min(first, result.startedAt), Number.POSITIVE_INFINITY);
  const endedAt = results.reduce((last, result) => Math.max(last, result.startedAt + result.durationMs), 0);
  return { startedAt, durationMs: endedAt - startedAt };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
