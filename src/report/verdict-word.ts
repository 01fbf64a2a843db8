import type { Counts } from './counts.ts';
import { hasStaleWaivers } from './exit-code.ts';
import type { Report } from './model.ts';

/** What a whole run says about its target. */
export type VerdictWord = 'conforming' | 'not conforming' | 'incomplete' | 'could not run';

/**
 * The verdict on the target. A failure stays a failure however the run ended, and so does a waiver that no longer applies; nothing is conforming by silence:
 * neither a run that did not finish, nor one in which no case was carried out, nor one whose reports are not all there.
 */
export function verdictWord(report: Report, counts: Counts): VerdictWord {
  if (report.failure !== null) return 'could not run';
  if (counts.fail > 0 || hasStaleWaivers(report)) return 'not conforming';
  const carriedOut = counts.pass + counts.waived;
  if (!report.complete || report.lost.length > 0 || counts.unjudged > 0 || counts.error > 0 || carriedOut === 0)
    return 'incomplete';
  return 'conforming';
}
