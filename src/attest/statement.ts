import type { TargetFacts } from '../report/model.ts';
import type { StoredTarget } from '../report/stored-report.ts';
import type { ConcludedSkip, Conclusion } from './conclusion.ts';
import type { Environment } from './environment.ts';
import type { Frozen, Profile } from './profile.ts';
import { type RecordedRun, seedOf } from './recorded-run.ts';

/** The type of statements (in-toto attestation framework, v1). */
export const inTotoStatement = 'https://in-toto.io/Statement/v1';

/** The type of predicates about tests. */
export const testResult = 'https://in-toto.io/attestation/test-result/v0.1';

/** What the profile of a certification was. */
export interface ProfileDescriptor {
  name: string;
  digest: { sha256: string };
  annotations: Frozen & Pick<Profile, 'title' | 'release' | 'published' | 'repetitions'>;
}

/** What judged: the package, and where it ran. */
export interface ToolDescriptor {
  name: string;
  /** Package URL. */
  uri: string;
  digest: { sha256: string };
  annotations: { version: string } & Pick<Environment, 'node' | 'system'>;
}

/** What was judged. */
export interface TargetDescriptor {
  name: string;
  /** The compute endpoint. */
  uri: string;
  annotations: Pick<TargetFacts, 'compute' | 'volume' | 'microversions' | 'features'> & {
    product: string | null;
    /** Persona -> roles; null where they are not known. */
    personas: Record<string, string[] | null>;
  };
}

/** A file of the bundle. */
export interface Subject {
  /** Path below the bundle, with `/`. */
  name: string;
  digest: { sha256: string };
}

/** One run, as the attestation names it. */
export interface AttestedRun {
  folder: string;
  runId: string;
  seed: number | null;
  planDigest: string;
  startedAt: string;
  finishedAt: string | null;
  exitCode: number | null;
  cases: number;
  requests: number;
  /** What was not judged, and what was judged and not passed: all of it. */
  skips: ConcludedSkip[];
  waivers: { case: string; message: string }[];
  errors: { case: string; message: string }[];
  failures: { case: string; message: string }[];
  /** How many resources could not be removed. */
  leftovers: number;
}

/** The predicate of a certification: that of test results, and one object of our own. */
export interface Predicate {
  result: Conclusion['result'];
  /** Resource descriptors. */
  configuration: [ProfileDescriptor, ToolDescriptor, TargetDescriptor];
  passedTests: string[];
  warnedTests: string[];
  failedTests: string[];
  novaspec: {
    schema: 'urn:novaspec:attestation:1';
    /** Why the result is not PASSED. */
    reasons: string[];
    /** Rules all of whose cases were skipped. */
    unjudgedTests: string[];
    startedAt: string;
    finishedAt: string | null;
    runs: AttestedRun[];
  };
}

/** What is signed. */
export interface Statement {
  _type: typeof inTotoStatement;
  subject: Subject[];
  predicateType: typeof testResult;
  predicate: Predicate;
}

/** A statement about the files of a bundle. */
export function statementOf(subject: Subject[], predicate: Predicate): Statement {
  return { _type: inTotoStatement, subject, predicateType: testResult, predicate };
}

/** What follows from a bundle's environment, its runs and their conclusion; the same when it is verified. @throws Error without a target */
export function predicateOf(
  profile: Profile,
  environment: Environment,
  runs: readonly RecordedRun[],
  { result, reasons, passed, warned, failed, unjudged, skips }: Conclusion,
): Predicate {
  const target = runs[0]?.report.target;
  if (!target) throw new Error('the first run names no target');
  return {
    result,
    configuration: [
      profileDescriptor(profile),
      toolDescriptor(environment),
      targetDescriptor(target, environment.product),
    ],
    passedTests: passed,
    warnedTests: warned,
    failedTests: failed,
    novaspec: {
      schema: 'urn:novaspec:attestation:1',
      reasons,
      unjudgedTests: unjudged,
      startedAt: environment.startedAt,
      finishedAt: environment.finishedAt,
      runs: runs.map(run => attestedRun(run, skips[run.folder] ?? [])),
    },
  };
}

function profileDescriptor(profile: Profile): ProfileDescriptor {
  const { name, title, release, digest, frozen, published, repetitions } = profile;
  return { name, digest: { sha256: digest }, annotations: { title, release, published, repetitions, ...frozen } };
}

function toolDescriptor({ tool, node, system }: Environment): ToolDescriptor {
  const { name, version, digest } = tool;
  const uri = `pkg:npm/${name}@${version}`;
  return { name, uri, digest: { sha256: digest }, annotations: { version, node, system } };
}

function targetDescriptor(target: StoredTarget, product: string | null): TargetDescriptor {
  const { name, compute, volume, microversions, personas, features = [] } = target;
  const roles = Object.fromEntries(Object.entries(personas).map(([persona, { roles }]) => [persona, roles]));
  return { name, uri: compute, annotations: { product, compute, volume, microversions, personas: roles, features } };
}

function attestedRun({ folder, report }: RecordedRun, skips: ConcludedSkip[]): AttestedRun {
  const { cases } = report;
  const told = (verdict: string) =>
    cases.flatMap(one => (one.verdict === verdict ? [{ case: one.id, message: one.message ?? '' }] : []));
  return {
    folder,
    runId: report.runId,
    seed: seedOf(report),
    planDigest: report.planDigest,
    startedAt: report.startedAt,
    finishedAt: report.finishedAt,
    exitCode: report.exitCode,
    cases: cases.length,
    requests: cases.reduce((sum, { requests = 0 }) => sum + requests, 0),
    skips,
    waivers: told('waived'),
    errors: told('error'),
    failures: told('fail'),
    leftovers: report.leftovers.length,
  };
}
