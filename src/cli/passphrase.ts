import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { reasonOf, UsageError } from './usage-error.ts';

/** What the option for the passphrase of a private key parses to. */
export interface PassphraseOptions {
  passphraseFile?: string;
}

/** Adds the option that names the passphrase of a private key; it is never on the command line itself. */
export function withPassphrase(command: Command): Command {
  return command.option('--passphrase-file <file>', 'passphrase of the private key (or NOVASPEC_PASSPHRASE)');
}

/** The passphrase of a private key, without the end of its line; undefined where none was given. @throws UsageError */
export function passphraseFrom({ passphraseFile }: PassphraseOptions, env: NodeJS.ProcessEnv): string | undefined {
  if (passphraseFile === undefined) return env.NOVASPEC_PASSPHRASE || undefined;
  try {
    const passphrase = readFileSync(passphraseFile, 'utf8').replace(/\r?\n$/, '');
    if (passphrase !== '') return passphrase;
  } catch (error) {
    throw new UsageError(`--passphrase-file: ${reasonOf(error)}`);
  }
  throw new UsageError(`--passphrase-file: ${passphraseFile} is empty`);
}
