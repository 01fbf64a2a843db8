import { stringify } from 'yaml';
import type { CaseResult, Deviation } from '../src/judge/verdict.ts';
import type { Case } from '../src/plan/case.ts';
import { failureLines, failureText } from '../src/report/failure-text.ts';
import { furtherTests } from '../src/report/further-tests.ts';
import type { Report } from '../src/report/model.ts';
import { printableLine } from '../src/report/printable.ts';
import { waiverText } from '../src/report/waiver-text.ts';

/**
 * The run as TAP 14, a test point for each case in the order of the plan; what did not pass explains itself in YAML. A waived
 * case is a TODO. A run that is incomplete or that could not start has one more point, which is not ok, and so has each waiver that
 * no longer applies.
 */
export function renderTap(report: Report): string {
  const points = report.cases.map((one, at) => point(at + 1, one, report));
  for (const { name, verdict, message } of furtherTests(report)) {
    points.push(`not ok ${points.length + 1} - ${escaped(name)}\n${diagnostic({ severity: verdict, message })}`);
  }
  const { tool, target } = report;
  const head = [
    'TAP version 14',
    `# ${printableLine(`${tool.name} ${tool.version}${target === null ? '' : `, ${target.name} at ${target.compute}`}`)}`,
    `1..${points.length}`,
  ];
  return `${[...head, ...points].join('\n')}\n`;
}

function point(number: number, planned: Case, report: Report): string {
  const result = report.results.get(planned.id);
  const line = `${number} - ${escaped(planned.id)}`;
  if (result === undefined) return `ok ${line} # SKIP no verdict: the run ended before this case`;
  if (result.skip) return `ok ${line} # SKIP ${printableLine(`${result.skip.reason}: ${result.skip.detail}`)}`;
  if (result.verdict === 'pass' || result.verdict === 'skipped') return `ok ${line}`;
  const waived = result.waiver ? ` ${escaped(waiverText(result.waiver))}` : '';
  const todo = result.verdict === 'waived' ? ` # TODO waived${waived}` : '';
  return `not ok ${line}${todo}\n${diagnostic(explanation(planned, result, report))}`;
}

function explanation(planned: Case, result: CaseResult, report: Report) {
  const text = failureText(planned, result, report);
  return {
    severity: result.verdict,
    message: text.headline,
    rule: planned.rule,
    level: planned.level,
    ...(result.deviations.length > 0 ? { deviations: result.deviations.map(deviationEntry) } : {}),
    text: failureLines(text),
  };
}

function deviationEntry({ what, expected, received, level }: Deviation) {
  return { what, expected: printableLine(expected), received: printableLine(received), level };
}

/** A description must not look like a directive. */
function escaped(text: string): string {
  return printableLine(text).replaceAll(/[\\#]/g, String.raw`\$&`);
}

/** YAML inside a test point. Every text has one line: nothing in it can be taken for the end of the block. */
function diagnostic(content: Record<string, unknown>): string {
  const lines = stringify(content, { lineWidth: 0, blockQuote: false }).trimEnd().split('\n');
  return ['---', ...lines, '...'].map(line => `  ${line}`).join('\n');
}
