import { kindRows } from '../src/prove/kind-rows.ts';
import type { Alarm } from '../src/prove/outcome.ts';
import type { GoodRun, Proof, ProvenMutant } from '../src/prove/proof.ts';
import { duration } from '../src/report/duration.ts';
import { plural } from '../src/report/plural.ts';
import { printableLine } from '../src/report/printable.ts';
import type { Paint } from './terminal/paint.ts';
import { cut, wrap } from './terminal/text.ts';

const problemsShown = 40;

/** The page that ends a proof: the matrix by kind, the rules, the good clouds, and what speaks against it, which stands last. */
export function proofLines(proof: Proof, columns: number, paint: Paint): string[] {
  const sections = [
    kindTable(proof, paint),
    numberLines(proof, columns),
    problemLines(proof, columns, paint),
    verdict(proof, columns, paint),
  ];
  return sections.flatMap(lines => (lines.length > 0 ? ['', ...lines] : []));
}

/** One mutant in full: what each of its rules said. */
export function mutantLines(
  { id, sentence, alarms, silent, others, unexplained, release }: ProvenMutant,
  paint: Paint,
): string[] {
  const told = alarms.filter(({ text }) => text.length > 0);
  return [
    '',
    `${paint.bold(id)}  ${printableLine(sentence)}${release === null ? '' : paint.dim(` (${release})`)}`,
    ...told.flatMap(({ text, afterMs }) => [...text, `  after   ${duration(afterMs)}`]),
    ...silent.map(rule => paint.red(`  silent  ${rule}`)),
    ...(others === null || others.length === 0 ? [] : [`  others  ${others.join(', ')}`]),
    ...(unexplained === null || unexplained.length === 0 ? [] : [`  not the same way  ${unexplained.join(', ')}`]),
    ...(release === null ? [] : [`  again   npx novaspec prove --fault ${id} --whole 0 --good 0 --verbose`]),
  ];
}

/** What rules wrongly said of a cloud without a mistake, in full. */
export function falseAlarmLines({ name, seed }: GoodRun, alarms: readonly Alarm[], paint: Paint): string[] {
  return ['', `${paint.red('false alarm')}  ${name}, seed ${seed}`, ...alarms.flatMap(({ text }) => text)];
}

/** How far a proof is, in one line. */
export function progressText(done: number, total: number, problems: number, elapsedMs: number): string {
  const trouble = problems === 0 ? '' : `, ${plural(problems, 'problem')}`;
  return `... ${done} of ${plural(total, 'cloud')} judged${trouble}, ${duration(elapsedMs)}`;
}

function kindTable({ mutants }: Proof, paint: Paint): string[] {
  if (mutants.length === 0) return [];
  const rows = kindRows(mutants).map(({ kind, mutants, caught, named, medianMs, whole, unexplained }) => [
    kind,
    String(mutants),
    String(caught),
    String(named),
    medianMs === null ? '-' : duration(medianMs),
    unexplained === null ? '-' : `${unexplained.toFixed(1)} of ${whole}`,
  ]);
  const head = ['kind', 'faults', 'caught', 'by a named rule', 'median', 'other causes'];
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map(row => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  return [paint.dim(line(head)), ...rows.map(line)];
}

function numberLines({ summary, mutants, good, everyRule }: Proof, columns: number): string[] {
  const {
    rules,
    catching,
    whole,
    collateral,
    unexplained,
    pointed,
    goodRuns,
    goodCases,
    falseAlarms,
    goodFindings,
    detectedMs,
  } = summary;
  const lines = [
    ...(everyRule ? [`${catching} of ${plural(rules, 'rule')} caught something.`] : []),
    ...(detectedMs === null
      ? []
      : [
          `Time to detection: half within ${duration(detectedMs.p50)}, 95% within ${duration(detectedMs.p95)}, all within ${duration(detectedMs.max)}.`,
        ]),
    ...(collateral === null || unexplained === null
      ? []
      : [
          `${plural(whole, 'fault')} judged by every rule: on average ${unexplained.toFixed(1)} rules alarmed that saw something else than the named ones, and ${collateral.toFixed(1)} with those that saw the same; the report named one of the fault's rules first for ${pointed}.`,
        ]),
    ...(goodRuns === 0
      ? []
      : [
          `Without a fault: ${plural(goodRuns, 'run')}, ${plural(goodCases, 'case')}, ${plural(falseAlarms, 'false alarm')}${goodFindings === 0 ? '' : `, ${plural(goodFindings, 'finding')}`}.`,
        ]),
  ];
  return mutants.length + good.length === 0 ? [] : lines.flatMap(line => wrap(line, columns, '  '));
}

function problemLines({ problems }: Proof, columns: number, paint: Paint): string[] {
  if (problems.length === 0) return [];
  const rest = problems.length - problemsShown;
  return [
    paint.bold('What speaks against it'),
    ...problems
      .slice(0, problemsShown)
      .map(
        ({ what, subject, detail }) =>
          `${paint.red(what)}  ${cut(printableLine(`${subject}: ${detail}`), columns * 2)}`,
      ),
    ...(rest > 0 ? [`and ${rest} more, in proof.json`] : []),
  ];
}

function verdict(
  { summary, problems, complete, exitCode, durationMs }: Proof,
  columns: number,
  paint: Paint,
): string[] {
  const { mutants, caught, named, naming } = summary;
  const word = complete ? (problems.length === 0 && exitCode === 0 ? 'PROVEN' : 'NOT PROVEN') : 'INTERRUPTED';
  const color = word === 'PROVEN' ? paint.green : paint.red;
  const text = `${caught} of ${plural(mutants, 'fault')} caught, ${named} of ${naming} by a rule that the fault names, in ${duration(durationMs)}`;
  return wrap(`${paint.bold(color(word))} (exit code ${exitCode}): ${text}`, columns, '  ');
}
