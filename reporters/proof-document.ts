import { kindRows } from '../src/prove/kind-rows.ts';
import type { GoodRun, Proof, ProvenMutant, ProvenRule } from '../src/prove/proof.ts';
import { duration } from '../src/report/duration.ts';
import { groupBy } from '../src/report/group-by.ts';
import { plural } from '../src/report/plural.ts';
import { printableLine } from '../src/report/printable.ts';
import { cut } from './terminal/text.ts';

const saidLength = 150;

/** What somebody saw on another target with the same mistake. */
export interface SeenElsewhere {
  /** Id of the fault. */
  fault: string;
  /** What was changed, and where. */
  file: string;
  edit: string;
  /** Rules that alarmed, and how many of them the fault does not name. */
  caught_by: string[];
  others: number;
  said: string;
  note?: string;
}

/** The kill matrix as a Markdown document. `elsewhere`: the same faults on another target, by its name. */
export function proofDocument(proof: Proof, elsewhere?: { target: string; faults: readonly SeenElsewhere[] }): string {
  const seen = new Map(elsewhere?.faults.map(each => [each.fault, each]));
  return [
    '# The suite proves itself',
    opening(proof),
    kinds(proof),
    problems(proof),
    ...(elsewhere ? [byHand(elsewhere)] : []),
    goodRuns(proof.good),
    '## Faults',
    'Each fault is a mistake in the embedded cloud. _Caught by_: the rules that the fault names, and the first thing that was said of it. _Others_: rules beyond those that saw something else, and how many alarmed in all; `–` where only the named ones were asked.',
    ...[...groupBy(proof.mutants, ({ kind }) => kind)].flatMap(([kind, mutants]) => [
      `### ${kind === '' ? 'unnamed' : kind}`,
      table(
        ['fault', 'what it does wrong', 'caught by', 'what was said', 'after', 'others'],
        mutants.map(mutant => faultRow(mutant, seen.has(mutant.id))),
      ),
    ]),
    ...(proof.everyRule ? ['## Rules', rules(proof.rules)] : []),
  ]
    .join('\n\n')
    .concat('\n');
}

function opening({ tool, startedAt, command, durationMs, summary, complete, exitCode }: Proof): string {
  const { mutants, caught, naming, named, rules, catching, whole, collateral, unexplained, pointed, detectedMs } =
    summary;
  const { goodRuns, goodCases, falseAlarms } = summary;
  const rows: [string, string][] = [
    ['faults caught', `${caught} of ${mutants}`],
    ['by a rule that the fault names', `${named} of ${naming}`],
    ['rules that caught something', `${catching} of ${rules}`],
    ...(collateral === null || unexplained === null
      ? []
      : ([
          [
            'rules that alarmed beyond the named ones and saw something else, on average',
            `${unexplained.toFixed(1)}, at ${plural(whole, 'fault')} that every rule judged`,
          ],
          ['with those that saw the same as a named one', collateral.toFixed(1)],
          ['the report names one of the fault’s rules first', `${pointed} of ${whole}`],
        ] as [string, string][])),
    ...(detectedMs === null
      ? []
      : ([
          [
            'time to detection: median, 95%, longest',
            [detectedMs.p50, detectedMs.p95, detectedMs.max].map(duration).join(', '),
          ],
        ] as [string, string][])),
    [
      'false alarms without a fault',
      `${falseAlarms} in ${plural(goodRuns, 'run')} of ${plural(goodCases, 'case')} together`,
    ],
    ['wall time', duration(durationMs)],
  ];
  return [
    `Made by \`${command}\` (${tool.name} ${tool.version}, ${startedAt.slice(0, 10)}), which ended with ${exitCode}${complete ? '' : ' before its end'}. The suite judged clouds that make one known mistake each, and clouds that make none.`,
    table(['what', 'measured'], rows),
  ].join('\n\n');
}

function kinds({ mutants }: Proof): string {
  const rows = kindRows(mutants).map(({ kind, mutants, caught, named, medianMs, whole, unexplained }) => [
    kind,
    String(mutants),
    String(caught),
    String(named),
    medianMs === null ? '–' : duration(medianMs),
    unexplained === null ? '–' : `${unexplained.toFixed(1)} (${whole})`,
  ]);
  return [
    '## By kind',
    table(['kind', 'faults', 'caught', 'by a named rule', 'median time', 'saw something else'], rows),
  ].join('\n\n');
}

function problems({ problems }: Proof): string {
  if (problems.length === 0)
    return 'Nothing speaks against it: no fault went unnoticed, no rule was silent that should have spoken, and none spoke that should not.';
  return [
    '## What speaks against it',
    table(
      ['what', 'where', 'detail'],
      problems.map(({ what, subject, detail }) => [what, subject, detail]),
    ),
  ].join('\n\n');
}

function byHand({ target, faults }: { target: string; faults: readonly SeenElsewhere[] }): string {
  return [
    `## The same mistakes in a real Nova`,
    `Made by hand in ${target}: one edit of its code at a time, its services restarted, the rules of the fault and their neighbours run, the edit undone.`,
    table(
      ['fault', 'edit', 'caught by', 'others', 'what was said'],
      faults.map(({ fault, file, edit, caught_by, others, said, note }) => [
        fault,
        `${file}: ${edit}`,
        caught_by.join(', ') || '**not caught**',
        String(others),
        note === undefined ? said : `${said} _${note}_`,
      ]),
    ),
  ].join('\n\n');
}

function goodRuns(good: readonly GoodRun[]): string {
  if (good.length === 0) return '';
  const groups = [...groupBy(good, ({ name }) => name.split(', ')[0] ?? '')];
  return [
    '## Without a fault',
    'Clouds that differ in all that a mistake is not: release, time that each step takes, order of the list, rows of local disks that count in pages and are never shown. Each run has a seed of its own.',
    table(
      ['release', 'runs', 'cases', 'variations', 'alarms', 'findings', 'not judged'],
      groups.map(([release, runs]) => [
        release,
        String(runs.length),
        String(runs.reduce((sum, { judged }) => sum + judged, 0)),
        String(new Set(runs.map(({ name }) => name)).size),
        String(runs.reduce((sum, { alarms }) => sum + alarms.filter(({ verdict }) => verdict === 'fail').length, 0)),
        String(runs.reduce((sum, { alarms }) => sum + alarms.filter(({ verdict }) => verdict === 'finding').length, 0)),
        String(runs.reduce((sum, { errors }) => sum + errors.count, 0)),
      ]),
    ),
  ].join('\n\n');
}

function faultRow(mutant: ProvenMutant, isSeenElsewhere: boolean): string[] {
  const { id, sentence, alarms, breaks, silent, others, unexplained, detectedMs, release } = mutant;
  const caught = breaks.map(rule => (silent.includes(rule) ? `**${rule} is silent**` : rule));
  const told = alarms.find(({ rule }) => breaks.includes(rule)) ?? alarms[0];
  return [
    isSeenElsewhere ? `${id} (also by hand)` : id,
    sentence,
    caught.length > 0 ? caught.join(', ') : alarms.map(({ rule }) => rule).join(', '),
    told ? cut(printableLine(told.headline), saidLength) : '**nothing**',
    detectedMs === null ? '–' : `${duration(detectedMs)}${release === null ? '' : ` (${release})`}`,
    others === null || unexplained === null ? '–' : `${unexplained.join(', ') || 'none'} (${others.length})`,
  ];
}

function rules(proven: readonly ProvenRule[]): string {
  return [
    'What each rule caught: faults that name it, and how many others it alarmed at.',
    table(
      ['rule', 'level', 'faults that name it', 'others'],
      proven.map(({ id, level, catches, also }) => [
        id,
        level,
        catches.length > 0 ? catches.join(', ') : '**none**',
        String(also.length),
      ]),
    ),
  ].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.map(inCell).join(' | ')} |`;
}

/** Text that neither ends a cell nor is taken for markup. */
function inCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;').replaceAll('\n', ' ');
}
