import { Command } from 'commander';
import { stringify } from 'yaml';
import type { Contract } from '../contract/contract.ts';
import { loadContract } from '../contract/load.ts';
import { compareMicroversions, isMicroversion } from '../contract/microversion.ts';
import { UsageError } from './usage-error.ts';

/** `novaspec spec`: the resolved OpenAPI document of a microversion. */
export function specCommand(): Command {
  return new Command('spec')
    .description('print the resolved OpenAPI 3.1 document of a microversion')
    .option('--microversion <version>', 'X.Y (default: the newest)')
    .option('--json', 'as JSON instead of YAML')
    .action((options: { microversion?: string; json?: boolean }) => {
      const contract = loadContract();
      const document = contract.documentAt(knownMicroversion(contract, options.microversion ?? contract.newest));
      const text = options.json ? `${JSON.stringify(document, null, 2)}\n` : stringify(document, { lineWidth: 120 });
      process.stdout.write(text);
    });
}

/** The microversion, if the contract describes it. `what`: where the user named it. @throws UsageError */
export function knownMicroversion(contract: Contract, version: string, what = '--microversion'): string {
  const { oldest, newest } = contract;
  const outside = compareMicroversions(version, oldest) < 0 || compareMicroversions(version, newest) > 0;
  if (!isMicroversion(version) || outside) {
    throw new UsageError(`${what}: '${version}' is not in the contract, which describes ${oldest} to ${newest}`);
  }
  return version;
}
