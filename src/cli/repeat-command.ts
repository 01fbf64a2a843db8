import { relative } from 'node:path';
import { shellQuote } from '../report/shell-quote.ts';
import {
  type ChoiceOptions,
  type ConnectionOptions,
  requestSeconds,
  type SelectionOptions,
  type TargetOptions,
} from './options.ts';

/** The command that repeats a run on the same target, without what selects cases; the token stays in the environment. */
export function repeatCommand(options: RunWords & SelectionOptions): string {
  const { seed, runs, length } = options;
  return line([
    'run',
    ...runWords(options),
    ...(seed === 1 ? [] : ['--seed', String(seed)]),
    ...option('--runs', runs?.toString()),
    ...option('--length', length?.toString()),
  ]);
}

/** The command that plays a history again on the same target, without the history. */
export function replayAgainCommand(options: RunWords): string {
  return line(['replay', ...runWords(options)]);
}

/** The words after `run` that repeat a run with all that selects its cases. */
export function selectedRunWords(options: RunWords & SelectionOptions): string[] {
  const { microversions, rule, suite, level, seed, runs, length } = options;
  return [
    ...runWords(options),
    ...repeated('--redact', options.redact ?? []),
    ...option('--concurrency', String(options.concurrency)),
    ...option('--microversions', microversions),
    ...repeated('--rule', rule),
    ...repeated('--case', options.case),
    ...repeated('--suite', suite),
    ...repeated('--level', level),
    ...option('--seed', String(seed)),
    ...option('--runs', runs?.toString()),
    ...option('--length', length?.toString()),
  ];
}

type RunWords = TargetOptions & ChoiceOptions & { wait?: number; pollRate?: number };

function runWords(options: RunWords): string[] {
  const { volume, wait, pollRate, servers } = options;
  return [
    ...targetWords(options),
    ...volume.flatMap(id => ['--volume', id]),
    ...option('--image', options.image),
    ...option('--flavor', options.flavor),
    ...option('--resize-flavor', options.resizeFlavor),
    ...option('--network', options.network),
    ...option('--availability-zone', options.availabilityZone),
    ...option('--volume-type', options.volumeType),
    ...option('--servers', servers?.toString()),
    ...option('--wait', wait?.toString()),
    ...option('--poll-rate', pollRate?.toString()),
  ];
}

/** The command that finishes the clean-up of the run in a folder, from the current folder. */
export function cleanUpCommand(folder: string, options: ConnectionOptions): string {
  return line(['cleanup', relative('', folder) || '.', ...targetWords(options)]);
}

function targetWords(options: ConnectionOptions): string[] {
  const { config, target, volumeUrl, osCloud, persona, insecure, cacert, cert, certKey, timeout, rate } = options;
  return [
    // All that the file said stands here; what it says by then must not mix with it.
    ...(config === undefined ? [] : ['--no-config']),
    ...option('--os-cloud', osCloud),
    ...option('--target', target),
    ...option('--volume-url', volumeUrl),
    ...Object.entries(persona).flatMap(([name, cloud]) => ['--persona', `${name}=${cloud}`]),
    ...(insecure ? ['--insecure'] : []),
    ...option('--cacert', cacert),
    ...option('--cert', cert),
    ...option('--cert-key', certKey),
    ...(timeout === requestSeconds ? [] : ['--timeout', String(timeout)]),
    ...option('--rate', rate?.toString()),
  ];
}

function repeated(name: string, values: readonly string[]): string[] {
  return values.flatMap(value => [name, value]);
}

function option(name: string, value: string | undefined): string[] {
  return value === undefined ? [] : [name, value];
}

/** Words as a command line for a shell. */
export function line(words: readonly string[]): string {
  return ['npx', 'novaspec', ...words.map(shellQuote)].join(' ');
}
