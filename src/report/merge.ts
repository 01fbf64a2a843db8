import { isDeepStrictEqual } from 'node:util';
import type { Case } from '../plan/case.ts';
import { shardNote } from './end-notes.ts';
import type { Report } from './model.ts';
import { embeddedTarget } from './run-facts.ts';
import type { readShard } from './shard-file.ts';

/** The report of a shard, and the folder that it was read from. */
export interface ShardReport {
  folder: string;
  report: ReturnType<typeof readShard>;
}

/**
 * Whether shards are parts of one plan for one target, each there once.
 * @throws Error with one line that names the first two that do not belong together
 */
export function checkShards(shards: readonly ShardReport[]): void {
  const [first, ...others] = shards;
  if (first === undefined) throw new Error('there is no shard');
  for (const other of others) {
    for (const [what, of] of facts) {
      if (isDeepStrictEqual(of(first.report), of(other.report))) continue;
      const [one, two] = [first, other].map(({ folder, report }) => `${folder}: ${textOf(of(report))}`);
      throw new Error(`these shards do not belong together, ${what} differs: ${one}; ${two}`);
    }
  }
  for (const [position, { folder, report }] of shards.entries()) {
    const { index, total } = report.shard;
    const twin = shards.slice(0, position).find(before => before.report.shard.index === index);
    if (twin) throw new Error(`${twin.folder} and ${folder} are both shard ${index}/${total}`);
    const ids = new Set(report.cases.map(({ id }) => id));
    for (const before of shards.slice(0, position)) {
      const shared = before.report.cases.find(({ id }) => ids.has(id));
      if (!shared) continue;
      throw new Error(
        `${before.folder} and ${folder} both have the case ${shared.id}: were they cut by the same --timings?`,
      );
    }
  }
}

/** What must be the same in all of them, in the order in which it is looked at. */
const facts: readonly [string, (report: ShardReport['report']) => unknown][] = [
  ['the number of shards', ({ shard }) => shard.total],
  ['the target', ({ target }) => target && (target.name === embeddedTarget ? target.name : target.compute)],
  ['what the target offers', ({ target }) => target && offers(target)],
  ['the selection', ({ selection }) => selection],
  ['the plan', ({ planDigest }) => planDigest],
  ['--repeat', ({ repeat }) => repeat],
  ['--wait', ({ wait }) => wait],
];

function offers({ microversions, personas, features }: NonNullable<Report['target']>): unknown {
  const roles = Object.entries(personas).map(([name, persona]) => [name, persona.roles?.toSorted() ?? null]);
  return { microversions, roles, features };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The numbers of the shards that are not there, ascending. */
export function missingShards(shards: readonly ShardReport[]): number[] {
  const there = new Set(shards.map(({ report }) => report.shard.index));
  const total = shards[0]?.report.shard.total ?? 0;
  return Array.from({ length: total }, (_, at) => at + 1).filter(index => !there.has(index));
}

/**
 * One report of shards that belong together: all cases of `plan`, in its order, with the results of whichever shard has them.
 * `planned`: those of them that came to their plan. `runId` and `folder` are those of the new report; its rules and exit code are not
 * decided yet.
 */
export function mergeShards(
  shards: readonly ShardReport[],
  [planned]: readonly [ShardReport, ...ShardReport[]],
  plan: readonly Case[],
  { runId, folder }: Pick<Report, 'runId' | 'folder'>,
): Report {
  const reports = shards.map(({ report }) => report);
  const missing = missingShards(shards);
  const { total } = planned.report.shard;
  const broken = shards.filter(({ report }) => report.failure !== null || !report.complete);
  const cleanUps = reports.flatMap(({ leftovers, cleanUp }) =>
    leftovers.length > 0 && cleanUp !== null ? cleanUp : [],
  );
  const ends = reports.map(({ finishedAt, startedAt }) => finishedAt ?? startedAt);
  return {
    ...planned.report,
    runId,
    folder,
    cases: [...plan],
    results: new Map(reports.flatMap(({ results }) => [...results])),
    shard: null,
    ended: null,
    failure: null,
    startedAt: Math.min(...reports.map(({ startedAt }) => startedAt)),
    finishedAt: Math.max(...ends),
    complete: missing.length === 0 && broken.length === 0,
    exitCode: null,
    recipes: reports.find(({ recipes }) => recipes !== null)?.recipes ?? null,
    notes: [
      `merged of ${shards.map(({ folder: place }) => place).join(', ')}`,
      ...new Set(reports.flatMap(report => report.notes.filter(note => !shardNote(report).includes(note)))),
      ...missing.map(index => `shard ${index}/${total} is missing`),
      ...broken.map(({ folder: place, report }) => `${place}: ${report.failure ?? 'did not come to its end'}`),
    ],
    cleanUp: cleanUps.length === 0 ? null : cleanUps.join(' && '),
    leftovers: reports.flatMap(({ leftovers }) => leftovers),
    lost: shards.flatMap(({ folder: place, report }) =>
      report.lost.map(({ file, why }) => ({ file: `${place}: ${file}`, why })),
    ),
    requests: sum(reports, ({ requests }) => requests),
    ledger: {
      created: sum(reports, ({ ledger }) => ledger.created),
      removed: sum(reports, ({ ledger }) => ledger.removed),
    },
    stage: {
      servers: sum(reports, ({ stage }) => stage.servers),
      actions: sum(reports, ({ stage }) => stage.actions),
      waitedMs: sum(reports, ({ stage }) => stage.waitedMs),
      readings: sum(reports, ({ stage }) => stage.readings),
    },
  };
}

function sum(reports: readonly Report[], of: (report: Report) => number): number {
  return reports.reduce((total, report) => total + of(report), 0);
}
