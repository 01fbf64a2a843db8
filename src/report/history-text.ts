import type { HistoryFailure, HistoryStep } from '../judge/verdict.ts';
import { historyPath } from './history-path.ts';
import type { Report } from './model.ts';
import { plural } from './plural.ts';
import { printableLine } from './printable.ts';
import { shellQuote } from './shell-quote.ts';

/** One detail of the text of a failure. */
interface Detail {
  label: 'steps' | 'found' | 'broken' | 'source' | 'replay' | 'script';
  text: string;
}

const gap = '  ';

/** The steps of a failed history, how it was found, and the rule that its last step breaks. */
export function historyDetails(failure: HistoryFailure): Detail[] {
  const { rule, sentence, source } = failure;
  return [
    { label: 'steps', text: stepLines(failure).join('\n') },
    { label: 'found', text: foundText(failure) },
    { label: 'broken', text: `${rule}: ${printableLine(sentence)}` },
    { label: 'source', text: printableLine(source.join('; ')) },
  ];
}

/** How to play a failed history again, with novaspec and without. */
export function historyCommands(id: string, report: Report): Detail[] {
  const { folder } = report;
  const script = { label: 'script' as const, text: shellQuote(`${folder}/${historyPath(id, 'sh')}`) };
  return [
    { label: 'replay', text: `${report.replay} ${shellQuote(`${folder}#${id}`)}` },
    ...(report.recipes === null ? [] : [script]),
  ];
}

/** One line each: its number, the command, what was expected and received; `>` before what failed, `|` before calls at the same moment. */
function stepLines({ steps, at, retold }: HistoryFailure): string[] {
  const { together, what, expected, received } = retold;
  const names = steps.map(({ text }) => printableLine(text));
  const width = Math.max(0, ...names.map(({ length }) => length));
  const lines = steps.map((step, index) => {
    const isCall = index >= steps.length - together;
    const mark = isCall ? '|' : index === at ? '>' : ' ';
    const number = `${index + 1}`.padStart(`${steps.length}`.length);
    return `${mark} ${number}${gap}${(names[index] ?? '').padEnd(width)}${gap}${outcomeText(step)}`;
  });
  // What was asked and answered may well be right, and the failure only show in what is there afterwards.
  const isSaid = retold.shows === 'status';
  return isSaid ? lines : [...lines, `> ${printableLine(`${what}: expected ${expected}, received ${received}`)}`];
}

/** Steps of servers and new volumes are done, or they are nothing that is judged. */
function outcomeText({ expected, received, exchange }: HistoryStep): string {
  return printableLine(exchange === undefined ? received : `expected ${expected}, received ${received}`);
}

/** How a failed history was found: `seed 1, path 0:3:1; 6 of 26 commands, 31 attempts, 390 requests, 4.2 s; confirmed`. */
export function foundText({
  mode,
  seed,
  path,
  steps,
  from,
  attempts,
  requests,
  durationMs,
  confirmed,
}: HistoryFailure): string {
  const spent = `${plural(requests, 'request')}, ${(durationMs / 1000).toFixed(1)} s`;
  if (mode === 'burst') return `the time that it was played: ${attempts}; ${spent}`;
  const way = `seed ${seed}${path === null ? '' : `, path ${path}`}`;
  const again = confirmed ? 'confirmed' : 'not seen again when it was played again';
  return `${way}; ${steps.length} of ${from} commands, ${plural(attempts, 'attempt')}, ${spent}; ${again}`;
}
