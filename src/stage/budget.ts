import type { StageData } from '../contract/stage-data.ts';
import type { FlavorChoice } from './flavor-choice.ts';
import { type Quota, serversAllowed, volumesAllowed } from './quota.ts';

/** What a run may have at once. */
export interface Budget {
  servers: number;
  /** Of them those that walk through the situations. */
  walkers: number;
  /** And those that are made for one case each. */
  own: number;
  /** Volumes that cases attach and detach, beside those that stay where they are. */
  volumes: number;
}

/** Volumes that cases need at once: some need two. */
const fewestVolumes = 2;

/** Shares out what the project's quota leaves; `servers` and `concurrency` as the user wants them. */
export function shareOut(
  { servers: share, volumes }: StageData,
  quota: Quota,
  flavor: FlavorChoice | null,
  { servers, concurrency }: { servers: number | undefined; concurrency: number },
): Budget {
  const allowed = servers ?? Math.max(1, Math.min(share.default, serversAllowed(quota, flavor)));
  const left = volumesAllowed(quota) - volumes.beside;
  const free = allowed - share.beside;
  const walkers = Math.max(1, Math.min(share.walkers, free - 1, left - fewestVolumes));
  return {
    servers: allowed,
    walkers,
    own: Math.max(1, Math.min(share.own, free - walkers)),
    // A case may hold two.
    volumes: Math.max(fewestVolumes, Math.min(concurrency * 2, left - walkers)),
  };
}

/** Histories at once, each with servers and volumes of its own, when nothing else is there any more. */
export function lanesFor(
  world: { lanes: number; servers: number; most: number },
  quota: Quota,
  { servers }: Pick<Budget, 'servers'>,
): number {
  const fitting = [servers / world.servers, volumesAllowed(quota) / world.most].map(each => Math.floor(each));
  return Math.max(1, Math.min(world.lanes, ...fitting));
}

/** What the quota lacks for a run of everything, in words. */
export function shortages({ servers, volumes }: StageData, quota: Quota, flavor: FlavorChoice | null): string[] {
  const rows: [string, number, number][] = [
    ['servers', serversAllowed(quota, flavor), servers.beside + 2],
    ['volumes', volumesAllowed(quota), volumes.beside + 1 + fewestVolumes],
  ];
  return rows.flatMap(([what, left, needed]) =>
    left < needed ? [`the project's quota leaves ${left} ${what}, and a run of everything needs ${needed}`] : [],
  );
}
