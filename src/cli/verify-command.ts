import { join } from 'node:path';
import { Command } from 'commander';
import pc from 'picocolors';
import { renderCertificate } from '../../reporters/pages/certificate.ts';
import { paintBox } from '../../reporters/terminal/paint.ts';
import { publicKeyIn } from '../attest/keys.ts';
import { profileOf } from '../attest/profiles.ts';
import type { Verification } from '../attest/verification.ts';
import { verifyBundle } from '../attest/verify.ts';
import { loadContract } from '../contract/load.ts';
import { exitCodes } from '../report/exit-code.ts';
import { rejudgeFolder } from './rejudge-folder.ts';
import { asUsage, reasonOf, UsageError } from './usage-error.ts';
import { verificationLines } from './verification-text.ts';

interface VerifyOptions {
  pub: string;
  profile?: string;
  json?: boolean;
}

/** `novaspec verify`: whether a certification is genuine, without asking anybody. */
export function verifyCommand(): Command {
  return new Command('verify')
    .description('verify the bundle of a certification, offline: exit 0 when it is genuine and conforming')
    .argument('<bundle>', 'folder that certify wrote')
    .requiredOption('--pub <file>', 'public key of whoever certified, in PEM')
    .option('--profile <name|file>', 'accept this profile alone, also one of a trial (default: any published one)')
    .option('--json', 'as JSON')
    .action(async (bundle: string, options: VerifyOptions) => {
      const verification = await verify(bundle, options);
      process.stdout.write(
        options.json
          ? `${JSON.stringify(verification, null, 2)}\n`
          : `${verificationLines(verification, paintBox(pc.isColorSupported)).join('\n')}\n`,
      );
      const { verdict, result } = verification;
      const conforms = verdict === 'genuine' && result !== 'FAILED';
      process.exitCode = conforms ? exitCodes.conforming : exitCodes.notConforming;
    });
}

/** Judges the record of one run of a bundle again. */
function rejudge(bundle: string, run: string): Promise<string[]> {
  return rejudgeFolder(join(bundle, run));
}

async function verify(bundle: string, { pub, profile }: VerifyOptions): Promise<Verification> {
  const contract = loadContract();
  const key = asUsage(() => publicKeyIn(pub));
  const only = profile === undefined ? {} : { profile: asUsage(() => profileOf(contract, profile)) };
  try {
    return await verifyBundle(bundle, { contract, key, ...only, page: renderCertificate, rejudge });
  } catch (error) {
    throw new UsageError(`${bundle} cannot be read: ${reasonOf(error)}`);
  }
}
