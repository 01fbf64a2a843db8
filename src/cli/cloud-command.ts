import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type CloudOptions, delays, faults, releases, startCloud, troubles } from '../../cloud/cloud.ts';
import { unknownName } from '../plan/selection.ts';
import { reasonOf, UsageError } from './usage-error.ts';

interface CloudCommandOptions {
  port: number;
  readyFile?: string;
  release?: (typeof releases)[number];
  fault: string[];
  trouble: string[];
  delay?: Delay;
}

type Delay = NonNullable<CloudOptions['delay']>;

/** `novaspec cloud`: serves the embedded cloud until it is interrupted. */
export function cloudCommand(): Command {
  return new Command('cloud')
    .description('serve the embedded cloud and print a clouds.yaml for it')
    .option('--port <n>', 'port on the loopback address (default: any free one)', port, 0)
    .option('--ready-file <file>', 'write the clouds.yaml there too, once the cloud answers')
    .option('--release <name>', `the release that it plays: ${releases.join(', ')} (default: the newest)`, release)
    .addOption(listed('--fault <id>', 'a mistake that its Nova makes (repeatable)', faults))
    .addOption(listed('--trouble <id>', 'a trouble that it makes its clients (repeatable)', troubles))
    .option(
      '--delay <pace>',
      `how slow it is: ${delays.join(', ')}, or milliseconds for each step of what happens behind an answer (default: quick)`,
      delay,
    )
    .action(async ({ readyFile, ...options }: CloudCommandOptions) => {
      const { port, release, fault, trouble, delay } = options;
      const cloud = await startCloud({
        port,
        faults: fault,
        troubles: trouble,
        ...(release === undefined ? {} : { release }),
        ...(delay === undefined ? {} : { delay }),
      }).catch((error: unknown) => {
        throw new UsageError(`--port ${port}: ${reasonOf(error)}`);
      });
      const yaml = cloud.cloudsYaml();
      process.stdout.write(yaml);
      if (readyFile !== undefined) {
        try {
          writeFileSync(readyFile, yaml, { mode: 0o600 });
        } catch (error) {
          await cloud.stop();
          throw new UsageError(`--ready-file: ${reasonOf(error)}`);
        }
      }
      await new Promise<void>(resolve => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      });
      await cloud.stop();
    });
}

/** A repeatable option whose values are ids of a catalogue. */
function listed(flags: string, description: string, catalogue: readonly { id: string }[]): Option {
  const known = catalogue.map(({ id }) => id);
  const [name = ''] = flags.split(' ');
  return new Option(flags, description).default([], 'none').argParser((value: string, before: string[]) => {
    if (!known.includes(value)) throw new UsageError(unknownName(name, value, known));
    return [...before, value];
  });
}

function release(value: string): (typeof releases)[number] {
  const found = releases.find(each => each === value);
  if (found === undefined) throw new UsageError(unknownName('--release', value, releases));
  return found;
}

function delay(value: string): Delay {
  const named = delays.find(each => each === value);
  if (named !== undefined) return named;
  const ms = value.trim() === '' ? Number.NaN : Number(value);
  if (ms >= 0 && ms < Number.POSITIVE_INFINITY) return ms;
  throw new InvalidArgumentError(`Expected ${delays.join(', ')} or milliseconds, 0 or more.`);
}

function port(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0 || number > 65_535)
    throw new InvalidArgumentError('Expected a port, 0 to 65535.');
  return number;
}
