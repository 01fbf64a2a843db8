import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { formats } from '../../reporters/formats.ts';
import type { Output } from '../../reporters/output.ts';
import { endingLines } from '../../reporters/terminal/ending.ts';
import { paintBox } from '../../reporters/terminal/paint.ts';
import { printReports, writeReports } from '../../reporters/write-reports.ts';
import { loadContract } from '../contract/load.ts';
import { mergeHars } from '../evidence/merge-hars.ts';
import { makePlan } from '../plan/plan.ts';
import type { Selection } from '../plan/selection.ts';
import { wholePlan } from '../plan/whole-plan.ts';
import { endNotes } from '../report/end-notes.ts';
import { exitCodeOf, exitCodes } from '../report/exit-code.ts';
import { checkShards, mergeShards, type ShardReport } from '../report/merge.ts';
import { readShard } from '../report/shard-file.ts';
import { staleWaivers } from '../report/stale-waivers.ts';
import { capabilitiesOf } from '../report/stored-report.ts';
import { waive } from '../report/waive.ts';
import { Redactor } from '../target/redact.ts';
import { openBaseline } from './open-baseline.ts';
import { reportFolder } from './report-folder.ts';
import { reportOutputs, reportsLine } from './report-outputs.ts';
import { type ReporterChoice, reporterOption } from './reporter-option.ts';
import { rulesOf } from './run-report.ts';
import { asUsage, UsageError } from './usage-error.ts';

interface MergeOptions {
  baseline?: string;
  out?: string;
  reporter?: ReporterChoice[];
}

/** `novaspec merge`: one report of the shards of a run. */
export function mergeCommand(): Command {
  return new Command('merge')
    .description(
      'make one report of the shards of a run (run --shard); a missing shard leaves its cases without a verdict',
    )
    .argument('<runs...>', 'folders of the shards')
    .option('--baseline <file>', 'known failures, also those that the shards were not given (see docs/baseline.md)')
    .option('--out <folder>', 'folder for the reports (default: novaspec-results/TIME)')
    .addOption(reporterOption())
    .action(async (folders: string[], options: MergeOptions) => {
      process.exitCode = await merge(folders, options);
    });
}

async function merge(folders: readonly string[], options: MergeOptions): Promise<number> {
  const shards = asUsage(() => folders.map(folder => ({ folder, report: readShard(folder) })));
  const { planned, plan, contract, capabilities, selection } = asUsage(() => together(shards));
  const startedAt = new Date();
  const baseline = await openBaseline(contract, options.baseline, selection, new Redactor([]), startedAt);
  const folder = await reportFolder(options.out, startedAt);
  const outputs = await reportOutputs(options.reporter, folder, process.env);
  const runId = startedAt.getTime().toString(36);
  const report = mergeShards(shards, planned, plan, { runId, folder: relative('', folder) || '.' });
  report.rules = rulesOf(contract, report);
  if (baseline) {
    for (const result of report.results.values()) report.results.set(result.id, waive(baseline, report, result));
    const stale = staleWaivers(baseline, wholePlan(contract, capabilities, selection), report);
    report.baseline = { file: baseline.file, waivers: baseline.waivers.length, stale };
  } else if (report.baseline) {
    report.notes.push('whether each waiver is needed was not looked at: merge --baseline FILE does');
  }
  report.exitCode = exitCodeOf(report);
  report.notes.push(...endNotes(report));
  const written = await mergeRecords(shards, outputs, runId, report.tool);
  await writeReports(report, folder, written);
  const isTaken = written.some(({ to, format }) => to === 'stdout' && format !== 'annotations');
  const screen = isTaken ? process.stderr : process.stdout;
  for (const line of endingLines(report, screen.columns ?? 100, paintBox(pc.isColorSupported)))
    screen.write(`${line}\n`);
  await printReports(report, folder, written, process.stdout);
  screen.write(reportsLine(report, folder, written));
  return report.exitCode ?? exitCodes.internal;
}

/** The shards that came to their plan, which must be the same one, and that plan. @throws Error */
function together(shards: readonly ShardReport[]) {
  const [first, ...others] = shards.filter(({ report }) => report.target !== null);
  const target = first?.report.target;
  if (!first || !target) {
    const [broken] = shards;
    throw new Error(
      `none of these shards came to its plan; ${broken?.folder}: ${broken?.report.failure ?? 'it broke down'}`,
    );
  }
  const planned: [ShardReport, ...ShardReport[]] = [first, ...others];
  checkShards(planned);
  const contract = loadContract();
  const capabilities = capabilitiesOf(target);
  const selection = first.report.selection as unknown as Selection;
  const { cases, digest } = makePlan(contract, capabilities, selection);
  if (digest !== first.report.planDigest) {
    throw new Error(`${first.folder}: its plan is not the one that this novaspec makes for its target`);
  }
  return { planned, plan: cases, contract, capabilities, selection };
}

/** One record of those of all shards; where one of them has none, there is none. Gives the outputs that there will be. @throws UsageError */
async function mergeRecords(
  shards: readonly ShardReport[],
  outputs: readonly Output[],
  runId: string,
  tool: { name: string; version: string },
): Promise<Output[]> {
  const { file } = formats.har;
  const parts = shards.map(({ folder, report: { shard } }) => ({
    file: join(folder, file),
    name: `shard ${shard.index}/${shard.total}`,
  }));
  const har = outputs.find(({ format }) => format === 'har');
  if (!har) return [...outputs];
  if (!parts.every(part => existsSync(part.file))) return outputs.filter(({ format }) => format !== 'har');
  try {
    await mergeHars(har.path, tool, runId, parts);
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  return [...outputs];
}
