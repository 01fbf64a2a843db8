import { Command } from 'commander';
import { packageVersion } from '../root.ts';
import { cloudCommand } from './cloud-command.ts';
import { explainCommand } from './explain-command.ts';
import { listCommand } from './list-command.ts';
import { runCommand } from './run-command.ts';
import { specCommand } from './spec-command.ts';
import { validateCommand } from './validate-command.ts';

/** The whole command line. Parsing throws a CommanderError, after its one line, instead of ending the process. */
export function program(): Command {
  const root = new Command('novaspec')
    .description(
      "Judges the volume attachments API of an OpenStack cloud's Nova. Without a target, an embedded cloud is judged.",
    )
    .version(packageVersion)
    .showSuggestionAfterError(true)
    .exitOverride();
  const commands = [runCommand(), listCommand(), explainCommand(), specCommand(), validateCommand(), cloudCommand()];
  for (const command of commands) {
    root.addCommand(command.exitOverride().allowExcessArguments(false), { isDefault: command.name() === 'run' });
  }
  return root;
}
