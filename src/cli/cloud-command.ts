import { writeFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type CloudOptions, delays, listOrders, releases, startCloud, troubles } from '../../cloud/cloud.ts';
import { unknownName } from '../plan/selection.ts';
import { reasonOf, UsageError } from './usage-error.ts';

interface CloudCommandOptions {
  port: number;
  listen?: string;
  publicUrl?: string;
  readyFile?: string;
  release?: (typeof releases)[number];
  fault: string[];
  trouble: string[];
  delay?: Delay;
  listOrder?: (typeof listOrders)[number];
  hiddenRows?: NonNullable<Deployment['hiddenRows']>;
  driverLacks: (typeof abilities)[number]['id'][];
  diskLimit?: number;
}

type Deployment = NonNullable<CloudOptions['deployment']>;

/** What a driver can lack, by the names of the command line. */
const abilities = [
  { id: 'device-names', without: { deviceNames: false } },
  { id: 'tags', without: { tags: false } },
  { id: 'multiattach', without: { multiattach: false } },
] as const satisfies { id: string; without: Deployment }[];

type Delay = NonNullable<CloudOptions['delay']>;

/** `novaspec cloud`: serves the embedded cloud until it is interrupted. */
export function cloudCommand(): Command {
  return new Command('cloud')
    .description('serve the embedded cloud and print a clouds.yaml for it')
    .option('--port <n>', 'port to listen on (default: any free one)', port, 0)
    .option(
      '--listen <address>',
      'address to listen on; whoever reaches it can use the cloud (default: 127.0.0.1)',
      address,
    )
    .option(
      '--public-url <url>',
      'what its catalog and links call it (default: its address, or the name of the machine where it listens on all)',
      publicUrl,
    )
    .option('--ready-file <file>', 'write the clouds.yaml there too, once the cloud answers')
    .option('--release <name>', `the release that it plays: ${releases.join(', ')} (default: the newest)`, release)
    .addOption(collected('--fault <id>', 'a mistake that its Nova makes (repeatable)'))
    .addOption(listed('--trouble <id>', 'a trouble that it makes its clients (repeatable)', troubles))
    .option(
      '--delay <pace>',
      `how slow it is: ${delays.join(', ')}, or milliseconds for each step of what happens behind an answer (default: quick)`,
      delay,
    )
    .option(
      '--list-order <order>',
      `of the attachments in their list: ${listOrders.join(', ')} (default: inserted)`,
      listOrder,
    )
    .option(
      '--hidden-rows <before,after>',
      'local disks in front of the volumes and behind them, never shown (default: 1,0)',
      hiddenRows,
    )
    .addOption(listed('--driver-lacks <ability>', 'what its hypervisor cannot do (repeatable)', abilities))
    .option('--disk-limit <n>', 'most disks of a server, local ones included (default: no limit)', count)
    .action(async ({ readyFile, ...options }: CloudCommandOptions) => {
      const { port, listen, publicUrl, release, fault, trouble, delay } = options;
      // A cloud may live long and hold much: V8 would let twice as much pile up before it clears away.
      setFlagsFromString('--heap-growing-percent=40');
      await checkFaults(fault);
      const cloud = await startCloud({
        port,
        faults: fault,
        troubles: trouble,
        deployment: deploymentOf(options),
        ...(listen === undefined ? {} : { listen }),
        ...(publicUrl === undefined ? {} : { publicUrl }),
        ...(release === undefined ? {} : { release }),
        ...(delay === undefined ? {} : { delay }),
      }).catch((error: unknown) => {
        throw new UsageError(`${refused(error) ? `--listen ${listen}` : `--port ${port}`}: ${reasonOf(error)}`);
      });
      // Before anything is said: who reads it may interrupt at once.
      const interrupted = new Promise<void>(resolve => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      });
      const yaml = cloud.cloudsYaml();
      if (listen !== undefined && !loopback(listen)) {
        process.stderr.write(
          `novaspec: whoever reaches ${listen} can use this cloud: its passwords, its log and its reset are no secret\n`,
        );
      }
      process.stdout.write(yaml);
      if (readyFile !== undefined) {
        try {
          writeFileSync(readyFile, yaml, { mode: 0o600 });
        } catch (error) {
          await cloud.stop();
          throw new UsageError(`--ready-file: ${reasonOf(error)}`);
        }
      }
      await interrupted;
      await cloud.stop();
    });
}

function deploymentOf({ listOrder, hiddenRows, driverLacks, diskLimit }: CloudCommandOptions): Deployment {
  return Object.assign(
    {},
    ...abilities.filter(({ id }) => driverLacks.includes(id)).map(({ without }) => without),
    listOrder === undefined ? {} : { listOrder },
    hiddenRows === undefined ? {} : { hiddenRows },
    diskLimit === undefined ? {} : { diskLimit },
  );
}

/** The catalogue takes longer to load than all else, so it is only looked at where somebody wants a fault. */
async function checkFaults(ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  const { faults } = await import('../../cloud/catalogue.ts');
  const known = faults.map(({ id }) => id);
  for (const id of ids) if (!known.includes(id)) throw new UsageError(unknownName('--fault', id, known));
}

/** A repeatable option. */
function collected(flags: string, description: string): Option {
  return new Option(flags, description)
    .default([], 'none')
    .argParser((value: string, before: string[]) => [...before, value]);
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

function listOrder(value: string): (typeof listOrders)[number] {
  const found = listOrders.find(each => each === value);
  if (found === undefined) throw new UsageError(unknownName('--list-order', value, listOrders));
  return found;
}

function hiddenRows(value: string): NonNullable<Deployment['hiddenRows']> {
  const [before, after, ...others] = value.split(',').map(count);
  if (before === undefined || after === undefined || others.length > 0)
    throw new InvalidArgumentError('Expected two numbers, as 1,0.');
  return { before, after };
}

function count(value: string): number {
  if (!/^\d{1,3}$/.test(value)) throw new InvalidArgumentError('Expected a number, 0 to 999.');
  return Number(value);
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

function address(value: string): string {
  if (isIP(value) === 0) throw new InvalidArgumentError('Expected an IP address of this machine, as 127.0.0.1 or ::1.');
  return value;
}

/** Whether only this machine can reach the address. */
function loopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1';
}

/** Whether it was the address that could not be had. */
function refused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRNOTAVAIL';
}

function publicUrl(value: string): string {
  const { protocol, search, hash } = URL.canParse(value) ? new URL(value) : { protocol: '', search: '', hash: '' };
  if (/^https?:$/.test(protocol) && search === '' && hash === '') return value;
  throw new InvalidArgumentError('Expected an http or https URL without a query, as http://cloud.example.org:8774.');
}
