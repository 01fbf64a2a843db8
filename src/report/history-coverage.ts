import type { HistoryResult } from '../judge/verdict.ts';
import type { Report } from './model.ts';

/** How often something was done in histories, of all that a model can go through. */
export interface CoverageSummary {
  /** How many there are, and how many of them were visited. */
  total: number;
  visited: number;
  /** Name -> how often. */
  counts: Record<string, number>;
}

/** All histories of a run together. */
export interface HistorySummary {
  /** Seeds of the generated histories of the plan. */
  seeds: number[];
  /** Histories and bursts that were played, without the attempts to make one shorter. */
  played: number;
  commands: number;
  requests: number;
  /** `SITUATION OPERATION`, of generated histories that were settled. */
  pairs: CoverageSummary;
  /** `STEP: FROM -> TO`, of the same. */
  steps: CoverageSummary;
  /** Why histories could not go on to their end, where that is nobody's failure. */
  ended: { reason: string; count: number }[];
}

/** Sums up all results about histories; null for a run without any. */
export function historySummary({ cases, results }: Report): HistorySummary | null {
  const played = cases.flatMap(({ id, history }) => {
    const result = results.get(id)?.history;
    return history && result ? [{ history, result }] : [];
  });
  if (played.length === 0) return null;
  const all = played.map(({ result }) => result);
  return {
    seeds: [...new Set(played.flatMap(({ history }) => history.generated?.seed ?? []))],
    played: sum(all.map(result => result.played)),
    commands: sum(all.map(({ commands }) => commands)),
    requests: sum(all.map(({ requests }) => requests)),
    pairs: coverageOf(all, 'pairs'),
    steps: coverageOf(all, 'steps'),
    ended: [...counted(all.flatMap(({ ended = [] }) => ended.map(reason => [reason, 1])))]
      .map(([reason, count]) => ({ reason, count }))
      .toSorted((one, other) => other.count - one.count),
  };
}

function coverageOf(results: readonly HistoryResult[], kind: 'pairs' | 'steps'): CoverageSummary {
  const counts = counted(results.flatMap(({ coverage }) => Object.entries(coverage?.[kind] ?? {})));
  const visited = [...counts.values()].filter(count => count > 0).length;
  return { total: counts.size, visited, counts: Object.fromEntries(counts) };
}

function counted(entries: readonly (readonly [string, number])[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [name, count] of entries) counts.set(name, (counts.get(name) ?? 0) + count);
  return counts;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
