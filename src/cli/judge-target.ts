import { join, relative } from 'node:path';
import pc from 'picocolors';
import type { Output } from '../../reporters/output.ts';
import { reasonOfSystem } from '../../reporters/system-reason.ts';
import { terminalReporter } from '../../reporters/terminal.ts';
import { noteLost, printReports, writeReports } from '../../reporters/write-reports.ts';
import type { Contract } from '../contract/contract.ts';
import { loadContract } from '../contract/load.ts';
import { targetPage } from '../evidence/recorder.ts';
import { RunRecord } from '../evidence/run-record.ts';
import type { CaseResult } from '../judge/verdict.ts';
import { everything } from '../plan/capabilities.ts';
import type { Case } from '../plan/case.ts';
import { selectMicroversions } from '../plan/microversions.ts';
import { makePlan } from '../plan/plan.ts';
import { repeated } from '../plan/repetition.ts';
import type { Selection } from '../plan/selection.ts';
import { type CaseTime, shardOf } from '../plan/shard.ts';
import { wholePlan } from '../plan/whole-plan.ts';
import { endNotes, shardNote } from '../report/end-notes.ts';
import { exitCodeOf, exitCodes, exitCodeWithLosses } from '../report/exit-code.ts';
import { judgedLevels } from '../report/judged-levels.ts';
import type { Report } from '../report/model.ts';
import { readReport } from '../report/read-report.ts';
import { Repetitions } from '../report/repetitions.ts';
import type { Reporter } from '../report/reporter.ts';
import { embeddedTarget } from '../report/run-facts.ts';
import { staleWaivers } from '../report/stale-waivers.ts';
import { waive } from '../report/waive.ts';
import type { Baseline } from '../report/waiver.ts';
import { lanesFor, shareOut, shortages } from '../stage/budget.ts';
import { cleanUp } from '../stage/cleanup.ts';
import { Ledger, type LedgerRun } from '../stage/ledger.ts';
import { limitWaits } from '../stage/wait-limits.ts';
import { Redactor } from '../target/redact.ts';
import { sentSoFar } from '../target/sent.ts';
import { type TargetSettings, targetConfigured } from '../target/settings.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { Ending } from './ending.ts';
import { failureOf } from './failure.ts';
import { recipesOf } from './history-recipes.ts';
import { Interrupt } from './interrupt.ts';
import { openBaseline } from './open-baseline.ts';
import { type OpenTarget, openTarget } from './open-target.ts';
import { checkPersonas, selectionFrom, targetSettings, wishesFrom } from './options.ts';
import { cleanUpCommand, repeatCommand, replayAgainCommand } from './repeat-command.ts';
import type { RecordedHistory } from './replay-file.ts';
import { reportFolder } from './report-folder.ts';
import { reportOutputs, reportsLine } from './report-outputs.ts';
import { ledgerName } from './run-folders.ts';
import type { RunOptions } from './run-options.ts';
import { describeTarget, emptyReport, ledgerRun, rulesOf } from './run-report.ts';
import { standardOutputFailure } from './standard-output.ts';
import { asUsage, UsageError } from './usage-error.ts';
import { withoutCommands } from './workflow-log.ts';

/** A run of which everything is known that the user said, and nothing of the target. */
interface PreparedRun {
  options: RunOptions;
  contract: Contract;
  settings: TargetSettings;
  selection: Selection;
  times: Map<string, CaseTime>;
  baseline: Baseline | null;
  /** Absolute. */
  folder: string;
  outputs: Output[];
  screen: NodeJS.WriteStream;
  /** For what the user wants to be blacked out. */
  blackout: Redactor;
  ledger: Ledger;
  record: RunRecord | null;
  report: Report;
  reporters: Reporter[];
  ending: Ending;
}

/**
 * Judges a target, or plays one recorded history, and writes the reports. Gives the report.
 * `running`: an embedded cloud to judge, which goes on after it.
 */
export async function judgeTarget(
  options: RunOptions,
  { recorded, running }: { recorded?: RecordedHistory; running?: Embedded } = {},
): Promise<Report> {
  const run = await prepare(options);
  const { report, record } = run;
  const interrupt = new Interrupt(run.ending);
  const clock = limitTime(run);
  let embedded = running;
  let open: OpenTarget | undefined;
  const scope = record?.recorder.scope(targetPage) ?? null;
  try {
    // vitest takes a while to load; meanwhile the target is asked.
    const suites = import('./run-suites.ts');
    if (!embedded && !targetConfigured(run.settings, process.env)) embedded = await startEmbedded(run.settings);
    phase(run, 'authenticating');
    open = await run.ending.unlessBegun(
      openTarget(
        run.contract,
        embedded?.settings ?? run.settings,
        embedded?.env ?? process.env,
        process.cwd(),
        options.volume,
        wishesFrom(options),
        scope,
      ),
    );
    const settings = await planFor(run, open, embedded !== undefined, recorded);
    interrupt.cleanUp = report.cleanUp;
    record?.recorder.flush();
    begin(run.ledger, ledgerRun(report, embedded !== undefined));
    const { runSuites } = await suites;
    const repetitions = new Repetitions(settings.cases);
    const { unhandled, stage } = await runSuites({
      ...settings,
      interrupt,
      listener: {
        phase: text => phase(run, text),
        suiteStarted: suite => tell(run, reporter => reporter.suiteStarted?.(suite, report)),
        judged: (result, repetition) => {
          const whole = repetitions.add(result, repetition);
          if (whole) judged(run, whole);
        },
      },
    });
    for (const result of repetitions.failedSoFar()) judged(run, result);
    report.stage = stage;
    const whole = report.results.size === report.cases.length;
    if (!whole && sentSoFar(open.target.http.sent) >= (options.maxRequests ?? Number.POSITIVE_INFINITY)) {
      run.ending.begin(`--max-requests ${options.maxRequests}`);
    }
    report.complete = whole && !interrupt.happened;
    if (run.baseline && report.baseline) {
      const all = wholePlan(run.contract, open.capabilities, run.selection);
      report.baseline.stale = staleWaivers(run.baseline, all, report);
    }
    phase(run, 'cleaning up');
    interrupt.cleaning = true;
    report.leftovers = await cleanUp(open.api, run.ledger);
    report.exitCode = interrupt.happened ? exitCodes.interrupted : exitCodeOf(report);
    if (unhandled) {
      report.failure = `internal error: ${unhandled}`;
      report.exitCode = exitCodes.internal;
    }
  } catch (error) {
    const { message, exitCode } = failureOf(error);
    report.failure = run.blackout.text(message);
    report.exitCode = interrupt.happened ? exitCodes.interrupted : exitCode;
    interrupt.cleaning = true;
    if (open) report.leftovers = await cleanUp(open.api, run.ledger);
  } finally {
    clearTimeout(clock);
    interrupt.stopListening();
    await open?.sessions.close();
    if (embedded !== running) await embedded?.stop();
  }
  if (scope) record?.recorder.page(scope);
  if (open) report.requests = sentSoFar(open.target.http.sent);
  await finish(run);
  return report;
}

/** Checks all that the user said, and makes the folder; asks nothing of any cloud. @throws UsageError */
async function prepare(options: RunOptions): Promise<PreparedRun> {
  const contract = loadContract();
  if (options.wait !== undefined) limitWaits(contract.data.stage.limits, options.wait);
  const settings = targetSettings(options, process.env);
  const selection = selectionFrom(options);
  const times = asUsage(() => timesIn(options.timings));
  asUsage(() => {
    checkPersonas(contract, options.persona);
    // A wrong name is found before anything is asked of a cloud.
    const { rules, cases, suites } = selection;
    if (rules.length + cases.length + suites.length > 0) makePlan(contract, everything(contract), selection);
    else selectMicroversions(selection.microversions, contract, everything(contract).microversions);
  });
  const startedAt = new Date();
  const blackout = new Redactor([], options.redact);
  const baseline = await openBaseline(contract, options.baseline, selection, blackout, startedAt);
  const folder = await reportFolder(options.out, startedAt);
  const outputs = await reportOutputs(options.reporter, folder, process.env);
  // Standard output then holds the document alone; workflow commands are lines among others.
  const isTaken = outputs.some(({ to, format }) => to === 'stdout' && format !== 'annotations');
  const stream = isTaken ? process.stderr : process.stdout;
  const screen = process.env.GITHUB_ACTIONS ? withoutCommands(stream) : stream;
  const runId = `${startedAt.getTime().toString(36)}${process.pid.toString(36)}`;
  const report = emptyReport(
    startedAt.getTime(),
    { runId, folder: relative('', folder) || '.' },
    contract,
    { command: blackout.text(repeatCommand(options)), replay: blackout.text(replayAgainCommand(options)) },
    { ...selection },
    options.wait ?? null,
  );
  report.repeat = options.repeat ?? 1;
  if (baseline) report.baseline = { file: baseline.file, waivers: baseline.waivers.length, stale: [] };
  if (options.shard) report.shard = { ...options.shard, of: 0 };
  const terminal = terminalReporter({
    stream: screen,
    // A log needs no live screen, which takes a while to load.
    live: screen.isTTY && !process.env.CI ? (await import('../../reporters/terminal/live-screen.ts')).liveScreen : null,
    color: pc.isColorSupported,
    columns: screen.columns ?? 100,
    verbose: options.verbose === true,
  });
  const har = outputs.find(({ format }) => format === 'har');
  return {
    options,
    contract,
    settings,
    selection,
    times,
    baseline,
    folder,
    outputs,
    screen,
    blackout,
    ledger: new Ledger(join(folder, ledgerName)),
    record: har === undefined ? null : new RunRecord(har.path, report.tool, runId),
    report,
    reporters: [terminal],
    ending: new Ending(),
  };
}

/** Plans the cases for a target that answered, and notes in the report what it is like. Gives what the suites are run with. */
async function planFor(
  { options, contract, selection, times, blackout, report, reporters, folder, ledger, record, ending }: PreparedRun,
  open: OpenTarget,
  isEmbedded: boolean,
  recorded: RecordedHistory | undefined,
) {
  const { capabilities, choices, quota, target } = open;
  const { servers, concurrency, explore, shard, maxRequests } = options;
  const { stage, histories } = contract.data;
  const budget = shareOut(stage, quota, choices.flavor, { servers, concurrency });
  describeTarget(report, open, isEmbedded ? embeddedTarget : target.name, budget.servers, blackout);
  report.notes.push(...shortages(stage, quota, choices.flavor));
  // Whoever waits for the embedded cloud waits for nobody else's.
  const usual = isEmbedded ? Number.POSITIVE_INFINITY : stage.watch.rate;
  const pollRate = options.pollRate ?? Math.min(usual, target.http.rate / 2);
  const plan = asUsage(() => makePlan(contract, capabilities, selection));
  const own = shard ? shardOf(plan.cases, shard, stage, times) : plan.cases;
  if (shard) report.shard = { ...shard, of: plan.cases.length };
  const cases = recorded ? own.map(one => replayed(one, recorded)) : own;
  report.cases = cases;
  report.notes.push(...shardNote(report));
  report.planDigest = plan.digest;
  report.rules = rulesOf(contract, report);
  report.judged = judgedLevels(selection.levels);
  if (cases.some(({ history, skip }) => history && !skip)) {
    report.recipes = await ending.unlessBegun(recipesOf(open.api, choices, contract));
  }
  for (const reporter of reporters) reporter.started?.(report);
  if (!isEmbedded) report.cleanUp = blackout.text(cleanUpCommand(folder, options));
  return {
    contract,
    target,
    cases: repeated(cases, report.repeat),
    judged: report.judged,
    runId: report.runId,
    ledger,
    volumes: options.volume,
    concurrency,
    budget,
    choices,
    histories: {
      capabilities,
      lanes: lanesFor(histories.world, quota, budget),
      endless: explore !== undefined,
      ...(explore === undefined ? {} : { maxTimeMs: explore * 1000 }),
    },
    ...(record === null ? {} : { record: record.shared }),
    ...(pollRate === Number.POSITIVE_INFINITY ? {} : { pollRate }),
    ...(maxRequests === undefined ? {} : { maxRequests }),
  };
}

/** Takes in what became of a case. */
function judged({ options, baseline, report, reporters, ending }: PreparedRun, found: CaseResult): void {
  const result = baseline ? waive(baseline, report, found) : found;
  report.results.set(result.id, result);
  for (const reporter of reporters) reporter.judged?.(result, report);
  if (options.failFast && result.verdict === 'fail') ending.begin('--fail-fast');
}

/** Ends the run when its time is up; the time began with the run. */
function limitTime({ options: { maxTime }, report, ending }: PreparedRun): NodeJS.Timeout | undefined {
  if (maxTime === undefined) return undefined;
  const left = report.startedAt + maxTime * 1000 - Date.now();
  return setTimeout(() => ending.begin(`--max-time ${maxTime}`), Math.max(0, left)).unref();
}

/** Writes all reports. */
async function finish({
  report,
  record,
  folder,
  outputs,
  reporters,
  ledger,
  screen,
  ending,
}: PreparedRun): Promise<void> {
  record?.end();
  report.finishedAt = Date.now();
  report.ended = report.complete ? null : ending.reason;
  report.notes.push(...endNotes(report));
  report.ledger = ledger.count();
  const har = outputs.find(({ format }) => format === 'har');
  if (har && record?.lost) {
    report.lost.push({ file: har.label, why: record.lost });
    report.exitCode = exitCodeWithLosses(report.exitCode);
  }
  await writeReports(report, folder, outputs);
  for (const reporter of reporters) reporter.finished?.(report);
  await printReports(report, folder, outputs, process.stdout);
  await new Promise(resolve => screen.write(reportsLine(report, folder, outputs), resolve));
  const failure = standardOutputFailure();
  if (failure) await noteLost(report, folder, outputs, 'standard output', failure);
}

/** When the cases of an earlier run began and how long they took. @throws Error */
function timesIn(place: string | undefined): Map<string, CaseTime> {
  if (place === undefined) return new Map();
  const { report } = readReport(place, { unfinished: 'accepted' });
  return new Map(
    report.cases.flatMap(({ id, startedAt, durationMs }) =>
      startedAt === undefined || durationMs === undefined
        ? []
        : [[id, { startedAt: Date.parse(startedAt), durationMs }]],
    ),
  );
}

/** Nothing is made before its line is in the ledger, so where there is no room for the first one there is no run. @throws UsageError */
function begin(ledger: Ledger, run: LedgerRun): void {
  try {
    ledger.begin(run);
  } catch (error) {
    throw new UsageError(`--out: ${ledger.file} cannot be written: ${reasonOfSystem(error)}`);
  }
}

function phase(run: PreparedRun, text: string): void {
  tell(run, reporter => reporter.phase?.(text, run.report));
}

function tell({ reporters }: PreparedRun, what: (reporter: Reporter) => void): void {
  for (const reporter of reporters) what(reporter);
}

/** The case of a recorded history, which then plays just that one. */
function replayed(one: Case, { replay, microversions }: RecordedHistory): Case {
  return { ...one, history: { replay, microversions } };
}
