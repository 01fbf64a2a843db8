import { join, relative } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import type { Output } from '../../reporters/output.ts';
import { reasonOfSystem } from '../../reporters/system-reason.ts';
import { terminalReporter } from '../../reporters/terminal.ts';
import { noteLost, printReports, writeReports } from '../../reporters/write-reports.ts';
import { loadContract } from '../contract/load.ts';
import { targetPage } from '../evidence/recorder.ts';
import { RunRecord } from '../evidence/run-record.ts';
import { everything } from '../plan/capabilities.ts';
import type { Case } from '../plan/case.ts';
import { selectMicroversions } from '../plan/microversions.ts';
import { makePlan } from '../plan/plan.ts';
import { exitCodeOf, exitCodes, exitCodeWithLosses } from '../report/exit-code.ts';
import { judgedLevels } from '../report/judged-levels.ts';
import type { Report } from '../report/model.ts';
import type { Reporter } from '../report/reporter.ts';
import { embeddedTarget } from '../report/run-facts.ts';
import { lanesFor, shareOut, shortages } from '../stage/budget.ts';
import { cleanUp } from '../stage/cleanup.ts';
import { Ledger, type LedgerRun } from '../stage/ledger.ts';
import { limitWaits } from '../stage/wait-limits.ts';
import { Redactor } from '../target/redact.ts';
import { targetConfigured } from '../target/settings.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { failureOf } from './failure.ts';
import { recipesOf } from './history-recipes.ts';
import { Interrupt } from './interrupt.ts';
import { type OpenTarget, openTarget } from './open-target.ts';
import {
  type ChoiceOptions,
  checkPersonas,
  positive,
  type SelectionOptions,
  selectionFrom,
  type TargetOptions,
  targetSettings,
  wholeNumber,
  wishesFrom,
  withChoices,
  withSelection,
  withTarget,
} from './options.ts';
import { cleanUpCommand, repeatCommand, replayAgainCommand } from './repeat-command.ts';
import type { RecordedHistory } from './replay-file.ts';
import { reportFolder } from './report-folder.ts';
import { reportOutputs } from './report-outputs.ts';
import { type ReporterChoice, reporterOption } from './reporter-option.ts';
import { ledgerName } from './run-folders.ts';
import { describeTarget, emptyReport, ledgerRun, rulesOf } from './run-report.ts';
import { standardOutputFailure } from './standard-output.ts';
import { asUsage, UsageError } from './usage-error.ts';
import { withoutCommands } from './workflow-log.ts';

/** What the options of a run parse to. */
export type RunOptions = TargetOptions &
  SelectionOptions &
  ChoiceOptions & {
    out?: string;
    reporter?: ReporterChoice[];
    wait?: number;
    pollRate?: number;
    maxTime?: number;
    maxRequests?: number;
    verbose?: boolean;
  };

/** `novaspec run`: judges a target and writes the reports. */
export function runCommand(): Command {
  return withRunning(withSelection(withChoices(withTarget(new Command('run')))))
    .description('judge a cloud (the default command)')
    .option(
      '--max-time <seconds>',
      'histories begin no later than this; without --runs they go on until then',
      positive,
    )
    .option(
      '--max-requests <n>',
      'the same, for the requests of histories, without those that build and move their servers',
      wholeNumber,
    )
    .action(async (options: RunOptions) => {
      process.exitCode = await run(options);
      // A request that an interrupt left on its way would keep the process for its whole time limit.
      if (process.exitCode === exitCodes.interrupted) process.exit();
    });
}

/** Adds the options that say how cases are carried out. */
export function withRunning(command: Command): Command {
  return command
    .option('--out <folder>', 'folder for the reports (default: novaspec-results/TIME)')
    .addOption(reporterOption())
    .option(
      '--wait <seconds>',
      'limit of every wait for the cloud, also for a deletion, instead of the limits of specs/stage.yaml',
      positive,
    )
    .option(
      '--poll-rate <n>',
      'readings a second, in all, with which accepted requests are watched (default: 20; the embedded cloud bears any)',
      positive,
    )
    .option('--verbose', 'a line for every case');
}

/** Judges a target, or plays one recorded history, and writes the reports. Gives the exit code. */
export async function run(options: RunOptions, recorded?: RecordedHistory): Promise<number> {
  const { exitCode } = await judgeTarget(options, recorded === undefined ? {} : { recorded });
  return exitCode ?? exitCodes.internal;
}

/** The same, and gives the report. `running`: an embedded cloud to judge, which goes on after it. */
export async function judgeTarget(
  options: RunOptions,
  { recorded, running }: { recorded?: RecordedHistory; running?: Embedded },
): Promise<Report> {
  const contract = loadContract();
  if (options.wait !== undefined) limitWaits(contract.data.stage.limits, options.wait);
  const settings = targetSettings(options, process.env);
  const selection = selectionFrom(options);
  asUsage(() => {
    checkPersonas(contract, options.persona);
    // A wrong name is found before anything is asked of a cloud.
    const { rules, cases, suites } = selection;
    if (rules.length + cases.length + suites.length > 0) makePlan(contract, everything(contract), selection);
    else selectMicroversions(selection.microversions, contract, everything(contract).microversions);
  });
  const startedAt = new Date();
  const folder = await reportFolder(options.out, startedAt);
  const outputs = await reportOutputs(options.reporter, folder, process.env);
  // Standard output then holds the document alone; workflow commands are lines among others.
  const isTaken = outputs.some(({ to, format }) => to === 'stdout' && format !== 'annotations');
  const stream = isTaken ? process.stderr : process.stdout;
  const screen = process.env.GITHUB_ACTIONS ? withoutCommands(stream) : stream;
  const runId = `${startedAt.getTime().toString(36)}${process.pid.toString(36)}`;
  const blackout = new Redactor([], options.redact);
  const report = emptyReport(
    startedAt.getTime(),
    { runId, folder: relative('', folder) || '.' },
    contract,
    { command: blackout.text(repeatCommand(options)), replay: blackout.text(replayAgainCommand(options)) },
    { ...selection },
    options.wait ?? null,
  );
  const reporters = [
    terminalReporter({
      stream: screen,
      isTTY: screen.isTTY && !process.env.CI,
      color: pc.isColorSupported,
      columns: screen.columns ?? 100,
      verbose: options.verbose === true,
    }),
  ];
  const ledger = new Ledger(join(folder, ledgerName));
  const interrupt = new Interrupt();
  const recordTo = outputs.find(({ format }) => format === 'har');
  const record = recordTo === undefined ? null : new RunRecord(recordTo.path, report.tool, runId);
  const scope = record?.recorder.scope(targetPage) ?? null;
  let embedded = running;
  let open: OpenTarget | undefined;
  try {
    // vitest takes a while to load; meanwhile the target is asked.
    const suites = import('./run-suites.ts');
    if (!embedded && !targetConfigured(settings, process.env)) embedded = await startEmbedded(settings);
    phase(reporters, report, 'authenticating');
    open = await interrupt.unlessFirst(
      openTarget(
        contract,
        embedded?.settings ?? settings,
        embedded?.env ?? process.env,
        process.cwd(),
        options.volume,
        wishesFrom(options),
        scope,
      ),
    );
    const { capabilities, choices, quota } = open;
    const budget = shareOut(contract.data.stage, quota, choices.flavor, {
      servers: options.servers,
      concurrency: options.concurrency,
    });
    describeTarget(report, open, embedded ? embeddedTarget : open.target.name, budget.servers, blackout);
    report.notes.push(...shortages(contract.data.stage, quota, choices.flavor));
    // Whoever waits for the embedded cloud waits for nobody else's.
    const pollRate = options.pollRate ?? (embedded ? undefined : contract.data.stage.watch.rate);
    const plan = asUsage(() => makePlan(contract, capabilities, selection));
    const cases = recorded ? plan.cases.map(one => replayed(one, recorded)) : plan.cases;
    report.cases = cases;
    report.planDigest = plan.digest;
    report.rules = rulesOf(contract, report);
    report.judged = judgedLevels(selection.levels);
    if (plan.cases.some(({ history, skip }) => history && !skip)) {
      report.recipes = await interrupt.unlessFirst(recipesOf(open.api, choices, contract));
    }
    for (const reporter of reporters) reporter.started?.(report);
    if (!embedded) report.cleanUp = blackout.text(cleanUpCommand(folder, options));
    interrupt.cleanUp = report.cleanUp;
    record?.recorder.flush();
    begin(ledger, ledgerRun(report, embedded !== undefined));
    const { runSuites } = await suites;
    const { unhandled } = await runSuites({
      contract,
      target: open.target,
      cases,
      judged: report.judged,
      runId,
      ledger,
      volumes: options.volume,
      concurrency: options.concurrency,
      budget,
      choices,
      histories: {
        capabilities,
        lanes: lanesFor(contract.data.histories.world, quota, budget),
        endless: options.runs === undefined && (options.maxTime !== undefined || options.maxRequests !== undefined),
        ...(options.maxTime === undefined ? {} : { maxTimeMs: options.maxTime * 1000 }),
        ...(options.maxRequests === undefined ? {} : { maxRequests: options.maxRequests }),
      },
      ...(record === null ? {} : { record: record.shared }),
      ...(pollRate === undefined ? {} : { pollRate }),
      interrupt,
      report,
      reporters,
    });
    report.complete = !interrupt.happened && report.results.size === report.cases.length;
    phase(reporters, report, 'cleaning up');
    interrupt.cleaning = true;
    report.leftovers = await cleanUp(open.api, ledger);
    report.exitCode = interrupt.happened ? exitCodes.interrupted : exitCodeOf(report);
    if (unhandled) {
      report.failure = `internal error: ${unhandled}`;
      report.exitCode = exitCodes.internal;
    }
  } catch (error) {
    const { message, exitCode } = failureOf(error);
    report.failure = blackout.text(message);
    report.exitCode = interrupt.happened ? exitCodes.interrupted : exitCode;
    interrupt.cleaning = true;
    if (open) report.leftovers = await cleanUp(open.api, ledger);
  } finally {
    interrupt.stopListening();
    await open?.sessions.close();
    if (embedded !== running) await embedded?.stop();
  }
  if (scope) record?.recorder.page(scope);
  record?.end();
  report.finishedAt = Date.now();
  report.ledger = ledger.count();
  if (recordTo && record?.lost) {
    report.lost.push({ file: recordTo.label, why: record.lost });
    report.exitCode = exitCodeWithLosses(report.exitCode);
  }
  await writeReports(report, folder, outputs);
  for (const reporter of reporters) reporter.finished?.(report);
  await printReports(report, folder, outputs, process.stdout);
  await new Promise(resolve => screen.write(reportsLine(report, folder, outputs), resolve));
  const failure = standardOutputFailure();
  if (failure) await noteLost(report, folder, outputs, 'standard output', failure);
  return report;
}

/** Nothing is made before its line is in the ledger, so where there is no room for the first one there is no run. @throws UsageError */
function begin(ledger: Ledger, run: LedgerRun): void {
  try {
    ledger.begin(run);
  } catch (error) {
    throw new UsageError(`--out: ${ledger.file} cannot be written: ${reasonOfSystem(error)}`);
  }
}

/** The files of reports that are there. */
function reportsLine({ lost }: Report, folder: string, outputs: readonly Output[]): string {
  const there = outputs.filter(({ to, label }) => to === 'file' && !lost.some(({ file }) => file === label));
  return there.length === 0 ? '' : `Reports in ${folder}: ${there.map(({ label }) => label).join(', ')}\n`;
}

function phase(reporters: readonly Reporter[], report: Report, text: string): void {
  for (const reporter of reporters) reporter.phase?.(text, report);
}

/** The case of a recorded history, which then plays just that one. */
function replayed(one: Case, { replay, microversions }: RecordedHistory): Case {
  return { ...one, history: { replay, microversions } };
}
