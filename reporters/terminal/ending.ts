import { duration } from '../../src/report/duration.ts';
import { enablers } from '../../src/report/enablers.ts';
import { type FailureGroup, groupErrors, groupFailures } from '../../src/report/failure-groups.ts';
import { deviationText, failureText, repeatCommand } from '../../src/report/failure-text.ts';
import { historySummary } from '../../src/report/history-coverage.ts';
import type { Report } from '../../src/report/model.ts';
import { plural } from '../../src/report/plural.ts';
import { printableLine } from '../../src/report/printable.ts';
import { stateMatrixOf } from '../../src/report/state-matrix.ts';
import { type Summary, summarise } from '../../src/report/summary.ts';
import { timingsOf } from '../../src/report/timings.ts';
import type { VerdictWord } from '../../src/report/verdict-word.ts';
import { deltaText, groupWaived } from '../../src/report/waived-groups.ts';
import { staleText, waiverText } from '../../src/report/waiver-text.ts';
import { classTable } from './class-table.ts';
import { countsPhrase } from './counts-phrase.ts';
import { historyTable } from './history-table.ts';
import type { Paint } from './paint.ts';
import { stateMatrix } from './state-matrix.ts';
import { cut, wrap } from './text.ts';
import { timingTable } from './timing-table.ts';

const groupsInFull = 20;
const detailsPerReason = 4;
const findingsShown = 20;

const verdictColors: Record<VerdictWord, (paint: Paint) => (text: string) => string> = {
  conforming: paint => paint.green,
  'not conforming': paint => paint.red,
  incomplete: paint => paint.yellow,
  'could not run': paint => paint.red,
};

/** The last page of a run: what matters most stands last, where a log is read first. */
export function endingLines(report: Report, columns: number, paint: Paint): string[] {
  const summary = summarise(report);
  const matrix = stateMatrixOf(report);
  const histories = historySummary(report);
  const sections = [
    classTable(summary.suites, columns, paint),
    matrix.states.length > 1 ? stateMatrix(matrix, columns, paint) : [],
    timingTable(timingsOf(report), columns, paint),
    histories === null ? [] : historyTable(histories, columns, paint),
    skipLines(summary, columns, paint),
    findingLines(summary, columns, paint),
    absenceLines(report, columns),
    report.notes.flatMap(note => wrap(`note: ${printableLine(note)}`, columns, '  ')),
    errorLines(report, columns, paint),
    failureLines(report, columns, paint),
    waivedLines(report, columns, paint),
    staleLines(report, columns, paint),
    leftoverLines(report, columns, paint),
    report.lost.flatMap(({ file, why }) => wrap(paint.red(`lost: ${printableLine(`${file}: ${why}`)}`), columns, '  ')),
    stageLines(report, columns),
    verdictLines(report, summary, columns, paint),
  ];
  return sections.flatMap(lines => (lines.length > 0 ? ['', ...lines] : []));
}

function skipLines({ skipReasons }: Summary, columns: number, paint: Paint): string[] {
  if (skipReasons.length === 0) return [];
  const lines = skipReasons.flatMap(({ reason, count, details }) => [
    ...wrap(`  ${paint.cyan(`${count} ${reason}`)}: would run with ${enablers[reason]}`, columns, '    '),
    ...details
      .slice(0, detailsPerReason)
      .map(({ detail, count }) => cut(`    ${count} ${printableLine(detail)}`, columns)),
    ...(details.length > detailsPerReason
      ? [`    and ${plural(details.length - detailsPerReason, 'detail')} more`]
      : []),
  ]);
  return [paint.bold('Skipped'), ...lines];
}

function findingLines({ findings }: Summary, columns: number, paint: Paint): string[] {
  if (findings.length === 0) return [];
  const lines = findings
    .slice(0, findingsShown)
    .map(({ rule, count, example }) => cut(`  ${count} of ${rule}, e.g. ${deviationText(example)}`, columns));
  const more = findings.length - findingsShown;
  return [
    paint.bold('Findings, which fail nobody'),
    ...lines,
    ...(more > 0 ? [`  and ${plural(more, 'rule')} more`] : []),
  ];
}

/** What was not seen may still come: the reader must know for how long it was looked for. */
function absenceLines({ cases, results }: Report, columns: number): string[] {
  const passed = cases.flatMap(({ rule, id }) => {
    const { absentMs, verdict } = results.get(id) ?? {};
    return absentMs === undefined || verdict !== 'pass' ? [] : [{ rule, absentMs }];
  });
  if (passed.length === 0) return [];
  const rules = [...new Set(passed.map(({ rule }) => rule))].join(', ');
  const shortest = Math.min(...passed.map(({ absentMs }) => absentMs));
  return wrap(
    `Nothing happened, as it should be, while it was watched for ${duration(shortest)}: ${rules}.`,
    columns,
    '  ',
  );
}

function failureLines(report: Report, columns: number, paint: Paint): string[] {
  return groupLines('Failures by rule', groupFailures(report), columns, paint, ({ title, level, members, echoes }) => {
    const [{ case: example, result }] = members;
    const same = echoes.map(({ rule, count }) => `${rule} (${count})`).join(', ');
    const sentence = report.rules[example.rule]?.sentence ?? '';
    return [
      paint.red(`  ${plural(members.length, 'case')} of ${title} (${level})`),
      ...wrap(`    ${printableLine(sentence)}`, columns, '    '),
      ...wrap(`    ${failureText(example, result, report).headline}`, columns, '      '),
      ...(same === '' ? [] : wrap(`    the same way: ${same}`, columns, '      ')),
      paint.dim(`    ${repeatCommand(example.id, report)}`),
    ];
  });
}

function errorLines(report: Report, columns: number, paint: Paint): string[] {
  return groupLines('Could not be judged, by cause', groupErrors(report), columns, paint, ({ title, members }) => [
    ...wrap(`  ${plural(members.length, 'case')}: ${printableLine(title)}`, columns, '    ').map(paint.magenta),
    paint.dim(`    ${repeatCommand(members[0].case.id, report)}`),
  ]);
}

function groupLines(
  heading: string,
  groups: FailureGroup[],
  columns: number,
  paint: Paint,
  linesOf: (group: FailureGroup) => string[],
): string[] {
  if (groups.length === 0) return [];
  const rest = groups.slice(groupsInFull).map(({ title, members }) => `${printableLine(title)} (${members.length})`);
  return [
    paint.bold(heading),
    ...groups.slice(0, groupsInFull).flatMap(linesOf),
    ...(rest.length > 0 ? wrap(`  and ${rest.length} more: ${rest.join(', ')}`, columns, '    ') : []),
  ];
}

function waivedLines(report: Report, columns: number, paint: Paint): string[] {
  const groups = groupWaived(report);
  if (groups.length === 0) return [];
  const lines = groups.slice(0, groupsInFull).flatMap(({ waiver, members, soon }) => {
    const text = `  ${plural(members.length, 'case')} of ${printableLine(waiver.name)}: ${waiverText(waiver)}`;
    const hint = soon === null ? '' : paint.yellow(`, ${soon}: ${printableLine(waiver.file)}:${waiver.line}`);
    return wrap(`${text}${hint}`, columns, '    ');
  });
  const more = groups.slice(groupsInFull);
  const size = more.reduce((sum, { members }) => sum + members.length, 0);
  const rest = more.length === 0 ? [] : [`  and ${plural(size, 'case')} of ${plural(more.length, 'waiver')} more`];
  return [paint.bold('Waived'), ...lines, ...rest];
}

function staleLines({ baseline }: Report, columns: number, paint: Paint): string[] {
  return (baseline?.stale ?? []).flatMap(stale =>
    wrap(paint.red(staleText(baseline?.file ?? '', stale)), columns, '  '),
  );
}

function leftoverLines({ leftovers, runId, cleanUp }: Report, columns: number, paint: Paint): string[] {
  if (leftovers.length === 0) return [];
  const lines = leftovers.flatMap(({ kind, id, name, why }) =>
    wrap(`  ${kind} ${id} (${printableLine(name)}): ${printableLine(why)}`, columns, '    '),
  );
  const finish = cleanUp === null ? [] : ['  Finish the clean-up:', `    ${cleanUp}`];
  return [
    paint.yellow(`Left behind on the cloud: ${plural(leftovers.length, 'resource')} of run ${runId}`),
    ...lines,
    ...finish,
  ];
}

function stageLines({ stage }: Report, columns: number): string[] {
  const { servers, actions, waitedMs, readings } = stage;
  if (servers === 0) return [];
  const text = `${plural(servers, 'server')} built, ${plural(actions, 'server action')} sent; somebody waited for the cloud during ${duration(waitedMs)}${readings === 0 ? '' : `; ${plural(readings, 'reading')} of what was watched`}.`;
  return wrap(text, columns, '  ');
}

function verdictLines(report: Report, { verdict, counts }: Summary, columns: number, paint: Paint): string[] {
  const { failure, exitCode, startedAt, finishedAt } = report;
  const reasons = failure === null ? [] : failure.split('\n').flatMap(line => wrap(printableLine(line), columns, '  '));
  if (failure === null && counts.total === 0) reasons.push('No case was selected.');
  if (counts.unjudged > 0) {
    reasons.push(`The run ended before ${counts.unjudged} of ${plural(counts.total, 'case')} had a verdict.`);
  }
  const word = paint.bold(verdictColors[verdict](paint)(verdict.toUpperCase()));
  const exit = exitCode === null ? '' : ` (exit code ${exitCode})`;
  const took = finishedAt === null ? '' : ` in ${duration(finishedAt - startedAt)}`;
  const numbers =
    counts.total === 0 ? '' : `: ${countsPhrase(counts, paint)} of ${plural(counts.total, 'case')}${took}`;
  const delta = deltaText(report, counts);
  if (delta !== null) reasons.push(...wrap(printableLine(delta), columns, '  '));
  return [...reasons, ...wrap(`${word}${exit}${numbers}`, columns, '  ')];
}
