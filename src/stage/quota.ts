import { type Mapping, mappingAt } from '../target/json.ts';
import type { Service } from '../target/resolved.ts';
import type { CloudApi } from './cloud-api.ts';
import type { FlavorChoice } from './flavor-choice.ts';
import { readJson } from './offer.ts';

/** How much of something a project may have and has; `limit` null: unlimited, or nobody said. */
export interface Allowance {
  limit: number | null;
  used: number;
}

/** The allowances of the member's project; memory in MiB, gigabytes in GiB. */
export type Quota = Record<'servers' | 'cores' | 'ram' | 'volumes' | 'gigabytes', Allowance>;

/** Reads what the project may still make; whatever is not answered as expected is unknown. Never throws. */
export async function readQuota(api: CloudApi): Promise<Quota> {
  const [compute, volume] = await Promise.all([
    limitsOf(api, 'compute'),
    api.hasVolumes ? limitsOf(api, 'volume') : {},
  ]);
  return {
    servers: allowance(compute, 'maxTotalInstances', 'totalInstancesUsed'),
    cores: allowance(compute, 'maxTotalCores', 'totalCoresUsed'),
    ram: allowance(compute, 'maxTotalRAMSize', 'totalRAMUsed'),
    volumes: allowance(volume, 'maxTotalVolumes', 'totalVolumesUsed'),
    gigabytes: allowance(volume, 'maxTotalVolumeGigabytes', 'totalGigabytesUsed'),
  };
}

/** How many servers of a flavor still fit; infinite where nothing limits them. */
export function serversAllowed({ servers, cores, ram }: Quota, flavor: FlavorChoice | null): number {
  return Math.min(fits(servers, 1), fits(cores, flavor?.vcpus ?? 0), fits(ram, flavor?.ram ?? 0));
}

/** How many volumes of one GiB still fit; infinite where nothing limits them. */
export function volumesAllowed({ volumes, gigabytes }: Quota): number {
  return Math.min(fits(volumes, 1), fits(gigabytes, 1));
}

function fits({ limit, used }: Allowance, each: number): number {
  if (limit === null || each === 0) return Number.POSITIVE_INFINITY;
  return Math.max(0, Math.floor((limit - used) / each));
}

async function limitsOf(api: CloudApi, service: Service): Promise<Mapping> {
  return mappingAt(mappingAt(await readJson(api, service, '/limits'), 'limits'), 'absolute');
}

function allowance(absolute: Mapping, limitKey: string, usedKey: string): Allowance {
  const read = (key: string): number | null => {
    const value = absolute[key];
    // -1 stands for unlimited.
    return typeof value === 'number' && value >= 0 ? value : null;
  };
  return { limit: read(limitKey), used: read(usedKey) ?? 0 };
}
