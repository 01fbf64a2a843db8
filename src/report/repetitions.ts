import type { CaseResult } from '../judge/verdict.ts';
import type { Case } from '../plan/case.ts';

const worstFirst: readonly CaseResult['verdict'][] = ['fail', 'error', 'waived', 'skipped', 'pass'];

/** Puts the results of cases together that are carried out several times. */
export class Repetitions {
  /** Case -> how many results it will have. */
  private readonly times = new Map<string, number>();
  /** Case -> its results, by the number of the repetition, from 1. */
  private readonly results = new Map<string, Map<number, CaseResult>>();

  /** `cases`: each as often as it is carried out. */
  constructor(cases: Iterable<Pick<Case, 'id'>>) {
    for (const { id } of cases) this.times.set(id, (this.times.get(id) ?? 0) + 1);
  }

  /** Takes a result; gives that of the case once all of its repetitions have one. What was told before is not told again. */
  add(result: CaseResult, repetition: number): CaseResult | null {
    const known = this.results.get(result.id) ?? new Map<number, CaseResult>();
    if (known.has(repetition)) return null;
    this.results.set(result.id, known.set(repetition, result));
    return known.size === this.times.get(result.id) ? together(inOrder(known)) : null;
  }

  /** For when the run ends early: cases that failed before all of their repetitions had a result. */
  failedSoFar(): CaseResult[] {
    return [...this.results].flatMap(([id, known]) => {
      const so = together(inOrder(known));
      return known.size < (this.times.get(id) ?? 0) && so?.verdict === 'fail' ? [so] : [];
    });
  }
}

function inOrder(known: ReadonlyMap<number, CaseResult>): CaseResult[] {
  return [...known].toSorted(([one], [other]) => one - other).map(([, result]) => result);
}

/** The worst of them counts: whoever is right only sometimes is not right. */
function together(results: readonly CaseResult[]): CaseResult | null {
  const [worst] = results.toSorted((one, other) => worstFirst.indexOf(one.verdict) - worstFirst.indexOf(other.verdict));
  if (worst === undefined || results.length === 1) return worst ?? null;
  const sum = (of: (result: CaseResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const timings = results.flatMap(result => result.timings ?? []);
  const whole: CaseResult = {
    ...worst,
    ...(timings.length === 0 ? {} : { timings }),
    requests: sum(({ requests }) => requests),
    durationMs: sum(({ durationMs }) => durationMs),
  };
  const verdicts = results.map(({ verdict }) => verdict);
  if (new Set(verdicts).size === 1) return whole;
  return {
    ...whole,
    verdicts,
    message: `changed its verdict (${verdicts.join(', ')}): ${worst.message ?? worst.verdict}`,
  };
}
