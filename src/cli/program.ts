import { Command } from 'commander';
import { unknownName } from '../plan/selection.ts';
import { packageVersion } from '../root.ts';
import { cleanupCommand } from './cleanup-command.ts';
import { cloudCommand } from './cloud-command.ts';
import { doctorCommand } from './doctor-command.ts';
import { explainCommand } from './explain-command.ts';
import { listCommand } from './list-command.ts';
import { proveCommand } from './prove-command.ts';
import { replayCommand } from './replay-command.ts';
import { runCommand } from './run-command.ts';
import { specCommand } from './spec-command.ts';
import { UsageError } from './usage-error.ts';
import { validateCommand } from './validate-command.ts';

/**
 * The whole command line. Parsing throws instead of ending the process: a CommanderError after its one line, or a
 * UsageError without one.
 */
export function program(): Command {
  const root = new Command('novaspec')
    .description(
      "Judges the volume attachments API of an OpenStack cloud's Nova. Without a target, an embedded cloud is judged.",
    )
    .version(packageVersion)
    .showSuggestionAfterError(true)
    .addHelpText('after', '\n`novaspec help run` lists the options of the default command.')
    .exitOverride();
  const commands = [
    runCommand(),
    doctorCommand(),
    proveCommand(),
    replayCommand(),
    listCommand(),
    explainCommand(),
    specCommand(),
    validateCommand(),
    cleanupCommand(),
    cloudCommand(),
  ];
  for (const command of commands) {
    const strict = command.exitOverride().allowExcessArguments(false).configureOutput({ outputError: oneLine });
    root.addCommand(strict, { isDefault: command.name() === 'run' });
  }
  // A word that is no command would otherwise be taken for an argument of the default command.
  root.hook('preSubcommand', (_root, command) => {
    const [word] = root.args;
    if (word === undefined || word.startsWith('-') || word === command.name()) return;
    const names = commands.map(each => each.name());
    throw new UsageError(unknownName('command', word, names));
  });
  return root;
}

/** Commander's message in the form of all others; it puts its suggestion on a second line. */
function oneLine(text: string, write: (text: string) => void): void {
  write(
    `novaspec: ${text
      .trim()
      .replace(/^error: /, '')
      .replaceAll(/\s*\n\s*/g, ' ')}\n`,
  );
}
