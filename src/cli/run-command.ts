import { Command } from 'commander';
import { exitCodes } from '../report/exit-code.ts';
import { judgeTarget } from './judge-target.ts';
import { withChoices, withSelection, withTarget } from './options.ts';
import type { RecordedHistory } from './replay-file.ts';
import { type RunOptions, withLimits, withRunning } from './run-options.ts';

/** `novaspec run`: judges a target and writes the reports. */
export function runCommand(): Command {
  return withLimits(withRunning(withSelection(withChoices(withTarget(new Command('run'))))))
    .description('judge a cloud (the default command)')
    .action((options: RunOptions) => run(options));
}

/** Judges a target, or plays one recorded history, writes the reports, and sets the exit code. */
export async function run(options: RunOptions, recorded?: RecordedHistory): Promise<void> {
  const { exitCode, ended } = await judgeTarget(options, recorded === undefined ? {} : { recorded });
  process.exitCode = exitCode ?? exitCodes.internal;
  // A request that an early end left on its way would keep the process for its whole time limit.
  if (ended !== null || exitCode === exitCodes.interrupted) process.exit();
}
