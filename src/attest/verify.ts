import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { json } from '@sigstore/core';
import { bundleFiles, type Inventory, inventory } from './bundle-files.ts';
import { checkDigests, checkFiles } from './check-files.ts';
import { CheckList } from './check-list.ts';
import { checkProfile } from './check-profile.ts';
import { checkRuns, strayFiles } from './check-runs.ts';
import { conclude } from './conclusion.ts';
import { envelopeIn, signatureProblem, statementType } from './envelope.ts';
import type { Environment } from './environment.ts';
import { keyId } from './keys.ts';
import type { Profile } from './profile.ts';
import { type RecordedRun, recordedRun, runFolders } from './recorded-run.ts';
import { shapeErrors } from './shape.ts';
import { type Predicate, predicateOf, type Statement } from './statement.ts';
import type { Verification, VerifyParts } from './verification.ts';

/** Verifies a bundle; nothing but the bundle and the package is read. @throws Error where the bundle cannot be read */
export async function verifyBundle(bundle: string, parts: VerifyParts): Promise<Verification> {
  const found = await inventory(bundle);
  const list = new CheckList();
  const statement = await signedStatement(bundle, found, parts, list);
  if (statement !== null) await checkBundle(bundle, found, parts, statement, list);
  const checks = list.all();
  const genuine = checks.every(({ outcome }) => outcome === 'ok');
  const incomplete = found.files.includes(bundleFiles.attestation) ? null : await incompleteness(bundle);
  return {
    verdict: genuine ? 'genuine' : incomplete === null ? 'refused' : 'incomplete',
    incomplete,
    result: genuine ? (statement?.predicate.result ?? null) : null,
    statement,
    keyId: keyId(parts.key),
    checks,
  };
}

/** What was signed; nothing of it is read before the signature holds. Null where something speaks against it. */
async function signedStatement(
  bundle: string,
  { files }: Inventory,
  { key }: VerifyParts,
  list: CheckList,
): Promise<Statement | null> {
  const envelope = await list.read('envelope', async () => {
    if (!files.includes(bundleFiles.attestation)) throw new Error(`${bundleFiles.attestation} is missing`);
    return envelopeIn(await readFile(join(bundle, bundleFiles.attestation), 'utf8'));
  });
  if (envelope === null || !list.note('signature', some(signatureProblem(envelope, key)))) return null;
  const { payloadType, payload } = envelope;
  const isStatement = payloadType === statementType;
  if (!list.note('payload type', isStatement ? [] : [`it is ${payloadType}, not ${statementType}`])) return null;
  const data = await list.read(
    'statement',
    () => JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as unknown,
  );
  return list.note('statement', shapeErrors('attestation', data)) ? (data as Statement) : null;
}

/** Holds a bundle against its statement, as far as one check lets the next one be made. */
async function checkBundle(
  bundle: string,
  found: Inventory,
  parts: VerifyParts,
  { subject, predicate }: Statement,
  list: CheckList,
): Promise<void> {
  const complete = list.note('files', checkFiles(found, subject));
  const unchanged = list.note('digests', await checkDigests(bundle, found, subject));
  if (!complete || !unchanged) return;
  const { profile, problem } = checkProfile(parts.contract, predicate, parts.profile);
  if (!list.note('profile', some(problem)) || profile === null) return;
  const expected = await list.read('runs', () => expectedPredicate(bundle, found, parts, profile, list));
  if (expected === null || !list.note('runs', [])) return;
  const follows = list.note('result', differences(predicate, expected));
  const page = await readFile(join(bundle, bundleFiles.page), 'utf8');
  const says = page === parts.page(predicate, profile, keyId(parts.key));
  const shown = list.note('page', says ? [] : [`${bundleFiles.page} says something else than the attestation`]);
  if (!follows || !shown) return;
  for (const folder of runFolders(profile.repetitions)) {
    const problems = await parts.rejudge(bundle, folder).catch((error: unknown) => [String(error)]);
    list.note(
      'evidence',
      problems.map(line => `${folder}: ${line}`),
    );
  }
}

/** What must be attested, by the environment and the reports; notes what is wrong with the runs. @throws Error for what is none */
async function expectedPredicate(
  bundle: string,
  { files }: Inventory,
  { contract }: VerifyParts,
  profile: Profile,
  list: CheckList,
): Promise<Predicate> {
  const [stray] = strayFiles(profile, files);
  if (stray !== undefined) throw new Error(stray);
  const environment = await environmentIn(bundle);
  const runs: RecordedRun[] = [];
  for (const folder of runFolders(profile.repetitions)) runs.push(recordedRun(bundle, folder));
  const { problems, plans } = checkRuns(contract, profile, environment, runs);
  list.note('runs', [
    ...(environment.complete ? [] : [`${bundleFiles.environment} says that it is not complete`]),
    ...problems,
  ]);
  return predicateOf(profile, environment, runs, conclude(contract, profile, runs, plans));
}

/** The environment of a bundle. @throws Error where it is none */
async function environmentIn(bundle: string): Promise<Environment> {
  const environment: unknown = JSON.parse(await readFile(join(bundle, bundleFiles.environment), 'utf8'));
  const [problem] = shapeErrors('environment', environment);
  if (problem !== undefined) throw new Error(`${bundleFiles.environment} is no environment: ${problem}`);
  return environment as Environment;
}

/** Why a certification did not come to its end, where its environment says that it did not. */
async function incompleteness(bundle: string): Promise<string | null> {
  const environment = await environmentIn(bundle).catch(() => null);
  if (environment === null || environment.complete) return null;
  return environment.incomplete ?? 'it was ended before its runs were done';
}

/** Where a predicate says something else than what follows from the runs. */
function differences(said: Predicate, expected: Predicate): string[] {
  const lines =
    said.result === expected.result
      ? []
      : [`it says ${said.result}; from the runs follows ${expected.result}`, ...expected.novaspec.reasons];
  const parts = (['configuration', 'passedTests', 'warnedTests', 'failedTests', 'novaspec'] as const).filter(
    part => json.canonicalize(said[part]) !== json.canonicalize(expected[part]),
  );
  return [...lines, ...parts.map(part => `its ${part} do not follow from the runs`)];
}

function some(problem: string | null): string[] {
  return problem === null ? [] : [problem];
}
