import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join, relative } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { proofDocument } from '../../reporters/proof-document.ts';
import { falseAlarmLines, mutantLines, progressText, proofLines } from '../../reporters/proof-terminal.ts';
import { liveScreen } from '../../reporters/terminal/live-screen.ts';
import { paintBox } from '../../reporters/terminal/paint.ts';
import { plainScreen } from '../../reporters/terminal/plain-screen.ts';
import { loadContract } from '../contract/load.ts';
import { conclude } from '../prove/conclude.ts';
import type { GoodRun, Proof, ProvenMutant } from '../prove/proof.ts';
import { exitCodes } from '../report/exit-code.ts';
import { packageVersion } from '../root.ts';
import { InterruptedError } from './ending.ts';
import { Interrupt } from './interrupt.ts';
import {
  type ChoiceOptions,
  collect,
  type SelectionOptions,
  type TargetOptions,
  wholeNumber,
  withChoices,
  withSelection,
  withTarget,
} from './options.ts';
import { catalogueProof } from './prove-catalogue.ts';
import { targetsProof } from './prove-targets.ts';
import { line } from './repeat-command.ts';
import { reportFolder } from './report-folder.ts';
import { rulesOfContract } from './run-report.ts';

/** What the options of a proof parse to. */
export type ProveOptions = TargetOptions &
  ChoiceOptions &
  SelectionOptions & {
    fault: string[];
    kind: string[];
    quick?: boolean;
    whole?: number | 'all';
    good?: number;
    threads: number;
    mutants?: string;
    out?: string;
    verbose?: boolean;
  };

/** Something to be proved: how many targets there are, and how they are judged. */
export interface ProofTask extends Pick<Proof, 'everyRule'> {
  targets: number;
  /** Judges all of them; each row is told of as soon as it is there. `folder`: of the proof. @throws InterruptedError */
  judge: (
    told: { mutant: (row: ProvenMutant) => void; good: (run: GoodRun) => void },
    interrupt: Interrupt,
    folder: string,
  ) => Promise<void>;
}

/** `novaspec prove`: judges targets with known mistakes, and says which were caught by which rules. */
export function proveCommand(): Command {
  const command = new Command('prove')
    .description('judge clouds with known mistakes: does each rule catch what it is there for')
    .addOption(repeatable('--fault <id>', 'a fault of the embedded cloud, or a pattern with * (repeatable)'))
    .addOption(repeatable('--kind <name>', 'a kind of faults (repeatable)'))
    .option('--quick', 'few faults that break all rules together')
    .option(
      '--whole <n|all>',
      'so many faults are judged by every rule, to see which others alarm (default: 12; --quick: 0)',
      whole,
    )
    .option('--good <n>', 'runs on clouds without a fault, none of which may alarm (default: 6; --quick: 4)', count)
    .option('--threads <n>', 'threads that judge', wholeNumber, availableParallelism())
    .option('--mutants <folder|file>', 'targets of your own: a clouds.yaml for each, or a list of URLs')
    .option('--out <folder>', 'folder for the proof (default: novaspec-results/TIME)')
    .option('--verbose', 'what each rule said of each fault');
  return withSelection(withChoices(withTarget(command))).action(async (options: ProveOptions) => {
    process.exitCode = await proveAll(options);
    // Threads and clouds that an interrupt left at work would keep the process.
    if (process.exitCode === exitCodes.interrupted) process.exit();
  });
}

async function proveAll(options: ProveOptions): Promise<number> {
  const contract = loadContract();
  const { mutants, verbose = false } = options;
  const startedAt = new Date();
  const task =
    mutants === undefined ? catalogueProof(options, contract) : targetsProof({ ...options, mutants }, contract);
  const folder = await reportFolder(options.out, startedAt);
  const paint = paintBox(pc.isColorSupported);
  const columns = process.stdout.columns ?? 100;
  const rows: ProvenMutant[] = [];
  const good: GoodRun[] = [];
  const rules = rulesOfContract(contract);
  let problems = 0;
  const frame = () => progressText(rows.length + good.length, task.targets, problems, Date.now() - startedAt.getTime());
  const screen =
    process.stdout.isTTY && !process.env.CI
      ? liveScreen(process.stdout, () => [frame()])
      : plainScreen(process.stdout, frame);
  screen.open(undefined);
  const interrupt = new Interrupt();
  let complete = true;
  try {
    await task.judge(
      {
        mutant: row => {
          rows.push(row);
          if (row.alarms.length === 0 || row.silent.length > 0) problems += 1;
          if (verbose) screen.print(mutantLines(row, paint));
        },
        good: run => {
          good.push(run);
          const red = run.alarms.filter(({ verdict }) => verdict === 'fail');
          problems += red.length;
          // Whoever hunts false alarms for an hour wants to see the first one at once.
          if (red.length > 0) screen.print(falseAlarmLines(run, red, paint));
        },
      },
      interrupt,
      folder,
    );
  } catch (error) {
    if (!(error instanceof InterruptedError)) throw error;
    complete = false;
  } finally {
    interrupt.stopListening();
    screen.close();
  }
  const proof = conclude({
    tool: { name: 'novaspec', version: packageVersion },
    startedAt,
    complete,
    command: line(['prove', ...process.argv.slice(process.argv.indexOf('prove') + 1)]),
    everyRule: task.everyRule,
    mutants: rows,
    good,
    rules,
  });
  screen.print(proofLines(proof, columns, paint));
  const files: [string, string][] = [
    ['proof.json', `${JSON.stringify(proof, null, 1)}\n`],
    ['proof.md', proofDocument(proof)],
  ];
  for (const [name, content] of files) await writeFile(join(folder, name), content);
  process.stdout.write(`Proof: ${files.map(([name]) => relative('', join(folder, name))).join(', ')}\n`);
  return proof.exitCode;
}

function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([], 'all');
}

function whole(value: string): number | 'all' {
  return value === 'all' ? value : count(value);
}

function count(value: string): number {
  const number = Number(value);
  if (value.trim() === '' || !Number.isSafeInteger(number) || number < 0)
    throw new InvalidArgumentError('Expected a whole number, 0 or more.');
  return number;
}
