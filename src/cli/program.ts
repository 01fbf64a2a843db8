import { Command } from 'commander';
import { unknownName } from '../plan/selection.ts';
import { packageVersion } from '../root.ts';
import { withConfiguration } from './configure.ts';
import { UsageError } from './usage-error.ts';

/** The commands by name, in the order of the help; each brings along what it needs. */
const loaders = {
  run: async () => (await import('./run-command.ts')).runCommand(),
  doctor: async () => (await import('./doctor-command.ts')).doctorCommand(),
  prove: async () => (await import('./prove-command.ts')).proveCommand(),
  judge: async () => (await import('./judge-command.ts')).judgeCommand(),
  replay: async () => (await import('./replay-command.ts')).replayCommand(),
  list: async () => (await import('./list-command.ts')).listCommand(),
  explain: async () => (await import('./explain-command.ts')).explainCommand(),
  spec: async () => (await import('./spec-command.ts')).specCommand(),
  diff: async () => (await import('./diff-command.ts')).diffCommand(),
  merge: async () => (await import('./merge-command.ts')).mergeCommand(),
  matrix: async () => (await import('./matrix-command.ts')).matrixCommand(),
  baseline: async () => (await import('./baseline-command.ts')).baselineCommand(),
  validate: async () => (await import('./validate-command.ts')).validateCommand(),
  cleanup: async () => (await import('./cleanup-command.ts')).cleanupCommand(),
  keygen: async () => (await import('./keygen-command.ts')).keygenCommand(),
  certify: async () => (await import('./certify-command.ts')).certifyCommand(),
  verify: async () => (await import('./verify-command.ts')).verifyCommand(),
  cloud: async () => (await import('./cloud-command.ts')).cloudCommand(),
};

/** Commands that judge, or prepare or finish what others judge: their options can stand in the environment and in a file. */
const configurable = new Set(['run', 'doctor', 'prove', 'judge', 'replay', 'list', 'cleanup', 'certify', 'cloud']);

/**
 * The command line for these words: with the one command alone that they name, or that is meant where they name none,
 * because the others take longer to load than an embedded cloud to start; with all for the help. Parsing throws instead of
 * ending the process: a CommanderError after its one line, or a UsageError without one.
 */
export async function program(words: readonly string[]): Promise<Command> {
  const root = new Command('novaspec')
    .description(
      "Judges the volume attachments API of an OpenStack cloud's Nova. Without a target, an embedded cloud is judged.",
    )
    .version(packageVersion)
    .showSuggestionAfterError(true)
    .addHelpText(
      'after',
      '\n`novaspec help run` lists the options of the default command. Options can stand in novaspec.yaml and in NOVASPEC_OPTION_NAME too.',
    )
    .exitOverride();
  const names = Object.keys(loaders) as (keyof typeof loaders)[];
  const named = names.filter(name => name === commandMeant(words));
  const commands = await Promise.all((named.length > 0 ? named : names).map(name => loaders[name]()));
  for (const command of commands) {
    if (configurable.has(command.name())) withConfiguration(command);
    const strict = command.exitOverride().allowExcessArguments(false).configureOutput({ outputError: oneLine });
    root.addCommand(strict, { isDefault: command.name() === 'run' });
  }
  // A word that is no command would otherwise be taken for an argument of the default command.
  root.hook('preSubcommand', (_root, command) => {
    const [word] = root.args;
    if (word === undefined || word.startsWith('-') || word === command.name()) return;
    throw new UsageError(unknownName('command', word, names));
  });
  return root;
}

/** The word that should be a command; undefined where the help of all is asked for. */
function commandMeant([first, ...others]: readonly string[]): string | undefined {
  if (first === undefined) return 'run';
  if (!first.startsWith('-')) return first;
  return [first, ...others].some(word => word === '--help' || word === '-h') ? undefined : 'run';
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
