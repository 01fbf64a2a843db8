import { Command } from 'commander';
import pc from 'picocolors';
import { diffLines } from '../../reporters/diff-terminal.ts';
import { paintBox } from '../../reporters/terminal/paint.ts';
import { diffReports, type RunDiff } from '../report/diff.ts';
import { exitCodes } from '../report/exit-code.ts';
import { type ReadReport, readReport } from '../report/read-report.ts';
import { changedFacts, type FactChange } from '../report/run-facts.ts';
import { asUsage } from './usage-error.ts';

/** `novaspec diff`: what a run shows that an earlier one did not. */
export function diffCommand(): Command {
  return new Command('diff')
    .description(
      'compare two runs case by case: exit 1 where the second is worse, 4 where they have no case in common. Worse is a case that fails and did not before, or passed and was not judged this time',
    )
    .argument('<before>', 'folder of a run, or its report.json')
    .argument('<after>', 'the same of a later run, or of another cloud')
    .option('--json', 'as JSON')
    .option('--verbose', 'every case, not one of each kind of change')
    .action((before: string, after: string, options: { json?: boolean; verbose?: boolean }) => {
      const [one, other] = asUsage(() => [before, after].map(each => readReport(each, { unfinished: 'accepted' })));
      if (one && other) process.exitCode = compare(one, other, options);
    });
}

function compare(before: ReadReport, after: ReadReport, options: { json?: boolean; verbose?: boolean }): number {
  const diff = diffReports(before.report, after.report);
  const changed = changedFacts(before.report, after.report);
  const exitCode = exitCodeFor(diff);
  if (options.json) {
    const content = { schema: 'urn:novaspec:diff:1', ...entry(before, after, changed, diff), exitCode };
    process.stdout.write(`${JSON.stringify(content, null, 2)}\n`);
    return exitCode;
  }
  const lines = diffLines(
    { before, after, changed, diff, exitCode },
    {
      columns: process.stdout.columns ?? 100,
      paint: paintBox(pc.isColorSupported),
      verbose: options.verbose === true,
    },
  );
  process.stdout.write(`${lines.join('\n')}\n`);
  return exitCode;
}

function exitCodeFor({ common, groups }: RunDiff): number {
  if (common === 0) return exitCodes.incomplete;
  return groups.some(({ kind }) => kind === 'worse') ? exitCodes.notConforming : exitCodes.conforming;
}

function entry(before: ReadReport, after: ReadReport, changed: FactChange[], { common, same, groups }: RunDiff) {
  const count = (kind: string) =>
    groups.filter(group => group.kind === kind).reduce((sum, { changes }) => sum + changes.length, 0);
  return {
    before: runEntry(before),
    after: runEntry(after),
    changed,
    counts: {
      common,
      same,
      worse: count('worse'),
      different: count('different'),
      better: count('better'),
      new: count('new'),
      gone: count('gone'),
    },
    groups,
  };
}

function runEntry({ file, report }: ReadReport) {
  const { runId, startedAt, tool, target, verdict, complete, planDigest } = report;
  return { file, runId, startedAt, tool, target, verdict, complete, planDigest };
}
