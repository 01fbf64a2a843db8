import type { Level } from '../src/contract/rule.ts';
import type { CaseResult, Deviation } from '../src/judge/verdict.ts';
import type { Case } from '../src/plan/case.ts';
import { UnreachableError } from '../src/stage/stage-error.ts';
import type { RunContext } from './context.ts';

/** What becomes of a case, before its exchanges and times are added. */
export type Outcome = Pick<CaseResult, 'verdict'> & Partial<CaseResult>;

/** A skip in words. */
export function skippedAs(skip: NonNullable<CaseResult['skip']>): Outcome {
  return { verdict: 'skipped', skip, message: `${skip.reason}: ${skip.detail}` };
}

/** What a case that could not be carried out comes to: skipped where the cloud cannot get there, an error otherwise. */
export function outcomeOf(error: unknown, { contract }: RunContext, { given, watch }: Case): Outcome {
  if (error instanceof UnreachableError) {
    const hint = contract.data.stage.states[given.state ?? '']?.hint;
    const detail = `${given.state ?? watch?.scenario ?? given.volume}: ${error.message}${hint === undefined ? '' : `; needs ${hint}`}`;
    return skippedAs({ reason: 'state unreachable', detail });
  }
  return { verdict: 'error', message: error instanceof Error ? error.message : String(error) };
}

/** Deviations of a level that is not judged, and all of informative rules, are findings. */
export function verdictOf(one: Case, all: Deviation[], judged: readonly Level[]): Outcome {
  const counts = (deviation: Deviation) => deviation.level !== 'informative' && judged.includes(deviation.level);
  const deviations = all.filter(counts);
  const findings = all.filter(deviation => !counts(deviation));
  const [first] = deviations;
  if (!first) return { verdict: 'pass', findings };
  const what = first.what === 'status' ? '' : `${first.what}: `;
  return {
    verdict: 'fail',
    deviations,
    findings,
    message: `${one.rule}: ${what}expected ${first.expected}, received ${first.received}`,
  };
}

/** An outcome as the result of a case that began at a time and sent so many requests. */
export function resultOf({ id }: Case, startedAt: number, requests: number, outcome: Outcome): CaseResult {
  return {
    id,
    deviations: [],
    findings: [],
    exchanges: [],
    startedAt,
    durationMs: Date.now() - startedAt,
    requests,
    ...outcome,
  };
}
