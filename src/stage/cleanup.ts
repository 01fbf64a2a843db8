import type { CloudApi } from './cloud-api.ts';
import type { Ledger, Resource } from './ledger.ts';
import { Removal } from './removal.ts';

/** A resource that could not be removed, and why. */
export interface Leftover {
  kind: string;
  id: string;
  name: string;
  why: string;
}

/**
 * Removes what the ledger says is still there: servers first, as they hold volumes. What fails is tried again until the
 * limit of its kind, or of the whole. Never throws; gives what is left.
 */
export async function cleanUp(api: CloudApi, ledger: Ledger): Promise<Leftover[]> {
  const { limits } = api.data;
  const end = Date.now() + limits.clean_up * 1000;
  const settled = ledger.changedAt() + limits.creation_shows * 1000;
  const borrowed = ledger.borrowed();
  const left: Leftover[] = [];
  const remove = async (resource: Resource, seconds: number): Promise<Leftover[]> => {
    const removal = new Removal(api, resource, borrowed, settled);
    // Before it can be found, if it ever can, it may take a while to appear.
    const own = resource.id === undefined ? seconds + limits.creation_shows : seconds;
    const limit = Math.min(own, Math.max(0, end - Date.now()) / 1000);
    try {
      if (await api.wait(() => removal.step(), limit)) {
        ledger.removed(resource);
        return [];
      }
    } catch (error) {
      removal.why = error instanceof Error ? error.message : String(error);
    }
    return [{ kind: resource.kind, id: removal.id ?? 'unknown', name: resource.name, why: removal.why }];
  };
  const open = ledger.open();
  for (const kind of ['server', 'volume'] as const) {
    const resources = open.filter(each => each.kind === kind);
    left.push(...(await Promise.all(resources.map(each => remove(each, limits[`${kind}_delete`])))).flat());
  }
  return left;
}
