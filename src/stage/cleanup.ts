import { type CloudApi, describe, isGone, succeeded } from './cloud-api.ts';
import type { Ledger, Resource } from './ledger.ts';
import { StageError } from './stage-error.ts';

/** A resource that could not be removed, and why. */
export interface Leftover {
  kind: string;
  id: string;
  name: string;
  why: string;
}

/** Removes what the ledger says is still there: servers first, as they hold volumes. Never throws; gives what is left. */
export async function cleanUp(api: CloudApi, ledger: Ledger): Promise<Leftover[]> {
  const open = ledger.open();
  const servers = open.filter(({ kind }) => kind === 'server');
  const volumes = open.filter(({ kind }) => kind === 'volume');
  const left = [...(await removeAll(api, ledger, servers)), ...(await removeAll(api, ledger, volumes))];
  return left;
}

async function removeAll(api: CloudApi, ledger: Ledger, resources: Resource[]): Promise<Leftover[]> {
  const left = await Promise.all(
    resources.map(async resource => {
      const why = await remove(api, resource, ledger).catch((error: unknown) =>
        error instanceof Error ? error.message : String(error),
      );
      if (why === null) {
        ledger.removed(resource);
        return [];
      }
      return [{ kind: resource.kind, id: resource.id ?? 'unknown', name: resource.name, why }];
    }),
  );
  return left.flat();
}

/** Null when the resource is gone, otherwise why it is not. */
async function remove(api: CloudApi, resource: Resource, ledger: Ledger): Promise<string | null> {
  const { limits, server } = api.data;
  const { kind, persona } = resource;
  const service = kind === 'server' ? 'compute' : 'volume';
  const id = resource.id ?? (await findByName(api, resource));
  if (id === null) return null;
  const path = `/${kind}s/${id}`;
  if (kind === 'server' && !(await freeBorrowedVolumes(api, id, ledger.borrowed()))) {
    return 'kept: a volume given by --volume does not come off it, and could be deleted with it';
  }
  let last = '';
  let asked = false;
  const gone = await api.wait(
    async () => {
      const now = await api.ask(persona, service, 'GET', path);
      if (isGone(api, now)) return true;
      last = describe(now);
      // A volume may still be on its way off a server, so a refused delete is asked again.
      if (!asked) {
        const answer = await api.ask(persona, service, 'DELETE', path);
        asked = succeeded(answer);
        if (!asked) last = describe(answer);
      } else if (kind === 'server') {
        // Where deleted servers are kept for a while, this ends that; elsewhere it is refused, which is fine.
        await api.ask(persona, service, 'POST', `${path}/action`, server.force_delete);
      }
      return undefined;
    },
    kind === 'server' ? limits.server_delete : limits.volume_delete,
  );
  return gone ? null : `still there: ${last}`;
}

/** Takes the user's volumes off a server: its deletion could delete them, as an attachment may say. False when one stays. */
async function freeBorrowedVolumes(api: CloudApi, serverId: string, borrowed: Set<string>): Promise<boolean> {
  if (borrowed.size === 0) return true;
  const asked = new Set<string>();
  const free = await api.wait(async () => {
    const path = `/servers/${serverId}/os-volume_attachments`;
    const exchange = await api.ask('member', 'compute', 'GET', path);
    if (isGone(api, exchange)) return true;
    const { volumeAttachments = [] } = (exchange.response.json ?? {}) as { volumeAttachments?: { volumeId: string }[] };
    const listed = volumeAttachments.filter(({ volumeId }) => borrowed.has(volumeId));
    if (succeeded(exchange) && listed.length === 0) return true;
    for (const { volumeId } of listed.filter(each => !asked.has(each.volumeId))) {
      if (succeeded(await api.ask('member', 'compute', 'DELETE', `${path}/${volumeId}`))) asked.add(volumeId);
    }
    return undefined;
  }, api.data.limits.detach);
  return free === true;
}

/** The run may have ended before the cloud told the id. Names are unique, and only an exact match counts. */
async function findByName(api: CloudApi, { kind, name, persona }: Resource): Promise<string | null> {
  const service = kind === 'server' ? 'compute' : 'volume';
  const exchange = await api.ask(persona, service, 'GET', `/${kind}s?name=${encodeURIComponent(name)}`);
  if (!succeeded(exchange)) throw new StageError(`looking for ${name}: ${describe(exchange)}`);
  const found = (exchange.response.json as Record<string, { id: string; name: string }[]> | undefined)?.[`${kind}s`];
  return found?.find(each => each.name === name)?.id ?? null;
}
