import { dirname, relative, resolve } from 'node:path';
import { Command } from 'commander';
import { writeWhole } from '../../reporters/write-whole.ts';
import type { Contract } from '../contract/contract.ts';
import { loadContract } from '../contract/load.ts';
import type { Selection } from '../plan/selection.ts';
import { wholePlan } from '../plan/whole-plan.ts';
import { changedBaseline, newBaseline, type WaiverWords } from '../report/baseline-document.ts';
import { plural } from '../report/plural.ts';
import { printableLine } from '../report/printable.ts';
import { proposeWaivers } from '../report/propose-waivers.ts';
import { isOver, isReason, readBaseline } from '../report/read-baseline.ts';
import { type ReadReport, readReport } from '../report/read-report.ts';
import { staleWaivers, verdictsIn } from '../report/stale-waivers.ts';
import { capabilitiesOf } from '../report/stored-report.ts';
import type { Baseline } from '../report/waiver.ts';
import { staleText } from '../report/waiver-text.ts';
import { asUsage, UsageError } from './usage-error.ts';

interface BaselineOptions {
  out: string;
  baseline?: string;
  reason?: string;
  link?: string;
  expires?: string;
}

/** `novaspec baseline`: what failed in a run, as known failures for the next ones. */
export function baselineCommand(): Command {
  return new Command('baseline')
    .description('write what failed in a run as a list of known failures, for `run --baseline`')
    .argument('<run>', 'folder of a run, or its report.json')
    .option('--out <file>', 'where to write it; - for standard output', '-')
    .option('--baseline <file>', 'the list to renew: what still fails stays as it is, what passes now goes')
    .option('--reason <text>', 'why all that is new in it is accepted')
    .option('--link <url>', 'where more about that stands')
    .option('--expires <date>', 'the last day on which it is, YYYY-MM-DD (UTC)')
    .action(async (run: string, options: BaselineOptions) => {
      const now = Date.now();
      const words = wordsFrom(options, now);
      const contract = loadContract();
      const read = asUsage(() => readReport(run, { unfinished: 'accepted' }));
      await write(
        options.out,
        asUsage(() => renewed(contract, read, options, words, now)),
      );
    });
}

/** What all new waivers have. @throws UsageError */
function wordsFrom({ reason, link, expires }: BaselineOptions, now: number): WaiverWords {
  if (reason !== undefined && !isReason(reason)) throw new UsageError(`--reason: '${reason}' is no reason`);
  if (link !== undefined && !(/^https?:\/\//.test(link) && URL.canParse(link)))
    throw new UsageError(`--link: '${link}' is no URL that begins with http:// or https://`);
  if (expires !== undefined) {
    const day = new Date(`${expires}T00:00:00Z`);
    if (!/^\d{4}-\d\d-\d\d$/.test(expires) || Number.isNaN(day.getTime()) || !day.toISOString().startsWith(expires))
      throw new UsageError(`--expires: '${expires}' is no date; expected YYYY-MM-DD`);
    if (isOver(expires, now)) throw new UsageError(`--expires: ${expires} is over`);
  }
  return {
    reason: printableLine(reason ?? ''),
    ...(link === undefined ? {} : { link }),
    ...(expires === undefined ? {} : { expires }),
  };
}

/** A baseline, and what to say about it. */
interface Renewed {
  text: string;
  remarks: string[];
}

/** @throws Error with one line */
function renewed(
  contract: Contract,
  { file, report }: ReadReport,
  { out, baseline, reason }: BaselineOptions,
  words: WaiverWords,
  now: number,
): Renewed {
  const { target, cases } = report;
  if (target === null) throw new Error(`${file}: names no target, so nothing was judged`);
  const selection = report.selection as unknown as Selection;
  const old: Baseline =
    baseline === undefined ? { file: '', waivers: [] } : readBaseline(baseline, contract, selection, now);
  const whole = wholePlan(contract, capabilitiesOf(target), selection);
  const stale = staleWaivers(old, whole, verdictsIn(report));
  const isStale = (line: number) => stale.some(each => each.line === line);
  const kept = old.waivers.filter(({ line }) => !isStale(line));
  const proposed = proposeWaivers(cases, whole, kept, target.microversions.max);
  const head = [
    `yaml-language-server: $schema=${schemaFrom(out)}`,
    `Known failures of ${printableLine(target.name)}, from the run of ${report.startedAt.slice(0, 'yyyy-mm-dd'.length)}.`,
  ];
  const dropped = old.waivers.flatMap(({ line }, index) => (isStale(line) ? [index] : []));
  const count = (...verdicts: string[]) => cases.filter(({ verdict }) => verdicts.includes(verdict)).length;
  return {
    text: baseline === undefined ? newBaseline(head, proposed, words) : changedBaseline(old, dropped, proposed, words),
    remarks: [
      `${plural(count('fail', 'waived'), 'failed case')}: ${plural(proposed.length, 'new waiver')}${baseline === undefined ? '' : `, ${kept.length} kept`}`,
      ...stale.map(each => `dropped: ${staleText(old.file, each).replace(/: remove it$/, '')}`),
      ...(count('error') > 0 ? [`${plural(count('error'), 'case')} could not be judged, which no waiver covers`] : []),
      ...(report.complete ? [] : ['the run did not come to its end: what it did not judge is not in the list']),
      ...(proposed.length > 0 && reason === undefined
        ? ['each new waiver needs a reason: write it into the file, or give --reason; until then it is refused']
        : []),
    ],
  };
}

/** Editors look for a schema from the file that names it; the package lies where `npm install novaspec` puts it. */
function schemaFrom(out: string): string {
  const folder = out === '-' ? '' : dirname(out);
  const path = relative(folder, 'node_modules/novaspec/schemas/baseline.schema.json').replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
}

/** @throws UsageError */
async function write(out: string, { text, remarks }: Renewed): Promise<void> {
  if (out === '-') {
    process.stdout.write(text);
    process.stderr.write(remarks.map(line => `novaspec: ${line}\n`).join(''));
    return;
  }
  const [lost] = await writeWhole([{ path: resolve(out), label: out, content: text, executable: false }]);
  if (lost) throw new UsageError(`--out: ${lost.file} cannot be written: ${lost.why}`);
  process.stdout.write([`${out}: ${remarks[0]}`, ...remarks.slice(1)].map(line => `${line}\n`).join(''));
}
