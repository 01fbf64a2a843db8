import type { Contract } from '../contract/contract.ts';
import type { ResolvedTarget } from '../target/resolved.ts';
import type { Sessions } from '../target/session.ts';
import type { CloudApi } from './cloud-api.ts';
import type { FlavorChoice } from './flavor-choice.ts';

/** The capabilities of a target beyond its microversions, found out without creating anything. */
export async function probeFeatures(
  contract: Contract,
  api: CloudApi,
  target: ResolvedTarget,
  sessions: Sessions,
  volumes: readonly string[],
  flavor: FlavorChoice | null,
): Promise<string[]> {
  const { roles, projectId } = sessions.session('member');
  const administrators = contract.documentAt(contract.oldest)['x-novaspec'].personas.admin?.roles ?? [];
  const scoped = projectId !== null && target.compute.url.endsWith(projectId);
  const types = target.volume === null ? [] : await volumeTypes(api);
  const found: [string, boolean][] = [
    ['volume service', target.volume !== null || volumes.length > 0],
    ['volume creation', target.volume !== null && volumes.length === 0],
    ['project id', projectId !== null && !scoped],
    ['caller is not admin', roles !== null && !administrators.some(role => roles.includes(role))],
    ['one local disk at most', flavor?.extraDisks === false],
    ['multiattach volume type', types.some(isMultiattach)],
    ...Object.values(api.data.volume.types).map(({ type, capability }): [string, boolean] => [
      capability,
      types.some(({ name }) => name === type),
    ]),
  ];
  return found.filter(([, present]) => present).map(([name]) => name);
}

/** Name of a volume type whose volumes may be attached several times, or null. */
export async function multiattachType(api: CloudApi): Promise<string | null> {
  return (await volumeTypes(api)).find(isMultiattach)?.name ?? null;
}

async function volumeTypes(api: CloudApi): Promise<VolumeType[]> {
  const exchange = await api.ask('member', 'volume', 'GET', '/types');
  const types = (exchange.response.json as { volume_types?: unknown } | undefined)?.volume_types;
  return Array.isArray(types) ? (types as VolumeType[]) : [];
}

/** Whether volumes of a type may be attached several times. */
export function isMultiattach(type: { name?: string } & Pick<VolumeType, 'extra_specs'>): boolean {
  return type.extra_specs?.multiattach === '<is> True';
}

/** A volume type as the volume API lists it. */
export interface VolumeType {
  name: string;
  extra_specs?: Record<string, string>;
}
