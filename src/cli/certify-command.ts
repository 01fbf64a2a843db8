import { Command, Option } from 'commander';
import { profileOf } from '../attest/profiles.ts';
import { loadContract } from '../contract/load.ts';
import { exitCodes } from '../report/exit-code.ts';
import { type CertifyOptions, certify } from './certification.ts';
import { checkPersonas, withChoices, withSelection, withTarget } from './options.ts';
import { withPassphrase } from './passphrase.ts';
import { withRunning } from './run-options.ts';
import { asUsage, UsageError } from './usage-error.ts';

/** `novaspec certify`: judges a target by a frozen profile and signs what came of it. */
export function certifyCommand(): Command {
  const command = withPassphrase(withRunning(withChoices(withTarget(new Command('certify')))))
    .description('judge a cloud by a frozen profile, several times, and sign the result')
    .requiredOption('--profile <name|file>', 'a published profile, or the file of one for trials')
    .requiredOption('--key <file>', 'private key that signs, in PEM')
    .option('--product <words>', 'what is certified: a product and its release, as the certificate names it');
  const out = command.options.find(({ long }) => long === '--out');
  if (out)
    out.description = 'folder for the bundle, empty or not there yet (default: novaspec-results/certificate-TIME)';
  for (const option of refused()) command.addOption(option);
  return command.action(async (options: CertifyOptions) => {
    const contract = loadContract();
    asUsage(() => checkPersonas(contract, options.persona));
    process.exitCode = await certify(
      contract,
      asUsage(() => profileOf(contract, options.profile)),
      options,
    );
    // A request that an interrupt left on its way would keep the process for its whole time limit.
    if (process.exitCode === exitCodes.interrupted) process.exit();
  });
}

/** The options that choose cases: whoever knows them from `run` is told why they are not there. */
function refused(): Option[] {
  return withSelection(new Command()).options.map(({ flags, long }) =>
    new Option(flags).hideHelp().argParser(() => {
      throw new UsageError(`${long}: what is judged, and with which seeds, is the profile's to say`);
    }),
  );
}
