import type { StageData } from '../contract/stage-data.ts';
import type { Case } from './case.ts';
import { scenarioKey } from './scenario-key.ts';

/** One of several runs that share a plan. */
export interface Shard {
  /** From 1. */
  index: number;
  total: number;
}

/** When a case of an earlier run began, in milliseconds since the epoch, and how long it took. */
export interface CaseTime {
  startedAt: number;
  durationMs: number;
}

/** Cases that had better stay together: whoever has one of them bears what all of them need. */
interface Unit {
  key: string;
  ids: string[];
  cost: number;
}

/**
 * The cases of a shard, in the order of the plan. Every case is in just one of the shards, and each of them gets about the same cost:
 * as an earlier run measured it, or as the contract estimates it. Pure: whoever gives the same arguments gets the same cases.
 */
export function shardOf(
  cases: readonly Case[],
  { index, total }: Shard,
  stage: StageData,
  times: ReadonlyMap<string, CaseTime> = new Map(),
): Case[] {
  const loads = Array.from({ length: total }, () => ({ cost: 0, ids: new Set<string>() }));
  const units = unitsOf(cases, stage, times).toSorted(
    (one, other) => other.cost - one.cost || (one.key < other.key ? -1 : 1),
  );
  for (const { ids, cost } of units) {
    let least = loads[0];
    for (const load of loads) if (least === undefined || load.cost < least.cost) least = load;
    if (least === undefined) break;
    least.cost += cost;
    for (const id of ids) least.ids.add(id);
  }
  const own = loads[index - 1]?.ids;
  return cases.filter(({ id }) => own?.has(id));
}

function unitsOf(cases: readonly Case[], stage: StageData, times: ReadonlyMap<string, CaseTime>): Unit[] {
  const units = new Map<string, Case[]>();
  for (const one of cases) {
    const unit = units.get(keyOf(one));
    if (unit) unit.push(one);
    else units.set(keyOf(one), [one]);
  }
  const rated = [...units].map(([key, members]) => ({
    key,
    ids: members.map(({ id }) => id),
    estimate: estimateOf(members, stage),
    measured: measuredOf(members, times),
  }));
  // What was not measured counts as much as its estimate says beside the others.
  const known = rated.filter(({ measured }) => measured !== null);
  const estimated = sum(known.map(({ estimate }) => estimate));
  const scale = estimated === 0 ? 1 : sum(known.map(({ measured }) => measured ?? 0)) / estimated;
  return rated.map(({ key, ids, estimate, measured }) => ({ key, ids, cost: measured ?? estimate * scale }));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Scenarios are played once for all their cases, and servers are brought into a situation once for all who need it. */
function keyOf(one: Case): string {
  if (one.skip || one.history) return one.id;
  if (one.watch) return `scenario ${scenarioKey(one)}`;
  return one.given.state === undefined ? one.id : `situation ${one.given.state}`;
}

function estimateOf(members: readonly Case[], { estimate, states }: StageData): number {
  const { requests_per_case: each, requests } = estimate;
  const [first] = members;
  if (first === undefined || first.skip) return 0;
  if (first.history) return requests.history;
  if (first.watch) return requests.scenario;
  const own = members.filter(({ given }) => given.server === 'own').length * requests.server;
  const way =
    first.given.state === undefined || states[first.given.state]?.enter === undefined ? 0 : requests.situation;
  return members.length * each + own + way;
}

/** From the first beginning to the last end; null where one of them was not measured. */
function measuredOf(members: readonly Case[], times: ReadonlyMap<string, CaseTime>): number | null {
  if (members.every(({ skip }) => skip)) return 0;
  const spans = members.flatMap(({ id }) => times.get(id) ?? []);
  if (spans.length < members.length) return null;
  const begin = Math.min(...spans.map(({ startedAt }) => startedAt));
  return Math.max(...spans.map(({ startedAt, durationMs }) => startedAt + durationMs)) - begin;
}
