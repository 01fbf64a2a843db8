import type { Level } from '../contract/rule.ts';
import type { CaseResult } from '../judge/verdict.ts';
import type { Case } from '../plan/case.ts';
import { judgedLevels } from './judged-levels.ts';
import type { Report, StaleWaiver } from './model.ts';
import { plural } from './plural.ts';
import type { StoredReport, StoredTarget } from './stored-report.ts';
import { type Baseline, coveredBy, holdsFor } from './waiver.ts';

/** A case of a plan, as far as waivers look at it. */
export type Planned = Pick<Case, 'id' | 'rule' | 'microversion' | 'skip'>;

/** What became of a run, or of the parts of one together. */
export interface RunVerdicts extends Pick<Report, 'judged'> {
  target: Pick<StoredTarget, 'microversions'> | null;
  cases: readonly Planned[];
  results: ReadonlyMap<string, Pick<CaseResult, 'verdict' | 'skip'>>;
}

/** What a report tells of a run. */
export function verdictsIn({ target, selection, cases }: StoredReport): RunVerdicts {
  const levels = selection.levels as Level[] | undefined;
  const judged = cases.flatMap(({ id, verdict, skip }) =>
    verdict === 'unjudged' ? [] : [[id, { verdict, ...(skip ? { skip } : {}) }] as const],
  );
  return { target, judged: judgedLevels(levels ?? []), cases, results: new Map(judged) };
}

/**
 * The waivers of a baseline that nothing needs any more: they hold for the target, and all cases that they cover passed. `whole` is the
 * plan for the target without what the run left out; a case that was skipped, not judged or not in the run may still fail, and then
 * nothing is said. Only what the target does not offer at all cannot.
 */
export function staleWaivers({ waivers }: Baseline, whole: readonly Planned[], run: RunVerdicts): StaleWaiver[] {
  const { target, judged, results } = run;
  // A deviation of a level that is not judged fails no case.
  if (target === null || !judgedLevels([]).every(level => judged.includes(level))) return [];
  const all = new Map([...whole, ...run.cases].map(one => [one.id, one]));
  return waivers.flatMap(waiver => {
    if (!holdsFor(waiver, target.microversions.max)) return [];
    const verdicts = [...all.values()].filter(coveredBy(waiver)).flatMap(({ id, skip: planned }) => {
      const { verdict = 'unjudged', skip = planned } = results.get(id) ?? {};
      return skip?.reason === 'microversion out of range' ? [] : [verdict];
    });
    if (verdicts.length === 0 || verdicts.some(verdict => verdict !== 'pass')) return [];
    const why = `no longer matches anything that fails (${plural(verdicts.length, 'case')} passed)`;
    return [{ line: waiver.line, name: waiver.name, why }];
  });
}
