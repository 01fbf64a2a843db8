import { failureBlock } from '../../reporters/terminal/failure-block.ts';
import { type GridColumn, grid } from '../../reporters/terminal/grid.ts';
import type { Paint } from '../../reporters/terminal/paint.ts';
import { cut, wrap } from '../../reporters/terminal/text.ts';
import type { Contract } from '../contract/contract.ts';
import { compareMicroversions } from '../contract/microversion.ts';
import { levels } from '../contract/rule.ts';
import { curlLine } from '../report/curl.ts';
import { exitCodes } from '../report/exit-code.ts';
import { answerText, deviationText, type FailureText } from '../report/failure-text.ts';
import { plural } from '../report/plural.ts';
import { printableLine } from '../report/printable.ts';
import { microversionsOf, type TrafficGroup, type TrafficSummary } from '../traffic/summary.ts';

/** One file that was read. */
export interface Recording {
  file: string;
  /** Who wrote it. */
  creator: string;
  entries: number;
  /** Where it breaks off, in one line. */
  cut?: string;
}

/** What is told at the end. */
export interface TrafficResult {
  contract: Contract;
  summary: TrafficSummary;
  recordings: readonly Recording[];
  exitCode: number;
}

const groupsInFull = 20;
const findingsShown = 20;
const placesShown = 8;

/** The whole answer for a person, wrapped at `columns`. */
export function judgeText(result: TrafficResult, columns: number, paint: Paint): string {
  const { summary, contract } = result;
  const sections = [
    recordingLines(result, columns),
    countLines(summary, columns, paint),
    unjudgedLines(summary, columns, paint),
    findingLines(summary, columns, paint),
    failureLines(summary, contract, columns, paint),
    ruleLines(summary, contract, columns),
    [verdictLine(result, paint)],
  ];
  return `${sections
    .filter(lines => lines.length > 0)
    .map(lines => lines.join('\n'))
    .join('\n\n')}\n`;
}

function recordingLines({ recordings, summary }: TrafficResult, columns: number): string[] {
  const { entries, foreign, total } = summary;
  const own = total.pass + total.fail + total.notJudged;
  const others = [...foreign]
    .map(([kind, count]) => `${count} of ${kind}`)
    .join(', ')
    .replace('of not HTTP', 'not HTTP');
  const rest = others === '' ? '' : `; not looked at: ${others}`;
  return [
    ...recordings.map(({ file, creator, entries }) =>
      cut(printableLine(`${file}: ${count(entries)}, recorded by ${creator}`), columns),
    ),
    ...wrap(`of volume attachments: ${own} of ${count(entries)}${rest}`, columns, '  '),
  ];
}

function count(entries: number): string {
  return entries === 1 ? '1 entry' : `${entries} entries`;
}

function countLines(summary: TrafficSummary, columns: number, paint: Paint): string[] {
  const operations = [...summary.counts.keys()].toSorted();
  const heads = microversionsOf(summary).map((head): GridColumn => {
    const counts = operations.map(name => {
      const found = summary.counts.get(name)?.get(head);
      if (!found) return undefined;
      const { pass, fail, notJudged } = found;
      return { total: pass + fail + notJudged, pass, fail, unjudged: notJudged, waived: 0, skipped: 0, error: 0 };
    });
    return { head, counts };
  });
  return operations.length === 0 ? [] : grid('', operations, heads, columns, paint);
}

function unjudgedLines({ unjudged }: TrafficSummary, columns: number, paint: Paint): string[] {
  if (unjudged.size === 0) return [];
  const reasons = [...unjudged].toSorted(([, a], [, b]) => b - a);
  return [
    paint.bold('Not judged'),
    ...reasons.map(([why, number]) => cut(`  ${number} ${printableLine(why)}`, columns)),
  ];
}

function findingLines({ findings }: TrafficSummary, columns: number, paint: Paint): string[] {
  if (findings.length === 0) return [];
  const lines = findings.slice(0, findingsShown).map(({ rule, deviations: [example], places }) => {
    const what = example ? deviationText(example) : '';
    return cut(`  ${places.length} of ${rule}, e.g. entry ${places[0]?.entry}: ${what}`, columns);
  });
  const more = findings.length - findingsShown;
  const rest = more > 0 ? [`  and ${plural(more, 'kind')} more`] : [];
  return [paint.bold('Findings, which fail nobody'), ...lines, ...rest];
}

function failureLines({ failures }: TrafficSummary, contract: Contract, columns: number, paint: Paint): string[] {
  const sorted = failures.toSorted((a, b) => weight(a) - weight(b) || b.places.length - a.places.length);
  const shown = sorted.slice(0, groupsInFull);
  const lines = shown.flatMap(group => failureBlock(textOf(group, contract), 'fail', columns, paint));
  const more = sorted
    .slice(groupsInFull)
    .map(group => `FAIL  ${group.rule}: ${plural(group.places.length, 'exchange')}`);
  return [...lines, ...more].slice(0, more.length > 0 ? undefined : -1);
}

function weight({ deviations: [first] }: TrafficGroup): number {
  return levels.indexOf(first?.level ?? 'informative');
}

/** Rule, sentence, source, expected and received, as everywhere; and where in the recording it is. */
function textOf({ rule, first, deviations, places, microversions }: TrafficGroup, contract: Contract): FailureText {
  const { microversion, operation, exchange, file, entry, time } = first;
  const [decisive, ...others] = deviations;
  const facts = contract.rulesAt(microversion ?? contract.newest)[rule];
  const text: FailureText = {
    headline: `${rule}@${microversion}: ${decisive ? deviationText(decisive) : ''}`,
    details: others.map(other => ({ label: 'also', text: `${deviationText(other)} (${other.level})` })),
  };
  if (facts) {
    text.details.push({ label: 'rule', text: `${printableLine(facts.sentence)} (${decisive?.level ?? facts.level})` });
    text.details.push({ label: 'source', text: printableLine(facts.source.join('; ')) });
  }
  const when = time === '' ? '' : `, ${time}`;
  text.details.push({ label: 'where', text: printableLine(`${operation}: ${file}, entry ${entry}${when}`) });
  const [, ...more] = places;
  if (more.length > 0) {
    const versions = [...microversions].toSorted(compareMicroversions);
    const range = versions.length > 1 ? ` at ${versions[0]} to ${versions.at(-1)}` : '';
    const named = more
      .slice(0, placesShown)
      .map(place => (place.file === file ? `${place.entry}` : `${place.file}:${place.entry}`));
    const rest = more.length > placesShown ? ' ...' : '';
    text.details.push({
      label: 'where',
      text: printableLine(`${more.length} more${range}: entries ${named.join(', ')}${rest}`),
    });
  }
  if (exchange) {
    text.details.push({ label: 'curl', text: curlLine(exchange) });
    text.details.push({ label: 'answer', text: answerText(exchange) });
  }
  return text;
}

function ruleLines(summary: TrafficSummary, contract: Contract, columns: number): string[] {
  const { judged, open, others } = summary.rules(contract);
  return wrap(
    `${plural(judged.length, 'rule')} could be judged, ${open.length} others by other traffic; ${others} cannot be judged by traffic alone, but by \`novaspec run\``,
    columns,
    '  ',
  );
}

function verdictLine({ summary, recordings, exitCode }: TrafficResult, paint: Paint): string {
  const { pass, fail, notJudged } = summary.total;
  const counts = `${pass} passed, ${fail} failed, ${notJudged} not judged`;
  const code = `(exit code ${exitCode})`;
  if (exitCode === exitCodes.notConforming) return `${paint.red('NOT CONFORMING')} ${code}: ${counts}`;
  if (exitCode === exitCodes.conforming)
    return `${paint.green('CONFORMING')} ${code}, as far as this traffic shows: ${counts}`;
  const why = recordings.some(({ cut }) => cut !== undefined) ? 'not all could be read' : 'nothing could be judged';
  return `${paint.yellow('INCOMPLETE')} ${code}: ${why}; ${counts}`;
}
