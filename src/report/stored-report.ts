import type { Level } from '../contract/rule.ts';
import type { CaseResult, Deviation, Waived } from '../judge/verdict.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import type { Case, Skip } from '../plan/case.ts';
import type { Counts } from './counts.ts';
import type { BaselineFacts, LostFile, Report, RuleFacts, TargetFacts } from './model.ts';
import type { VerdictWord } from './verdict-word.ts';

/** The verdict of a case in a report; `unjudged`: the run ended before it. */
export type StoredVerdict = CaseResult['verdict'] | 'unjudged';

/** A case in report.json. */
export interface StoredCase extends Pick<Case, 'id' | 'rule' | 'suite' | 'operation' | 'microversion' | 'persona'> {
  level: Level;
  verdict: StoredVerdict;
  message?: string;
  /** ISO 8601; milliseconds. */
  startedAt?: string;
  durationMs?: number;
  /** How many it sent itself. */
  requests?: number;
  skip?: Skip;
  waiver?: Waived;
  deviations?: Deviation[];
  findings?: Deviation[];
  /** There where it is judged by what observers saw, or by what histories led to. */
  timelines?: unknown;
  history?: { failure?: { rule: string; what: string; expected: string; received: string } };
  /** The command that repeats it. */
  repeat: string;
}

/** The target in report.json; `features` is absent in reports of before they were told. */
export type StoredTarget = Omit<TargetFacts, 'features'> & Partial<Pick<TargetFacts, 'features'>>;

/** What commands read of report.json; `schemas/report.schema.json` describes all that is in it. */
export interface StoredReport
  extends Pick<Report, 'tool' | 'runId' | 'complete' | 'notes' | 'planDigest' | 'leftovers'> {
  /** `urn:novaspec:report:N` */
  schema: string;
  /** ISO 8601. */
  startedAt: string;
  finishedAt: string | null;
  exitCode: number | null;
  verdict: VerdictWord;
  failure: string | null;
  target: StoredTarget | null;
  selection: Record<string, unknown>;
  /** Absent in reports of before it was told. */
  wait?: number | null;
  /** Absent without one; `waived`: cases. */
  baseline?: BaselineFacts & { waived: number };
  summary: Counts;
  rules: Record<string, RuleFacts>;
  cases: StoredCase[];
  /** Absent in reports of before they were told. */
  lost?: LostFile[];
  ended?: string | null;
  shard?: Report['shard'];
}

/** What the target of a run offered, as its plan depended on it. */
export function capabilitiesOf({ microversions, personas, features = [] }: StoredTarget): Capabilities {
  const roles = Object.entries(personas).map(([name, persona]) => [name, { roles: persona.roles }] as const);
  return { microversions, personas: Object.fromEntries(roles), features };
}
