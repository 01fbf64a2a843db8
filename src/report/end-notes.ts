import type { Case } from '../plan/case.ts';
import { groupBy } from './group-by.ts';
import type { Report } from './model.ts';
import { plural } from './plural.ts';

const shown = 20;

/** Which part of the plan a run judged, as a remark. */
export function shardNote({ shard, cases }: Pick<Report, 'shard' | 'cases'>): string[] {
  if (shard === null) return [];
  return [`shard ${shard.index}/${shard.total}: ${cases.length} of the ${shard.of} cases of the plan`];
}

/** Remarks on how a run came to its end: what ended it early and what was not judged then, and which cases changed their verdict. */
export function endNotes({ cases, results, ended, repeat }: Report): string[] {
  const open = cases.filter(({ id }) => !results.has(id));
  const changed = cases.flatMap(({ id }) => {
    const { verdicts } = results.get(id) ?? {};
    return verdicts === undefined ? [] : [`${id} (${verdicts.join(', ')})`];
  });
  return [
    ...(ended === null || open.length === 0
      ? []
      : [`${ended} ended the run before ${plural(open.length, 'case')} had a verdict: ${bySuite(open)}`]),
    ...(changed.length === 0
      ? []
      : [`${plural(changed.length, 'case')} of ${repeat} times changed the verdict: ${listed(changed)}`]),
  ];
}

function bySuite(cases: readonly Case[]): string {
  return [...groupBy(cases, ({ suite }) => suite)]
    .map(([suite, members]) => `${members.length} of ${suite}`)
    .join(', ');
}

function listed(items: readonly string[]): string {
  const more = items.length > shown ? [`and ${items.length - shown} more`] : [];
  return [...items.slice(0, shown), ...more].join('; ');
}
