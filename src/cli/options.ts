import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Contract } from '../contract/contract.ts';
import { type Level, levels } from '../contract/rule.ts';
import { type Selection, unknownName } from '../plan/selection.ts';
import type { Wishes } from '../stage/choices.ts';
import type { TargetSettings } from '../target/settings.ts';
import type { ConfigurationOptions } from './configure.ts';
import { reasonOf, UsageError } from './usage-error.ts';

/** What the options that say how to reach a cloud parse to. */
export interface ConnectionOptions extends ConfigurationOptions {
  target?: string;
  volumeUrl?: string;
  token?: string;
  osCloud?: string;
  persona: Record<string, string>;
  insecure?: boolean;
  cacert?: string;
  cert?: string;
  certKey?: string;
  redact?: string[];
  timeout: number;
  concurrency: number;
  rate?: number;
}

/** What the options that name a target parse to. */
export interface TargetOptions extends ConnectionOptions {
  volume: string[];
}

/** What the options that say what servers and volumes are made of parse to. */
export interface ChoiceOptions extends Wishes {
  servers?: number;
}

/** What the options that select cases parse to. */
export interface SelectionOptions {
  microversions?: string;
  rule: string[];
  case: string[];
  suite: string[];
  level: Level[];
  seed: number;
  runs?: number;
  length?: number;
}

/** Seconds that a request may take, unless the user says otherwise. */
export const requestSeconds = 30;

/** Bytes: larger answers are cut off. The longest list that Nova gives is far below. */
const maxBodyBytes = 4 * 1024 * 1024;

/** Adds the options that name a target. */
export function withTarget(command: Command): Command {
  return withConnection(command).addOption(
    new Option('--volume <id>', 'a volume to use instead of creating any (repeatable)')
      .argParser(collect)
      .default([], 'none'),
  );
}

/** Adds the options that say how to reach a cloud. */
export function withConnection(command: Command): Command {
  return command
    .option('--os-cloud <name>', 'a cloud of clouds.yaml; OS_CLOUD and OS_* work as everywhere')
    .option('--target <url>', 'a bare compute endpoint, without Keystone')
    .option('--volume-url <url>', 'the block storage endpoint, instead of the catalog’s')
    .option('--token <token>', 'the token for a bare target (or OS_TOKEN)')
    .addOption(
      new Option('--persona <name=cloud>', 'a further cloud: reader=NAME, other=NAME, admin=NAME (repeatable)')
        .argParser(persona)
        .default({}, 'none'),
    )
    .option('--insecure', 'accept any certificate')
    .option('--cacert <file>', 'certificates to trust (or OS_CACERT)')
    .option('--cert <file>', 'certificate to show to the target (or OS_CERT)')
    .option('--cert-key <file>', 'its key, where that is not in the same file (or OS_KEY)')
    .addOption(
      new Option(
        '--redact <pattern>',
        'black out what matches, e.g. host names, in all that is written (repeatable)',
      ).argParser(pattern),
    )
    .option('--timeout <seconds>', 'time limit of each request', positive, requestSeconds)
    .option('--concurrency <n>', 'cases at once', wholeNumber, 16)
    .option('--rate <n>', 'requests a second, at most (default: any number)', positive);
}

/** Adds the options that say what servers and volumes are made of. */
export function withChoices(command: Command): Command {
  return command
    .option('--image <id|name>', 'image of the servers (default: the smallest)')
    .option('--flavor <id|name>', 'flavor of the servers (default: the smallest that the image fits into)')
    .option('--resize-flavor <id|name>', 'flavor to resize to (default: the next one)')
    .option('--network <none|id|name>', 'network of the servers (default: none, or the only one of the project)')
    .option('--availability-zone <name>', 'zone of servers and volumes (default: the cloud decides)')
    .option('--volume-type <name>', 'type of the volumes (default: the cloud decides)')
    .option('--servers <n>', 'servers at once, at most (default: what the quota allows, up to 12)', wholeNumber);
}

/** The wishes among the options. */
export function wishesFrom(options: ChoiceOptions): Wishes {
  const { image, flavor, resizeFlavor, network, availabilityZone, volumeType } = options;
  return {
    ...(image === undefined ? {} : { image }),
    ...(flavor === undefined ? {} : { flavor }),
    ...(resizeFlavor === undefined ? {} : { resizeFlavor }),
    ...(network === undefined ? {} : { network }),
    ...(availabilityZone === undefined ? {} : { availabilityZone }),
    ...(volumeType === undefined ? {} : { volumeType }),
  };
}

/** Adds the options that select cases. */
export function withSelection(command: Command): Command {
  return command
    .option(
      '--microversions <which>',
      'boundaries, all, latest, 2.79, 2.60-2.79, joined by commas (default: boundaries)',
    )
    .addOption(names('--rule <id>', 'a rule, a family (attach.request) or a pattern with * (repeatable)'))
    .addOption(names('--case <id>', 'a case, or a pattern with * (repeatable)'))
    .addOption(names('--suite <name>', 'a suite (repeatable)'))
    .addOption(levelOption())
    .option('--seed <n>', 'seed of the generated requests and histories', wholeNumber, 1)
    .option('--runs <n>', 'generated histories (default: 20)', wholeNumber)
    .option(
      '--length <n>',
      'commands of each generated history (default: 26, and 18 of those that overlap)',
      wholeNumber,
    );
}

/** The option that chooses levels. */
export function levelOption(): Option {
  return new Option('--level <level>', 'required, advisory or informative (repeatable)')
    .argParser(level)
    .default([], 'all');
}

/** The target's settings from its options and the environment. */
export function targetSettings(options: ConnectionOptions, env: NodeJS.ProcessEnv): TargetSettings {
  const {
    target,
    volumeUrl,
    token = target === undefined ? undefined : env.OS_TOKEN,
    osCloud,
    insecure,
    cacert,
    cert,
    certKey,
    redact,
    rate,
  } = options;
  if (certKey !== undefined && cert === undefined) throw new UsageError('--cert-key goes with --cert');
  return {
    personas: options.persona,
    timeoutMs: options.timeout * 1000,
    concurrency: options.concurrency,
    maxBodyBytes,
    ...(target === undefined ? {} : { targetUrl: target }),
    ...(volumeUrl === undefined ? {} : { volumeUrl }),
    ...(token === undefined ? {} : { token }),
    ...(osCloud === undefined ? {} : { osCloud }),
    ...(insecure === undefined ? {} : { insecure }),
    ...(cacert === undefined ? {} : { cacert }),
    ...(cert === undefined ? {} : { cert }),
    ...(certKey === undefined ? {} : { key: certKey }),
    ...(redact === undefined ? {} : { redact }),
    ...(rate === undefined ? {} : { rate }),
  };
}

/** The selection from its options; a case's id brings its own microversion along. */
export function selectionFrom(options: SelectionOptions): Selection {
  const named = options.case.map(id => /@(\d+\.\d+)$/.exec(id)?.[1]);
  const ofCases =
    named.length > 0 && named.every(each => each !== undefined) ? [...new Set(named)].join(',') : undefined;
  return {
    microversions: options.microversions ?? ofCases ?? 'boundaries',
    rules: options.rule,
    cases: options.case,
    suites: options.suite,
    levels: options.level,
    seed: options.seed,
    ...(options.runs === undefined ? {} : { runs: options.runs }),
    ...(options.length === undefined ? {} : { length: options.length }),
  };
}

/** Refuses personas that the contract does not know. */
export function checkPersonas(contract: Contract, personas: Record<string, string>): void {
  const known = Object.keys(contract.documentAt(contract.oldest)['x-novaspec'].personas).filter(
    name => name !== 'member',
  );
  for (const name of Object.keys(personas)) {
    if (!known.includes(name)) throw new Error(unknownName('--persona', name, known));
  }
}

function names(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([], 'all');
}

/** Collects the values of a repeatable option. */
export function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function pattern(value: string, before: string[] = []): string[] {
  try {
    if (!new RegExp(value).test('')) return [...before, value];
  } catch (error) {
    throw new UsageError(`--redact: ${reasonOf(error)}`);
  }
  throw new UsageError(`--redact: ${value} matches everywhere; give a pattern that needs at least one character`);
}

function persona(value: string, before: Record<string, string>): Record<string, string> {
  const [, name, cloud] = /^([^=]+)=(.+)$/.exec(value) ?? [];
  if (name === undefined || cloud === undefined) throw new InvalidArgumentError('Expected PERSONA=CLOUD.');
  return { ...before, [name]: cloud };
}

function level(value: string, before: Level[]): Level[] {
  const found = levels.find(each => each === value);
  if (!found) throw new UsageError(unknownName('--level', value, levels));
  return [...before, found];
}

/** A number of one or more. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1)
    throw new InvalidArgumentError('Expected a whole number of 1 or more.');
  return number;
}

/** A number above zero. */
export function positive(value: string): number {
  const number = Number(value);
  if (!Number.isFinite(number) || number <= 0) throw new InvalidArgumentError('Expected a number above 0.');
  return number;
}
