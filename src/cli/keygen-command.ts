import { Command } from 'commander';
import { writeKeyPair } from '../attest/key-pair.ts';
import { type PassphraseOptions, passphraseFrom, withPassphrase } from './passphrase.ts';
import { asUsage } from './usage-error.ts';

/** `novaspec keygen`: a key pair for certifications. */
export function keygenCommand(): Command {
  return withPassphrase(new Command('keygen'))
    .description('make an Ed25519 key pair that signs certifications')
    .requiredOption('--out <name>', 'writes NAME.key (private) and NAME.pub, and never over a file that is there')
    .action((options: PassphraseOptions & { out: string }) => {
      const passphrase = passphraseFrom(options, process.env);
      const { privateKey, publicKey, keyId } = asUsage(() => writeKeyPair(options.out, passphrase));
      const lock = passphrase === undefined ? '' : ', opened by the passphrase';
      process.stdout.write(
        `${privateKey}  private, for --key${lock}\n${publicKey}  public, for --pub\nkey id ${keyId}\n`,
      );
    });
}
