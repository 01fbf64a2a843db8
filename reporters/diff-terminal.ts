import { type ChangeGroup, type ChangeKind, changeKinds, type RunDiff } from '../src/report/diff.ts';
import { groupBy } from '../src/report/group-by.ts';
import { plural } from '../src/report/plural.ts';
import { printableLine } from '../src/report/printable.ts';
import type { ReadReport } from '../src/report/read-report.ts';
import type { FactChange } from '../src/report/run-facts.ts';
import { runLine } from './run-line.ts';
import type { Paint } from './terminal/paint.ts';
import { cut, wrap } from './terminal/text.ts';

const groupsShown = 20;
const rulesShown = 6;
const factWidth = 14;

const titles: Record<ChangeKind, string> = {
  worse: 'Worse',
  different: 'Different, neither worse nor better',
  better: 'Better',
  new: 'New',
  gone: 'Gone',
};

/** What `novaspec diff` shows. */
export interface ShownDiff {
  before: ReadReport;
  after: ReadReport;
  changed: readonly FactChange[];
  diff: RunDiff;
  exitCode: number;
}

/** Two runs compared, for a person: what matters most stands last. `verbose`: every case. */
export function diffLines(
  { before, after, changed, diff, exitCode }: ShownDiff,
  { columns, paint, verbose }: { columns: number; paint: Paint; verbose: boolean },
): string[] {
  const kinds = groupBy(diff.groups, ({ kind }) => kind);
  return [
    ...wrap(`before  ${runLine(before)}`, columns, '        '),
    ...wrap(`after   ${runLine(after)}`, columns, '        '),
    ...changed.flatMap(({ what, before, after }) =>
      wrap(
        `${paint.yellow('changed')} ${what.padEnd(factWidth)} ${printableLine(before)} → ${printableLine(after)}`,
        columns,
        '        ',
      ),
    ),
    // The worst is nearest to the prompt.
    ...changeKinds.toReversed().flatMap(kind => {
      const groups = kinds.get(kind);
      if (!groups) return [];
      const shown = verbose ? groups : groups.slice(0, groupsShown);
      const rest = groups.slice(shown.length);
      const more = `  and ${plural(sizeOf(rest), 'case')} in ${rest.length} more groups, see --verbose`;
      return [
        '',
        colorOf(kind, paint)(`${titles[kind]}: ${plural(sizeOf(groups), 'case')}`),
        ...shown.flatMap(group => groupLines(group, columns, paint, verbose)),
        ...(rest.length > 0 ? [more] : []),
      ];
    }),
    '',
    ...wrap(verdictLine(diff, exitCode, paint), columns, '  '),
  ];
}

function groupLines(
  { from, to, rules, changes }: ChangeGroup,
  columns: number,
  paint: Paint,
  verbose: boolean,
): string[] {
  const [{ id, level, cause }] = changes;
  const rest = rules.length - rulesShown;
  const names = rules.slice(0, rulesShown).map(({ rule, count }) => `${rule} ${count}`);
  const detail = cause === '' ? '' : `: ${cause}`;
  return [
    ...wrap(
      `  ${paint.bold(`${from ?? 'new'} → ${to ?? 'gone'}`)}  ${plural(changes.length, 'case')} of ${plural(rules.length, 'rule')}${detail}`,
      columns,
      '    ',
    ),
    ...(verbose
      ? changes.map(each => `    ${each.id} (${each.level})${each.cause === cause ? '' : `: ${each.cause}`}`)
      : [
          cut(`    e.g. ${id} (${level})`, columns),
          ...(rules.length > 1
            ? wrap(
                `    ${names.join(', ')}${rest > 0 ? ` and ${plural(rest, 'rule')} more` : ''}`,
                columns,
                '    ',
              ).map(paint.dim)
            : []),
        ]),
  ];
}

function verdictLine({ common, same, groups }: RunDiff, exitCode: number, paint: Paint): string {
  const count = (kind: ChangeKind) => sizeOf(groups.filter(group => group.kind === kind));
  const numbers = changeKinds.filter(kind => count(kind) > 0).map(kind => `${count(kind)} ${kind}`);
  const words = common === 0 ? 'NOTHING IN COMMON' : count('worse') > 0 ? 'WORSE' : 'NOT WORSE';
  const color = common === 0 ? paint.yellow : count('worse') > 0 ? paint.red : paint.green;
  const parts = [...numbers, `${same} the same of ${plural(common, 'case')} in common`];
  return `${paint.bold(color(words))} (exit code ${exitCode}): ${parts.join(', ')}`;
}

function sizeOf(groups: readonly ChangeGroup[]): number {
  return groups.reduce((sum, { changes }) => sum + changes.length, 0);
}

function colorOf(kind: ChangeKind, paint: Paint): (text: string) => string {
  if (kind === 'worse') return paint.red;
  return kind === 'better' ? paint.green : paint.bold;
}
