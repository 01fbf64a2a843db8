import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { json } from '@sigstore/core';
import type { Contract } from '../contract/contract.ts';
import type { RenderPage } from './bundle.ts';
import { bundleFiles, type Inventory, inventory } from './bundle-files.ts';
import { checkDigests, checkFiles } from './check-files.ts';
import { checkProfile } from './check-profile.ts';
import { checkRuns, strayFiles } from './check-runs.ts';
import { conclude } from './conclusion.ts';
import { type Envelope, envelopeIn, signatureProblem, statementType } from './envelope.ts';
import type { Environment } from './environment.ts';
import { keyId } from './keys.ts';
import type { Profile } from './profile.ts';
import { type RecordedRun, recordedRun, runFolders } from './recorded-run.ts';
import { shapeErrors } from './shape.ts';
import { type Predicate, predicateOf, type Statement } from './statement.ts';

/** What is looked at, in this order. */
export type CheckName =
  | 'envelope'
  | 'signature'
  | 'payload type'
  | 'statement'
  | 'files'
  | 'digests'
  | 'profile'
  | 'runs'
  | 'result'
  | 'page'
  | 'evidence';

/** One thing that was looked at; `reasons`: why it is refused. What stands on a refused one is not looked at. */
export interface Check {
  name: CheckName;
  outcome: 'ok' | 'refused' | 'not looked at';
  reasons: string[];
}

/** Judges the recorded exchanges of a run again; says what of the run does not follow from them, one line each. */
export type Rejudge = (bundle: string, runFolder: string) => Promise<string[]>;

/** What a bundle is held against. */
export interface VerifyParts {
  contract: Contract;
  /** Public. */
  key: KeyObject;
  /** The profile of a trial, where one is accepted; without it only published profiles are. */
  trial?: Profile;
  page: RenderPage;
  /** Without it the evidence is not looked at, and the check is not in the list. */
  rejudge?: Rejudge;
}

/** What verification found out. */
export interface Verification {
  /** `incomplete`: a certification that did not come to its end, and says so itself. */
  verdict: 'genuine' | 'refused' | 'incomplete';
  /** Why it is incomplete. */
  incomplete: string | null;
  /** What is attested; null unless the verdict is `genuine`. */
  result: Predicate['result'] | null;
  /** The attested statement as soon as its signature holds. */
  statement: Statement | null;
  /** Of the given key. */
  keyId: string;
  checks: Check[];
}

/** Verifies a bundle; nothing but the bundle and the package is read. @throws Error where the bundle cannot be read */
export async function verifyBundle(bundle: string, parts: VerifyParts): Promise<Verification> {
  const found = await inventory(bundle);
  const own = keyId(parts.key);
  if (!found.files.includes(bundleFiles.attestation)) {
    const incomplete = await incompleteness(bundle);
    const checks: Check[] = [
      { name: 'envelope', outcome: 'refused', reasons: [`${bundleFiles.attestation} is missing`] },
    ];
    const verdict = incomplete === null ? 'refused' : 'incomplete';
    return { verdict, incomplete, result: null, statement: null, keyId: own, checks };
  }
  const look = new Look(bundle, found, parts);
  const checks = await look.all();
  const genuine = checks.every(({ outcome }) => outcome === 'ok');
  return {
    verdict: genuine ? 'genuine' : 'refused',
    incomplete: null,
    result: genuine ? (look.statement?.predicate.result ?? null) : null,
    statement: look.statement,
    keyId: own,
    checks,
  };
}

/** Why a certification did not come to its end, where its environment says that it did not. */
async function incompleteness(bundle: string): Promise<string | null> {
  const environment = await readJson(bundle, bundleFiles.environment).catch(() => null);
  if (shapeErrors('environment', environment).length > 0) return null;
  const { complete, incomplete } = environment as Environment;
  return complete ? null : (incomplete ?? 'it was ended before its runs were done');
}

/** One look at a bundle: each check stands on what those before it found. */
class Look {
  statement: Statement | null = null;
  readonly #bundle: string;
  readonly #found: Inventory;
  readonly #parts: VerifyParts;
  #profile: Profile | null = null;
  #environment: Environment | null = null;
  #expected: Predicate | null = null;

  constructor(bundle: string, found: Inventory, parts: VerifyParts) {
    this.#bundle = bundle;
    this.#found = found;
    this.#parts = parts;
  }

  /** All checks; what comes after a refused group is not looked at. */
  async all(): Promise<Check[]> {
    let envelope: Envelope | null = null;
    const attested = () => this.statement ?? unread();
    const groups: [CheckName, () => Promise<string[]> | string[]][][] = [
      [
        [
          'envelope',
          async () => {
            envelope = envelopeIn(await readFile(join(this.#bundle, bundleFiles.attestation), 'utf8'));
            return [];
          },
        ],
      ],
      [['signature', () => some(signatureProblem(envelope ?? unread(), this.#parts.key))]],
      [['payload type', () => payloadTypeProblems(envelope ?? unread())]],
      [['statement', () => this.#read(envelope ?? unread())]],
      [
        ['files', () => checkFiles(this.#found, attested().subject)],
        ['digests', () => checkDigests(this.#bundle, this.#found, attested().subject)],
      ],
      [['profile', () => this.#checkProfile(attested())]],
      [['runs', () => this.#checkRuns()]],
      [
        ['result', () => differences(attested().predicate, this.#expected ?? unread())],
        ['page', () => this.#checkPage(attested())],
      ],
      this.#parts.rejudge ? [['evidence', () => this.#checkEvidence()]] : [],
    ];
    const checks: Check[] = [];
    for (const group of groups) {
      const stopped = checks.some(({ outcome }) => outcome !== 'ok');
      for (const [name, check] of group) {
        const reasons = stopped ? [] : await problemsOf(check);
        checks.push({ name, outcome: stopped ? 'not looked at' : reasons.length === 0 ? 'ok' : 'refused', reasons });
      }
    }
    return checks;
  }

  #read({ payload }: Envelope): string[] {
    let data: unknown;
    try {
      data = JSON.parse(Buffer.from(payload, 'base64').toString('utf8'));
    } catch {
      return ['it is no JSON'];
    }
    const problems = shapeErrors('attestation', data);
    if (problems.length === 0) this.statement = data as Statement;
    return problems;
  }

  #checkProfile({ predicate }: Statement): string[] {
    const { profile, problem } = checkProfile(this.#parts.contract, predicate, this.#parts.trial);
    this.#profile = profile;
    return some(problem);
  }

  async #checkRuns(): Promise<string[]> {
    const { contract } = this.#parts;
    const profile = this.#profile ?? unread();
    const stray = strayFiles(profile, this.#found.files);
    if (stray.length > 0) return stray;
    const environment = await readJson(this.#bundle, bundleFiles.environment);
    const [problem] = shapeErrors('environment', environment);
    if (problem !== undefined) return [`${bundleFiles.environment} is no environment: ${problem}`];
    this.#environment = environment as Environment;
    const runs: RecordedRun[] = [];
    for (const folder of runFolders(profile.repetitions)) runs.push(await recordedRun(this.#bundle, folder));
    const { problems, plans } = checkRuns(contract, profile, this.#environment, runs);
    this.#expected = predicateOf(profile, this.#environment, runs, conclude(contract, profile, runs, plans));
    return [
      ...(this.#environment.complete ? [] : [`${bundleFiles.environment} says that it is not complete`]),
      ...problems,
    ];
  }

  async #checkPage({ predicate }: Statement): Promise<string[]> {
    const page = this.#parts.page(predicate, this.#profile ?? unread(), keyId(this.#parts.key));
    const there = await readFile(join(this.#bundle, bundleFiles.page), 'utf8');
    return there === page ? [] : [`${bundleFiles.page} says something else than the attestation`];
  }

  async #checkEvidence(): Promise<string[]> {
    const problems: string[] = [];
    for (const folder of runFolders((this.#profile ?? unread()).repetitions)) {
      const found = (await this.#parts.rejudge?.(this.#bundle, folder)) ?? [];
      problems.push(...found.map(line => `${folder}: ${line}`));
    }
    return problems;
  }
}

/** What a check says; one that cannot read what it needs refuses it. */
async function problemsOf(check: () => Promise<string[]> | string[]): Promise<string[]> {
  try {
    return await check();
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function payloadTypeProblems({ payloadType }: Envelope): string[] {
  return payloadType === statementType ? [] : [`it is ${payloadType}, not ${statementType}`];
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

async function readJson(bundle: string, name: string): Promise<unknown> {
  return JSON.parse(await readFile(join(bundle, name), 'utf8'));
}

function some(problem: string | null): string[] {
  return problem === null ? [] : [problem];
}

/** Only reached by a mistake of ours: checks run after those that they stand on. */
function unread(): never {
  throw new Error('a check was made before what it stands on');
}
