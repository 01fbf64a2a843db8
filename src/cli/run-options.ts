import type { Command } from 'commander';
import type { Shard } from '../plan/shard.ts';
import { type ChoiceOptions, positive, type SelectionOptions, type TargetOptions, wholeNumber } from './options.ts';
import { type ReporterChoice, reporterOption } from './reporter-option.ts';
import { shardFrom } from './shard-option.ts';

/** What the options that say how cases are carried out parse to. */
interface RunningOptions {
  out?: string;
  reporter?: ReporterChoice[];
  wait?: number;
  pollRate?: number;
  verbose?: boolean;
}

/** What the options that say how far a run goes parse to. */
interface LimitOptions {
  maxTime?: number;
  maxRequests?: number;
  failFast?: boolean;
  repeat?: number;
  explore?: number;
  baseline?: string;
  shard?: Shard;
  timings?: string;
}

/** What the options of a run parse to. */
export type RunOptions = TargetOptions & SelectionOptions & ChoiceOptions & RunningOptions & LimitOptions;

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
      'readings a second, in all, with which accepted requests are watched (default: 20, and half of --rate at most; the embedded cloud bears any)',
      positive,
    )
    .option('--verbose', 'a line for every case');
}

/** Adds the options that say how far a run goes, and which part of the plan is its own. */
export function withLimits(command: Command): Command {
  return command
    .option('--baseline <file>', 'known failures, which are reported as waived and fail no run (see docs/baseline.md)')
    .option('--max-time <seconds>', 'no case begins later; the run then ends in good order, incomplete', positive)
    .option(
      '--max-requests <n>',
      'no case begins once so many requests were sent; the clean-up comes on top',
      wholeNumber,
    )
    .option('--fail-fast', 'end the run with the first case that fails')
    .option('--repeat <n>', 'carry each case out so many times, and tell which change their verdict', wholeNumber)
    .option('--explore <seconds>', 'play further histories, of further seeds, for that long', positive)
    .option(
      '--shard <i/n>',
      'judge only the i-th of n parts of the plan; auto or auto/N: as JOB_COMPLETION_INDEX or CI_NODE_INDEX and CI_NODE_TOTAL say',
      text => shardFrom(text, process.env),
    )
    .option('--timings <run>', 'a run whose times show how to cut shards of equal length; the same for all of them');
}
