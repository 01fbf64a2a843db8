import { Command } from 'commander';
import { withChoices, withTarget } from './options.ts';
import { recordedHistory } from './replay-file.ts';
import { run } from './run-command.ts';
import { type RunOptions, withRunning } from './run-options.ts';

/** `novaspec replay`: plays one history of an earlier run again, as it was written down. */
export function replayCommand(): Command {
  return withRunning(withChoices(withTarget(new Command('replay'))))
    .description('play the history of a failed case again, command by command')
    .argument('<history>', 'FOLDER#CASE of an earlier run, or a file of its folder histories/')
    .action(async (name: string, options: Omit<RunOptions, 'rule' | 'case' | 'suite' | 'level' | 'seed'>) => {
      const recorded = recordedHistory(name);
      const selection = { rule: [], case: [recorded.caseId], suite: [], level: [], seed: 1 };
      const number = Number(/\[(\d+)\]/.exec(recorded.caseId)?.[1] ?? 1);
      await run({ ...options, ...selection, runs: number, microversions: recorded.microversions.join() }, recorded);
    });
}
