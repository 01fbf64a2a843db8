import { Command } from 'commander';
import pc from 'picocolors';
import { paintBox } from '../../reporters/terminal/paint.ts';
import type { Contract } from '../contract/contract.ts';
import { loadContract } from '../contract/load.ts';
import { type Level, levels } from '../contract/rule.ts';
import { HarError } from '../evidence/har-error.ts';
import { readHar } from '../evidence/read-har.ts';
import { exitCodes } from '../report/exit-code.ts';
import { TrafficSummary } from '../traffic/summary.ts';
import { TrafficJudge } from '../traffic/traffic-judge.ts';
import { judgeJson, type TrafficWriter } from './judge-json.ts';
import { judgeText, type Recording } from './judge-text.ts';
import { levelOption } from './options.ts';
import { UsageError } from './usage-error.ts';

interface JudgeOptions {
  level: Level[];
  json?: boolean;
}

/** `novaspec judge`: recorded traffic against the contract, without a cloud. */
export function judgeCommand(): Command {
  return new Command('judge')
    .description('judge recorded traffic of any client against the contract: HAR files, plain or gzip')
    .argument('<file...>', 'HAR files, or - for standard input')
    .addOption(levelOption())
    .option('--json', 'as JSON: each exchange with its verdict, then the summary')
    .action(async (files: string[], { level, json }: JudgeOptions) => {
      const contract = loadContract();
      const writer = json ? judgeJson(contract, process.stdout) : undefined;
      const summary = new TrafficSummary();
      const recordings: Recording[] = [];
      for (const file of files) {
        recordings.push(await judgeFile(file, contract, level.length > 0 ? level : levels, summary, writer));
      }
      const exitCode = exitCodeFor(summary, recordings);
      if (writer) await writer.end(summary, recordings, exitCode);
      else {
        const paint = paintBox(pc.isColorSupported);
        const columns = process.stdout.columns ?? 100;
        process.stdout.write(judgeText({ contract, summary, recordings, exitCode }, columns, paint));
      }
      for (const { cut } of recordings) if (cut !== undefined) process.stderr.write(`novaspec: ${cut}\n`);
      process.exitCode = exitCode;
    });
}

/** Judges the entries of a file as they are read; one that breaks off is judged up to there. @throws UsageError */
async function judgeFile(
  file: string,
  contract: Contract,
  judged: readonly Level[],
  summary: TrafficSummary,
  writer: TrafficWriter | undefined,
): Promise<Recording> {
  const har = readHar(file);
  const judge = new TrafficJudge(contract, judged);
  let entries = 0;
  let cut: string | undefined;
  try {
    for await (const entry of har.entries) {
      entries += 1;
      const result = judge.judge(entry, { file, entry: entries, time: entry.startedDateTime ?? '' });
      summary.add(result);
      if (typeof result !== 'string') await writer?.exchange(result);
    }
  } catch (error) {
    if (!(error instanceof HarError)) throw error;
    if (error.kind === 'unreadable') throw new UsageError(error.message);
    cut = error.message;
  }
  const { name = 'an unknown recorder', version = '' } = har.creator ?? {};
  const creator = `${name} ${version}`.trim();
  return { file, creator, entries, ...(cut === undefined ? {} : { cut }) };
}

function exitCodeFor({ total }: TrafficSummary, recordings: readonly Recording[]): number {
  if (total.fail > 0) return exitCodes.notConforming;
  const whole = recordings.every(({ cut }) => cut === undefined);
  return whole && total.pass > 0 ? exitCodes.conforming : exitCodes.incomplete;
}
