import { countVerdicts } from './counts.ts';
import type { Report } from './model.ts';

/**
 * Why no reader of a format may take the run for a whole one: in one line, or null. Formats that know only tests carry it as one
 * more test that failed.
 */
export function runTrouble(report: Report): string | null {
  const { total, unjudged } = countVerdicts(report.cases, report.results);
  if (report.failure !== null) return `could not run: ${report.failure}`;
  if (total === 0) return 'incomplete: no case was selected';
  if (!report.complete || unjudged > 0)
    return `incomplete: the run ended before ${unjudged} of ${total} cases had a verdict`;
  if (report.lost.length === 0) return null;
  return `incomplete: lost ${report.lost.map(({ file, why }) => `${file}: ${why}`).join('; ')}`;
}
