import { choiceRows } from '../src/report/choice-rows.ts';
import { countLabel } from '../src/report/count-label.ts';
import { duration } from '../src/report/duration.ts';
import { enablers } from '../src/report/enablers.ts';
import { type FailureGroup, groupErrors, groupFailures } from '../src/report/failure-groups.ts';
import { deviationText, failureLines, failureText } from '../src/report/failure-text.ts';
import type { Report } from '../src/report/model.ts';
import { plural } from '../src/report/plural.ts';
import { printableLine } from '../src/report/printable.ts';
import { type Summary, summarise } from '../src/report/summary.ts';
import { deltaText, groupWaived } from '../src/report/waived-groups.ts';
import { staleText } from '../src/report/waiver-text.ts';
import { codeBlock, codeSpan, detailsBlock, inlineHtml, markdownTable } from './markdown-text.ts';
import { cut } from './terminal/text.ts';

// Comments of merge requests end at 65,536 characters; what leads to them needs some too.
const most = 60_000;
const lineLength = 300;
const rowsShown = 25;

/**
 * The run as Markdown for merge requests, wikis and the summary of a CI step: 60,000 characters at most, so that it fits into a
 * comment. The failures of each rule are one block, with the first case in full; what does not fit is counted.
 */
export function renderMarkdown(report: Report): string {
  const summary = summarise(report);
  const head = [
    `# ${report.tool.name}: ${summary.verdict}`,
    opening(report, summary),
    troubles(report),
    facts(report),
    suites(summary),
  ];
  const tail = [waived(report), skips(summary), findings(summary), notes(report)];
  const room = most - [...head, ...tail].reduce((sum, { length }) => sum + length + 2, 0);
  const sections = [...head, ...failures(report, room), ...tail];
  return `${sections.filter(section => section !== '').join('\n\n')}\n`;
}

function opening(report: Report, { counts }: Summary): string {
  const { startedAt, finishedAt, exitCode } = report;
  const { total, pass, fail, waived, skipped, error, unjudged } = counts;
  const took = finishedAt === null ? '' : ` in ${duration(finishedAt - startedAt)}`;
  const parts = Object.entries({ passed: pass, failed: fail, waived, 'not judged': error, skipped, open: unjudged });
  const words = parts
    .filter(([word, count]) => count > 0 || word === 'passed')
    .map(([word, count]) => `${count} ${word}`);
  const exit = exitCode === null ? '' : ` Exit code ${exitCode}.`;
  const delta = deltaText(report, counts);
  const against = delta === null ? '' : `\n\nAgainst the baseline: ${code(delta)}`;
  return `**${words.join(', ')}** of ${plural(total, 'case')}${took}.${exit}${against}`;
}

function troubles({ failure, lost, leftovers, cleanUp, complete, baseline }: Report): string {
  const { file = '', stale = [] } = baseline ?? {};
  const lines = [
    ...(failure === null ? [] : [`Could not run: ${code(failure)}`]),
    ...(complete || failure !== null ? [] : ['The run ended before every case had its verdict.']),
    ...stale.slice(0, rowsShown).map(each => code(staleText(file, each))),
    ...(stale.length > rowsShown ? [`And ${stale.length - rowsShown} more waivers that no longer apply`] : []),
    ...lost.map(({ file, why }) => `Lost: ${code(`${file}: ${why}`)}`),
    ...leftovers
      .slice(0, rowsShown)
      .map(({ kind, id, name, why }) => `Left behind: ${code(`${kind} ${id} (${name}): ${why}`)}`),
    ...(leftovers.length > rowsShown ? [`Left behind: ${leftovers.length - rowsShown} more`] : []),
    ...(leftovers.length > 0 && cleanUp !== null ? [`Finish the clean-up: ${code(cleanUp)}`] : []),
  ];
  return lines.map(line => `- ${line}`).join('\n');
}

function facts({ tool, target, choices, startedAt, runId, planDigest }: Report): string {
  const rows: string[][] = [
    ...(target
      ? [
          ['target', `${code(target.name)} at ${code(target.compute)}`],
          ['microversions', `${target.microversions.min} to ${target.microversions.max}`],
          ['personas', Object.keys(target.personas).map(code).join(', ')],
        ]
      : []),
    ...(choices ? choiceRows(choices).map(({ label, text }) => [label, code(text)]) : []),
    ['run', `${code(runId)} of ${new Date(startedAt).toISOString()}`],
    ['tool', `${tool.name} ${tool.version}`],
    ['plan', code(planDigest)],
  ];
  return markdownTable(['', ''], rows);
}

function suites({ suites }: Summary): string {
  if (suites.length === 0) return '';
  const rows = suites.map(({ suite, counts }) => {
    const { total, pass, fail, error, skipped, waived, unjudged } = counts;
    const numbers = [total, pass, fail, error, skipped, waived, unjudged].map(String);
    return [code(suite), countLabel(counts).text, ...numbers];
  });
  const head = ['suite', '', 'cases', 'passed', 'failed', 'not judged', 'skipped', 'waived', 'open'];
  return `## Suites\n\n${markdownTable(head, rows)}`;
}

/** Headings and blocks, as many as there is room for. */
function failures(report: Report, room: number): string[] {
  const groups = [
    ...groupFailures(report).map(group => ({ group, heading: 'Failures by rule' })),
    ...groupErrors(report).map(group => ({ group, heading: 'Could not be judged, by cause' })),
  ];
  const sections: string[] = [];
  let left = room;
  let heading = '';
  for (const [at, each] of groups.entries()) {
    const block = groupBlock(each.group, report);
    const next = each.heading === heading ? [block] : [`## ${each.heading}`, block];
    const size = next.reduce((sum, { length }) => sum + length + 2, 0);
    const rest = `And ${groups.length - at} more, which stand in \`report.json\`.`;
    if (size + rest.length + 2 > left) return [...sections, rest];
    left -= size;
    heading = each.heading;
    sections.push(...next);
  }
  return sections;
}

function groupBlock({ title, level, members, echoes }: FailureGroup, report: Report): string {
  const [{ case: example, result }] = members;
  const sentence = report.rules[example.rule]?.sentence ?? '';
  const ids = members.slice(0, rowsShown).map(({ case: { id } }) => code(id));
  const more = members.length > rowsShown ? ` and ${members.length - rowsShown} more` : '';
  const same = echoes.map(({ rule, count }) => `${code(rule)} (${count})`).join(', ');
  const text = failureLines(failureText(example, result, report)).map(line => cut(line, 1000));
  const head = result.verdict === 'fail' ? ` (${level})` : '';
  return detailsBlock(
    `${plural(members.length, 'case')}: <code>${inlineHtml(cut(printableLine(title), lineLength))}</code>${head}`,
    [
      ...(result.verdict === 'fail' ? [code(sentence)] : []),
      codeBlock(text),
      `Cases: ${ids.join(', ')}${more}`,
      ...(same === '' ? [] : [`The same way: ${same}`]),
    ].join('\n\n'),
  );
}

function waived(report: Report): string {
  const groups = groupWaived(report);
  if (groups.length === 0) return '';
  const rows = groups.map(({ waiver: { file, line, name, reason, link = '', expires = '' }, members, soon }) => [
    `${members.length}`,
    code(name),
    code(reason),
    link === '' ? '' : code(link),
    soon === null ? expires : `**${expires}, ${soon}**`,
    code(`${file}:${line}`),
  ]);
  const more = rows.length > rowsShown ? `\n\nAnd ${rows.length - rowsShown} waivers more.` : '';
  const head = ['cases', 'of', 'reason', 'link', 'until', 'where'];
  return `## Waived\n\n${markdownTable(head, rows.slice(0, rowsShown))}${more}`;
}

function skips({ skipReasons }: Summary): string {
  if (skipReasons.length === 0) return '';
  const rows = skipReasons.flatMap(({ reason, details }) =>
    details.slice(0, rowsShown).map(({ detail, count }) => [`${count}`, reason, code(detail), enablers[reason]]),
  );
  return `## Skipped\n\n${markdownTable(['cases', 'reason', 'detail', 'would run with'], rows.slice(0, rowsShown))}`;
}

function findings({ findings }: Summary): string {
  if (findings.length === 0) return '';
  const rows = findings
    .slice(0, rowsShown)
    .map(({ rule, count, example }) => [`${count}`, code(rule), code(deviationText(example))]);
  return `## Findings, which fail nobody\n\n${markdownTable(['cases', 'rule', 'for example'], rows)}`;
}

function notes({ notes }: Report): string {
  if (notes.length === 0) return '';
  return [
    '## Notes',
    notes
      .slice(0, rowsShown)
      .map(note => `- ${code(note)}`)
      .join('\n'),
  ].join('\n\n');
}

function code(text: string): string {
  return codeSpan(cut(printableLine(text), lineLength));
}
