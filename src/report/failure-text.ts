import type { CaseResult, Deviation } from '../judge/verdict.ts';
import type { Case } from '../plan/case.ts';
import type { Exchange } from '../target/exchange.ts';
import { curlLine } from './curl.ts';
import { historyCommands, historyDetails } from './history-text.ts';
import type { Report } from './model.ts';
import { printable, printableLine } from './printable.ts';
import { shellQuote } from './shell-quote.ts';
import { timelineText } from './timeline-text.ts';
import { waiverText } from './waiver-text.ts';

/** What a person needs to know about a case that failed or could not be judged, the same in every format. */
export interface FailureText {
  /** `CASE ID: expected X, received Y`. */
  headline: string;
  /** In reading order; no text but `seen`, `steps` and `answer` has more than one line. */
  details: { label: Label; text: string }[];
}

type Label =
  | 'waived'
  | 'also'
  | 'steps'
  | 'found'
  | 'broken'
  | 'seen'
  | 'rule'
  | 'source'
  | 'where'
  | 'means'
  | 'curl'
  | 'answer'
  | 'replay'
  | 'script'
  | 'repeat';

const bodyLimit = 500;
const labelWidth = 8;
// A timeline is a table: wider than this it is broken by most readers.
const timelineColumns = 100;

/** Where the text of a detail begins: two spaces and the longest label stand before it. */
export const detailIndent = 2 + labelWidth;

/** `header vary: expected X, received Y`; the status goes without saying what it is. */
export function deviationText({ what, expected, received }: Deviation): string {
  const subject = what === 'status' ? '' : `${what}: `;
  return printableLine(`${subject}expected ${expected}, received ${received}`);
}

/** The command that repeats just this case. */
export function repeatCommand(id: string, report: Report): string {
  return `${report.command} --case ${shellQuote(id)}`;
}

/** The text of a case with the verdict `fail`, `waived` or `error`; its timelines fit `columns`, and 100 columns in any case. */
export function failureText(
  failed: Case,
  result: CaseResult,
  report: Report,
  columns: number = timelineColumns,
): FailureText {
  const [first, ...others] = result.deviations;
  const text: FailureText = { headline: `${failed.id}: ${headline(result, first)}`, details: [] };
  const { waiver } = result;
  if (waiver) {
    text.details.push({
      label: 'waived',
      text: `${printableLine(`${waiver.file}:${waiver.line}`)}: ${waiverText(waiver)}`,
    });
  }
  for (const other of others) {
    text.details.push({ label: 'also', text: `${deviationText(other)} (${other.level})` });
  }
  if (result.timelines) {
    const room = Math.min(columns, timelineColumns) - detailIndent;
    text.details.push({ label: 'seen', text: timelineText(result.timelines, room) });
  }
  const broken = result.history?.failure;
  if (broken) text.details.push(...historyDetails(broken));
  const rule = report.rules[failed.rule];
  if (rule) {
    text.details.push({ label: 'rule', text: `${printableLine(rule.sentence)} (${first?.level ?? rule.level})` });
    text.details.push({ label: 'source', text: printableLine(rule.source.join('; ')) });
  }
  if (result.verdict === 'error') {
    const means =
      "No judgement of the API. Remove the cause, in the cloud or in novaspec's settings, and repeat the case.";
    text.details.push({ label: 'means', text: means });
  }
  const shown = exchangeToShow(failed, result);
  if (shown) {
    text.details.push({ label: 'curl', text: curlLine(shown, failed.request.token) });
    text.details.push({ label: 'answer', text: answerText(shown) });
  }
  if (broken) text.details.push(...historyCommands(failed.id, report));
  text.details.push({ label: 'repeat', text: repeatCommand(failed.id, report) });
  return text;
}

/** The text as plain lines, the details indented below the headline. */
export function failureLines(text: FailureText): string[] {
  return [text.headline, ...text.details.flatMap(detailLines)];
}

/** One detail as plain lines: the label, and further lines below the first. */
export function detailLines({ label, text }: FailureText['details'][number]): string[] {
  return text.split('\n').map((line, at) => `  ${(at === 0 ? label : '').padEnd(labelWidth)}${line}`);
}

function headline(result: CaseResult, first: Deviation | undefined): string {
  const cause = printableLine(result.message ?? 'no cause was given');
  if (result.verdict === 'error') return `could not be judged: ${cause}`;
  const text = first ? deviationText(first) : cause;
  return result.waiver ? `waived: ${waiverText(result.waiver)}: ${text}` : text;
}

/** The exchange that tells most: of a failed case the request that the plan made, of one that broke down the last thing that was tried. */
export function exchangeToShow(
  failed: Pick<Case, 'request'>,
  { verdict, exchanges }: CaseResult,
): Exchange | undefined {
  if (verdict === 'error') return exchanges.at(-1);
  return exchanges.find(({ request }) => request.method === failed.request.method) ?? exchanges[0];
}

/** `404 {"itemNotFound": ...`, the beginning of a long one. */
export function answerText({ response }: Pick<Exchange, 'response'>): string {
  if (response.body === '') return `${response.status}, no body`;
  const characters = Array.from(response.body);
  const cut = characters.length > bodyLimit ? ` (the first ${bodyLimit} of ${characters.length} characters)` : '';
  return `${response.status}${cut} ${printable(characters.slice(0, bodyLimit).join('')).trimEnd()}`;
}
