import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Level } from '../contract/rule.ts';
import type { CaseResult } from '../judge/verdict.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import type { Skip } from '../plan/case.ts';
import type { TargetFacts } from '../report/model.ts';
import { shapeErrors } from './shape.ts';

/** A case of a report, as far as a certificate depends on it. */
export interface RecordedCase {
  id: string;
  rule: string;
  level: Level;
  suite: string;
  microversion: string;
  persona: string;
  verdict: CaseResult['verdict'] | 'unjudged';
  message?: string;
  skip?: Skip;
  requests?: number;
}

/** A `report.json`, as far as a certificate depends on it; `schemas/report.schema.json` describes all of it. */
export interface RecordedReport {
  tool: { name: string; version: string };
  runId: string;
  /** ISO 8601. */
  startedAt: string;
  finishedAt: string | null;
  complete: boolean;
  exitCode: number | null;
  failure: string | null;
  target: TargetFacts | null;
  selection: Record<string, unknown>;
  planDigest: string;
  cases: RecordedCase[];
  leftovers: unknown[];
}

/** One run of a certification. */
export interface RecordedRun {
  /** Its folder in the bundle: `run-1` ... */
  folder: string;
  report: RecordedReport;
}

/** The folders of the runs of a bundle. */
export function runFolders(repetitions: number): string[] {
  return Array.from({ length: repetitions }, (_, index) => `run-${index + 1}`);
}

/** Reads a run of a bundle. @throws Error with one line where its report is missing or no report */
export async function recordedRun(bundle: string, folder: string): Promise<RecordedRun> {
  const name = `${folder}/report.json`;
  let report: unknown;
  try {
    report = JSON.parse(await readFile(join(bundle, name), 'utf8'));
  } catch (error) {
    throw new Error(`${name} cannot be read: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
  const [problem] = shapeErrors('report', report);
  if (problem !== undefined) throw new Error(`${name} is no report: ${problem}`);
  return { folder, report: report as RecordedReport };
}

/** What the target of a run offered, as its plan depended on it. */
export function capabilitiesOf({ microversions, personas, features }: TargetFacts): Capabilities {
  const roles = Object.entries(personas).map(([name, persona]) => [name, { roles: persona.roles }] as const);
  return { microversions, personas: Object.fromEntries(roles), features };
}

/** The seed of a run's generated parts. */
export function seedOf({ selection }: RecordedReport): number | null {
  return typeof selection.seed === 'number' ? selection.seed : null;
}
