import type { KeyObject } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Contract } from '../contract/contract.ts';
import { bundleFiles, subjectsOf } from './bundle-files.ts';
import { conclude } from './conclusion.ts';
import { sealed } from './envelope.ts';
import type { Environment } from './environment.ts';
import { keyId } from './keys.ts';
import type { Profile } from './profile.ts';
import { recordedRun, runFolders } from './recorded-run.ts';
import { plansOf } from './run-plans.ts';
import { sbomText } from './sbom.ts';
import { type Predicate, predicateOf, type Statement, statementOf } from './statement.ts';

/** Renders the page for people; the same arguments give the same page, so that it can be held against the attestation. */
export type RenderPage = (predicate: Predicate, profile: Profile, keyId: string) => string;

/** Writes the environment of a bundle, which is made if need be. */
export async function writeEnvironment(bundle: string, environment: Environment): Promise<void> {
  await mkdir(bundle, { recursive: true });
  await writeFile(join(bundle, bundleFiles.environment), `${JSON.stringify(environment, null, 2)}\n`);
}

/**
 * Completes a bundle whose runs are done: environment, bill of materials, page, and last the attestation, without which nothing
 * is certified. Everything follows from what the runs wrote.
 * @throws Error where a report is missing or something is in the bundle that has no place there
 */
export async function completeBundle(
  bundle: string,
  { contract, profile, environment, key, page }: BundleParts,
): Promise<Statement> {
  const runs = [];
  for (const folder of runFolders(profile.repetitions)) runs.push(recordedRun(bundle, folder));
  const conclusion = conclude(contract, profile, runs, plansOf(contract, profile, runs));
  const finishedAt = new Date();
  const done = { ...environment, complete: true, finishedAt: finishedAt.toISOString() };
  const predicate = predicateOf(profile, done, runs, conclusion);
  await writeEnvironment(bundle, done);
  await writeFile(join(bundle, bundleFiles.sbom), sbomText(finishedAt));
  await writeFile(join(bundle, bundleFiles.page), page(predicate, profile, keyId(key)));
  const statement = statementOf(await subjectsOf(bundle), predicate);
  await writeFile(join(bundle, bundleFiles.attestation), sealed(Buffer.from(JSON.stringify(statement)), key));
  return statement;
}

/** What a bundle is made of beside its runs. */
export interface BundleParts {
  contract: Contract;
  profile: Profile;
  /** As it was when the first run began. */
  environment: Environment;
  /** Private. */
  key: KeyObject;
  page: RenderPage;
}
