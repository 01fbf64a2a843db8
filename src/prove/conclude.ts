import type { Level } from '../contract/rule.ts';
import { exitCodes } from '../report/exit-code.ts';
import { percentile } from '../report/percentile.ts';
import type { Alarm } from './outcome.ts';
import type { GoodRun, Problem, Proof, ProofSummary, ProvenMutant, ProvenRule } from './proof.ts';

/** All that a proof is made of. */
export interface Evidence extends Pick<Proof, 'tool' | 'command' | 'complete' | 'everyRule' | 'mutants' | 'good'> {
  startedAt: Date;
  rules: Record<string, { level: Level; sentence: string }>;
}

/** Draws the conclusions: what each rule catches, the numbers, and every reason why the proof does not hold. */
export function conclude({ startedAt, rules, ...rest }: Evidence): Proof {
  const { mutants, good, everyRule, complete } = rest;
  const proven = Object.entries(rules).map(([id, { level, sentence }]) => ({
    id,
    level,
    sentence,
    ...caughtBy(id, mutants),
  }));
  const problems = [
    ...mutants.flatMap(problemsOf),
    ...(everyRule ? proven.flatMap(idleRule) : []),
    ...good.flatMap(goodProblems),
  ];
  return {
    schema: 'urn:novaspec:proof:1',
    ...rest,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    rules: proven,
    summary: summaryOf(mutants, proven, good),
    problems,
    exitCode: exitCodeFor(problems, complete, mutants.length + good.length),
  };
}

function caughtBy(rule: string, mutants: readonly ProvenMutant[]): Pick<ProvenRule, 'catches' | 'also'> {
  const alarmed = mutants.filter(({ alarms }) => alarms.some(alarm => alarm.rule === rule));
  const [named, others] = [true, false].map(wanted =>
    alarmed.filter(({ breaks }) => breaks.includes(rule) === wanted).map(({ id }) => id),
  );
  return { catches: named ?? [], also: others ?? [] };
}

function problemsOf({ id, breaks, alarms, silent, errors, trouble }: ProvenMutant): Problem[] {
  if (trouble !== null) return [{ what: 'no judgement', subject: id, detail: trouble }];
  if (alarms.length === 0) {
    const wanted = breaks.length > 0 ? `; ${breaks.join(', ')} should have` : '';
    const broken = errors.count > 0 ? `; ${errors.count} cases could not be judged: ${errors.first}` : '';
    return [{ what: 'not caught', subject: id, detail: `no rule found fault with it${wanted}${broken}` }];
  }
  const others = alarms.map(({ rule }) => rule).join(', ');
  return [
    ...silent.map(
      (rule): Problem => ({ what: 'rule silent', subject: id, detail: `${rule} did not catch it; ${others} did` }),
    ),
    ...alarms
      .filter(({ lacks }) => lacks.length > 0)
      .map(
        (alarm): Problem => ({
          what: 'diagnosis incomplete',
          subject: id,
          detail: `${alarm.case} lacks ${alarm.lacks.join(', ')}`,
        }),
      ),
  ];
}

function idleRule({ id, catches, also }: ProvenRule): Problem[] {
  if (catches.length + also.length > 0) return [];
  return [{ what: 'rule catches nothing', subject: id, detail: 'no mistake made it alarm' }];
}

function goodProblems({ name, seed, alarms, errors }: GoodRun): Problem[] {
  const subject = `${name}, seed ${seed}`;
  return [
    ...alarms.filter(isRed).map(({ headline }): Problem => ({ what: 'false alarm', subject, detail: headline })),
    ...(errors.count > 0
      ? [{ what: 'no judgement', subject, detail: `${errors.count} cases: ${errors.first}` } as const]
      : []),
  ];
}

/** A finding fails no run. */
function isRed({ verdict }: Alarm): boolean {
  return verdict === 'fail';
}

function summaryOf(
  mutants: readonly ProvenMutant[],
  rules: readonly ProvenRule[],
  good: readonly GoodRun[],
): ProofSummary {
  const whole = mutants.filter(({ others }) => others !== null);
  const naming = mutants.filter(({ breaks }) => breaks.length > 0);
  const times = mutants.flatMap(({ detectedMs }) => detectedMs ?? []).toSorted((one, other) => one - other);
  const average = (of: (mutant: ProvenMutant) => string[] | null) =>
    whole.length === 0 ? null : whole.reduce((sum, mutant) => sum + (of(mutant)?.length ?? 0), 0) / whole.length;
  return {
    mutants: mutants.length,
    caught: mutants.filter(({ alarms }) => alarms.length > 0).length,
    naming: naming.length,
    named: naming.filter(({ breaks, silent }) => silent.length < breaks.length).length,
    whole: whole.length,
    collateral: average(({ others }) => others),
    unexplained: average(mutant => mutant.unexplained),
    pointed: whole.filter(({ first, breaks }) => first !== null && breaks.includes(first)).length,
    rules: rules.length,
    catching: rules.filter(({ catches, also }) => catches.length + also.length > 0).length,
    goodRuns: good.length,
    goodCases: good.reduce((sum, { judged }) => sum + judged, 0),
    falseAlarms: good.reduce((sum, { alarms }) => sum + alarms.filter(isRed).length, 0),
    goodFindings: good.reduce((sum, { alarms }) => sum + alarms.filter(alarm => !isRed(alarm)).length, 0),
    detectedMs:
      times.length === 0 ? null : { p50: percentile(times, 50), p95: percentile(times, 95), max: times.at(-1) ?? 0 },
  };
}

/** A proof that does not hold is worse than one that is not whole. */
function exitCodeFor(problems: readonly Problem[], complete: boolean, targets: number): number {
  if (!complete) return exitCodes.interrupted;
  if (problems.some(({ what }) => what !== 'no judgement')) return exitCodes.notConforming;
  return problems.length > 0 || targets === 0 ? exitCodes.incomplete : exitCodes.conforming;
}
