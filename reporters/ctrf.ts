import type { CaseResult } from '../src/judge/verdict.ts';
import type { Case } from '../src/plan/case.ts';
import { failureLines, failureText, repeatCommand } from '../src/report/failure-text.ts';
import { type FurtherTest, furtherTests } from '../src/report/further-tests.ts';
import type { Report } from '../src/report/model.ts';
import { printableLine } from '../src/report/printable.ts';

type Status = 'passed' | 'failed' | 'skipped' | 'pending' | 'other';

// CTRF knows no waivers and no errors. One that could not be judged is failed, because most readers look at nothing else;
// `rawStatus` says what it was.
const statuses: Record<CaseResult['verdict'] | 'unjudged', Status> = {
  pass: 'passed',
  fail: 'failed',
  error: 'failed',
  waived: 'skipped',
  skipped: 'skipped',
  unjudged: 'pending',
};

/**
 * The run in the Common Test Report Format (ctrf.io), durations in milliseconds. A run that is incomplete or that could not
 * start has one more test, `the run is complete`, which failed, and so has each waiver that no longer applies.
 */
export function renderCtrf(report: Report): string {
  const { tool, runId, startedAt, target, planDigest } = report;
  const finishedAt = report.finishedAt ?? startedAt;
  const tests = [...report.cases.map(one => testOf(one, report)), ...furtherTests(report).map(furtherTest)];
  const count = (status: Status) => tests.filter(test => test.status === status).length;
  const document = {
    reportFormat: 'CTRF',
    specVersion: '0.0.0',
    runId,
    timestamp: new Date(finishedAt).toISOString(),
    generatedBy: `${tool.name} ${tool.version}`,
    results: {
      tool,
      summary: {
        tests: tests.length,
        passed: count('passed'),
        failed: count('failed'),
        skipped: count('skipped'),
        pending: count('pending'),
        other: count('other'),
        suites: new Set(tests.flatMap(({ suite }) => suite)).size,
        start: startedAt,
        stop: finishedAt,
        duration: finishedAt - startedAt,
      },
      tests,
      ...(target
        ? {
            environment: {
              appName: target.name,
              testEnvironment: target.compute,
              extra: { microversions: target.microversions, planDigest },
            },
          }
        : {}),
    },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function testOf(planned: Case, report: Report) {
  const { id, rule, level, suite, operation, microversion, persona } = planned;
  const result = report.results.get(id);
  const verdict = result?.verdict ?? 'unjudged';
  return {
    name: id,
    status: statuses[verdict],
    rawStatus: verdict,
    duration: Math.round(result?.durationMs ?? 0),
    ...(result ? { start: Math.round(result.startedAt), stop: Math.round(result.startedAt + result.durationMs) } : {}),
    suite: [suite],
    tags: [level],
    labels: { rule, level, operation, microversion, persona },
    ...explanation(planned, result, report),
  };
}

function explanation(planned: Case, result: CaseResult | undefined, report: Report) {
  if (result === undefined) return { message: 'no verdict: the run ended before this case' };
  if (result.skip) return { message: printableLine(`${result.skip.reason}: ${result.skip.detail}`) };
  if (result.verdict === 'pass' || result.verdict === 'skipped') return {};
  const text = failureText(planned, result, report);
  return {
    message: text.headline,
    trace: failureLines(text).join('\n'),
    extra: { repeat: repeatCommand(planned.id, report) },
  };
}

function furtherTest({ suite, name, verdict, message }: FurtherTest) {
  return { name, status: statuses[verdict], rawStatus: verdict, duration: 0, suite: [suite], message };
}
