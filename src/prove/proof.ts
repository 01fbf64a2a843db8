import type { Level } from '../contract/rule.ts';
import type { Alarm } from './outcome.ts';

/** A target with one known mistake, and what the suite said of it. */
export interface ProvenMutant {
  id: string;
  /** What it does wrong; empty where nobody said. */
  sentence: string;
  kind: string;
  /** Rules that are to catch it; none where nobody said. */
  breaks: string[];
  /** The release at which it was caught first; null for targets of others. */
  release: string | null;
  /** All rules that alarmed, in the order of time. The text of those that are not named is left out. */
  alarms: Alarm[];
  /** Named rules that did not alarm. */
  silent: string[];
  /** Rules that alarmed without being named; null where only the named ones were asked, or none is named. */
  others: string[] | null;
  /** Of these the ones that failed in a way in which no named rule did, the plainest of each way. */
  unexplained: string[] | null;
  /** The rule that a report of every rule names first; null where only the named ones were asked, or none failed. */
  first: string | null;
  /** Milliseconds from the moment that the target was there to the first alarm of a named rule, or of any where none is named. */
  detectedMs: number | null;
  /** Milliseconds of all judgements. */
  durationMs: number;
  /** Cases that were carried out. */
  judged: number;
  /** Cases that could not be judged, and the first reason. */
  errors: { count: number; first: string | null };
  /** Why it could not be judged at all, where that is so. */
  trouble: string | null;
}

/** A run on a target that has no mistake. */
export interface GoodRun {
  /** `2026.2, delay 5, list reversed` */
  name: string;
  seed: number;
  microversions: string[];
  judged: number;
  alarms: Alarm[];
  errors: { count: number; first: string | null };
  durationMs: number;
}

/** What one rule has caught. */
export interface ProvenRule {
  id: string;
  level: Level;
  sentence: string;
  /** Ids of the mutants that name it and that it alarmed at, then of those that do not name it. */
  catches: string[];
  also: string[];
}

/** One reason why the proof does not hold. */
export interface Problem {
  what: 'not caught' | 'rule silent' | 'rule catches nothing' | 'false alarm' | 'no judgement' | 'diagnosis incomplete';
  /** The mutant, rule or good run. */
  subject: string;
  detail: string;
}

/** The kill matrix, as every format shows it; `schemas/proof.schema.json` describes it as JSON. */
export interface Proof {
  schema: 'urn:novaspec:proof:1';
  tool: { name: string; version: string };
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
  /** False when it was interrupted. */
  complete: boolean;
  /** The command line. */
  command: string;
  /** Whether every rule was to catch something. */
  everyRule: boolean;
  mutants: ProvenMutant[];
  rules: ProvenRule[];
  good: GoodRun[];
  summary: ProofSummary;
  problems: Problem[];
  exitCode: number;
}

/** The proof in numbers. */
export interface ProofSummary {
  mutants: number;
  caught: number;
  /** By at least one rule that the mutant names; of those that name any. */
  named: number;
  naming: number;
  /** Judged by every rule. */
  whole: number;
  /** How many unnamed rules alarmed at each of these on average, and how many of them without a named one that failed in the same way; null where there were none. */
  collateral: number | null;
  unexplained: number | null;
  /** Of these: where the report names one of its rules first. */
  pointed: number;
  rules: number;
  catching: number;
  goodRuns: number;
  goodCases: number;
  falseAlarms: number;
  /** Rules with findings in these runs, which fail nobody. */
  goodFindings: number;
  detectedMs: { p50: number; p95: number; max: number } | null;
}
