import type { CaseResult } from '../judge/verdict.ts';
import type { Report } from './model.ts';
import { type Baseline, coveredBy, holdsFor } from './waiver.ts';
import { waiverText } from './waiver-text.ts';

/** The result of a case of a run, waived where it is a failure that the baseline knows. What could not be judged is never waived. */
export function waive({ waivers }: Baseline, { cases, target }: Report, result: CaseResult): CaseResult {
  if (result.verdict !== 'fail' || target === null) return result;
  const one = cases.find(({ id }) => id === result.id);
  const found = one && waivers.find(each => holdsFor(each, target.microversions.max) && coveredBy(each)(one));
  if (!found) return result;
  const { file, line, name, reason, link, expires } = found;
  const optional = { ...(link === undefined ? {} : { link }), ...(expires === undefined ? {} : { expires }) };
  return {
    ...result,
    verdict: 'waived',
    message: `waived: ${waiverText(found)}: ${result.message ?? 'no cause was given'}`,
    waiver: { file, line, name, reason, ...optional },
  };
}
