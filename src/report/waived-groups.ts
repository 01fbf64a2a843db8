import type { Waived } from '../judge/verdict.ts';
import type { Counts } from './counts.ts';
import { casesWith, type FailedCase } from './failure-groups.ts';
import { groupBy } from './group-by.ts';
import type { Report } from './model.ts';
import { plural } from './plural.ts';

/** Cases that one waiver waived. */
export interface WaivedGroup {
  waiver: Waived;
  members: [FailedCase, ...FailedCase[]];
  /** `expires in 3 days`, where that is soon. */
  soon: string | null;
}

const soonDays = 14;
const dayMs = 86_400_000;

/** What was waived, by waiver: the first to expire first, then in the order of the file. */
export function groupWaived(report: Pick<Report, 'cases' | 'results' | 'startedAt'>): WaivedGroup[] {
  const groups = groupBy(casesWith(report, 'waived'), ({ result }) => result.waiver?.line);
  return [...groups.values()]
    .flatMap(members => {
      const { waiver } = members[0].result;
      return waiver ? [{ waiver, members, soon: expiry(waiver, report.startedAt) }] : [];
    })
    .toSorted((one, other) => compare(end(one), end(other)) || one.waiver.line - other.waiver.line);
}

function end({ waiver }: WaivedGroup): string {
  return waiver.expires ?? '~';
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** A date is the last day on which a waiver holds, and ends with it. */
function expiry({ expires }: Waived, now: number): string | null {
  if (expires === undefined) return null;
  const days = Math.floor((Date.parse(expires) + dayMs - now) / dayMs);
  if (days > soonDays) return null;
  return days <= 0 ? 'expires today' : `expires in ${plural(days, 'day')}`;
}

/** What a run shows beyond its baseline: `2 new failures, 14 waived (baseline.yaml), 1 waiver no longer needed`; null without one. */
export function deltaText({ baseline }: Pick<Report, 'baseline'>, { fail, waived }: Counts): string | null {
  if (baseline === undefined) return null;
  const { file, stale } = baseline;
  const unneeded = stale.length === 0 ? '' : `, ${plural(stale.length, 'waiver')} no longer needed`;
  return `${plural(fail, 'new failure')}, ${waived} waived (${file})${unneeded}`;
}
