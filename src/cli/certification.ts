import { randomInt } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { formats } from '../../reporters/formats.ts';
import { renderCertificate } from '../../reporters/pages/certificate.ts';
import { completeBundle, writeEnvironment } from '../attest/bundle.ts';
import { type Environment, environmentNow } from '../attest/environment.ts';
import { keyId, privateKeyIn } from '../attest/keys.ts';
import { obstaclesOf } from '../attest/obstacles.ts';
import type { Profile } from '../attest/profile.ts';
import { runFolders } from '../attest/recorded-run.ts';
import type { Predicate } from '../attest/statement.ts';
import type { Contract } from '../contract/contract.ts';
import { exitCodes } from '../report/exit-code.ts';
import type { Report } from '../report/model.ts';
import { targetConfigured } from '../target/settings.ts';
import { type Embedded, startEmbedded } from './embedded.ts';
import { judgeTarget } from './judge-target.ts';
import { openTarget } from './open-target.ts';
import { targetSettings, wishesFrom } from './options.ts';
import { type PassphraseOptions, passphraseFrom } from './passphrase.ts';
import { compressed } from './rejudge-folder.ts';
import { cleanUpCommand, line } from './repeat-command.ts';
import { reportFolder } from './report-folder.ts';
import { ledgerName } from './run-folders.ts';
import type { RunOptions } from './run-options.ts';
import { asUsage, UsageError } from './usage-error.ts';

/** What the options of a certification parse to. */
export type CertifyOptions = RunOptions & PassphraseOptions & { profile: string; key: string; product?: string };

/** Judges a target as a profile says, and writes and signs the bundle. Gives the exit code. */
export async function certify(contract: Contract, profile: Profile, options: CertifyOptions): Promise<number> {
  const key = asUsage(() => privateKeyIn(options.key, passphraseFrom(options, process.env)));
  const startedAt = new Date();
  const out = emptyFolder(options.out, startedAt);
  const settings = targetSettings(options, process.env);
  // All runs must be of the same cloud.
  const embedded = targetConfigured(settings, process.env) ? undefined : await startEmbedded(settings);
  try {
    const refusal = await refusalOf(contract, profile, options, embedded);
    if (refusal !== null) {
      for (const each of refusal.lines) process.stderr.write(`novaspec: ${profile.name}: ${each}\n`);
      return refusal.exitCode;
    }
    const bundle = await reportFolder(out, startedAt);
    const environment = environmentNow(profile, options.product ?? null, startedAt);
    const { exitCode, left } = await runAll({ bundle, profile, environment, options, embedded });
    if (exitCode !== null) return exitCode;
    const { predicate } = await completeBundle(bundle, {
      contract,
      profile,
      environment,
      key,
      page: renderCertificate,
    });
    for (const each of resultLines(predicate, bundle, keyId(key))) process.stdout.write(`${each}\n`);
    if (predicate.result === 'FAILED') return exitCodes.notConforming;
    return left ? exitCodes.leftovers : exitCodes.conforming;
  } finally {
    await embedded?.stop();
  }
}

/** All runs, each into its folder. `exitCode`: null where all of them came to their end; else nothing may be signed. */
async function runAll({
  bundle,
  profile,
  environment,
  options,
  embedded,
}: Runs): Promise<{ exitCode: number | null; left: boolean }> {
  await writeEnvironment(bundle, environment);
  const folders = runFolders(profile.repetitions);
  const seeds = distinctSeeds(folders.length);
  let left = false;
  for (const [index, folder] of folders.entries()) {
    process.stdout.write(`Run ${index + 1} of ${folders.length}, seed ${seeds[index]}\n`);
    const run = runOptions(profile, options, join(bundle, folder), seeds[index] ?? 1);
    const report = await judgeTarget(run, embedded === undefined ? {} : { running: embedded });
    const incomplete = incompleteness(report);
    if (incomplete !== null) {
      await writeEnvironment(bundle, { ...environment, incomplete: `${folder}: ${incomplete}` });
      process.stderr.write(`novaspec: nothing was signed: ${folder}: ${incomplete}\n`);
      return { exitCode: report.exitCode || exitCodes.incomplete, left };
    }
    await compressRecord(join(bundle, folder, formats.har.file));
    left = (await takeLedger(bundle, folder, report, options)) || left;
  }
  return { exitCode: null, left };
}

interface Runs {
  bundle: string;
  profile: Profile;
  environment: Environment;
  options: CertifyOptions;
  embedded: Embedded | undefined;
}

function resultLines({ result, configuration, novaspec }: Predicate, bundle: string, key: string): string[] {
  const [profile, , target] = configuration;
  const folder = relative('', bundle) || '.';
  return [
    '',
    `${result}: ${target.annotations.product ?? target.name}, ${profile.name}`,
    ...novaspec.reasons.map(reason => `  ${reason}`),
    `Bundle: ${folder}, signed with the key ${key}`,
    `Verify: ${line(['verify', folder, '--pub', 'KEY.pub'])}`,
  ];
}

/** The folder of the bundle, in which nothing may be yet. @throws UsageError */
function emptyFolder(out: string | undefined, startedAt: Date): string {
  const time = startedAt.toISOString().replaceAll(/[:.]/g, '-');
  const folder = out ?? join('novaspec-results', `certificate-${time}`);
  if (existsSync(folder) && readsAsFilled(folder)) {
    throw new UsageError(`--out: ${folder} is not empty, and a bundle holds nothing else`);
  }
  return folder;
}

function readsAsFilled(folder: string): boolean {
  try {
    return readdirSync(folder).length > 0;
  } catch {
    // No folder at all: whoever makes it says so better.
    return false;
  }
}

/** Why the target cannot be certified, found out before anything is made; null where it can. @throws TargetError */
async function refusalOf(
  contract: Contract,
  profile: Profile,
  options: CertifyOptions,
  embedded: Embedded | undefined,
): Promise<{ lines: string[]; exitCode: number } | null> {
  const { settings, env } = embedded ?? { settings: targetSettings(options, process.env), env: process.env };
  const open = await openTarget(contract, settings, env, process.cwd(), options.volume, wishesFrom(options));
  await open.sessions.close();
  const { notGiven, notOffered } = obstaclesOf(contract, profile, open.capabilities);
  const missing = Object.values(open.choices.missing).filter(each => each !== null);
  const lines = [...notGiven, ...notOffered, ...missing];
  if (lines.length === 0) return null;
  return { lines, exitCode: notGiven.length > 0 ? exitCodes.usage : exitCodes.incomplete };
}

function runOptions({ covers }: Profile, options: CertifyOptions, out: string, seed: number): RunOptions {
  const { microversions, rules } = covers;
  return { ...options, microversions, rule: rules, case: [], suite: [], level: [], seed, out };
}

/** Seeds that nobody could choose, each another one. */
function distinctSeeds(count: number): number[] {
  const seeds = new Set<number>();
  while (seeds.size < count) seeds.add(randomInt(1, 2 ** 31 - 1));
  return [...seeds];
}

/** Why a run can be no part of a certification; null where it came to its end, whatever that was. */
function incompleteness({ complete, failure, exitCode, lost }: Report): string | null {
  if (failure !== null) return failure;
  if (exitCode === exitCodes.interrupted) return 'interrupted';
  const [first] = lost;
  if (first) return `${first.file} was lost: ${first.why}`;
  return complete ? null : 'it ended before every case had its verdict';
}

/** A record is large, and much of it the same again and again. */
async function compressRecord(file: string): Promise<void> {
  await pipeline(createReadStream(file), createGzip(), createWriteStream(`${file}${compressed}`));
  await rm(file);
}

/** A ledger is no part of a bundle; where something was left behind it is kept beside it, for `cleanup`. Whether it was. */
async function takeLedger(bundle: string, run: string, report: Report, options: CertifyOptions): Promise<boolean> {
  const ledger = join(bundle, run, ledgerName);
  if (report.leftovers.length === 0) {
    await rm(ledger, { force: true });
    return false;
  }
  const folder = join(`${bundle}-left`, run);
  await mkdir(folder, { recursive: true });
  await rename(ledger, join(folder, ledgerName));
  process.stdout.write(
    `The ledger was moved out of the bundle; what was left is removed by: ${cleanUpCommand(folder, options)}\n`,
  );
  return true;
}
