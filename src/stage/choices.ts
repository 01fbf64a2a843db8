import { compareMicroversions } from '../contract/microversion.ts';
import { TargetError } from '../target/errors.ts';
import { mappingAt } from '../target/json.ts';
import type { ResolvedTarget } from '../target/resolved.ts';
import type { CloudApi } from './cloud-api.ts';
import { isMultiattach, type VolumeType } from './features.ts';
import { chooseFlavors, type FlavorChoice } from './flavor-choice.ts';
import { chooseImage, type ImageChoice } from './image-choice.ts';
import { listOf, type Named, readJson, wished } from './offer.ts';

/** What the user wants instead of novaspec's own choice: ids or names. */
export interface Wishes {
  image?: string;
  flavor?: string;
  resizeFlavor?: string;
  /** `none`: servers without a network. */
  network?: string;
  availabilityZone?: string;
  volumeType?: string;
}

/** What the stage makes servers and volumes of; plain data, null where the cloud decides by itself. */
export interface Choices {
  image: ImageChoice | null;
  flavor: FlavorChoice | null;
  /** For a resize; null where the cloud offers no second one that fits. */
  resizeFlavor: FlavorChoice | null;
  /** Null: Nova takes the project's only network. */
  network: Named | 'none' | null;
  availabilityZone: string | null;
  /** The zone of volumes: the servers' one, where the volume API has one of that name. */
  volumeZone: string | null;
  volumeType: string | null;
  /** Why there is no image or no flavor, one line each. */
  missing: { image: string | null; flavor: string | null };
}

/**
 * Chooses by wishes, and otherwise the smallest; creates nothing. What cannot be listed is taken as it was wished.
 * @throws TargetError `config` for a wish that the cloud does not offer
 */
export async function choose(
  api: CloudApi,
  target: Pick<ResolvedTarget, 'image' | 'network'>,
  wishes: Wishes,
): Promise<Choices> {
  const [{ image, problem }, network, availabilityZone, volumeZone, volumeType] = await Promise.all([
    chooseImage(api, target.image !== null, wishes.image),
    chooseNetwork(api, target.network !== null, wishes.network),
    chooseZone(api, wishes.availabilityZone),
    zoneOfVolumes(api, wishes.availabilityZone),
    chooseVolumeType(api, wishes.volumeType),
  ]);
  const flavors = await chooseFlavors(api, image, wishes.flavor, wishes.resizeFlavor);
  return {
    image,
    flavor: flavors.flavor,
    resizeFlavor: flavors.resizeFlavor,
    network,
    availabilityZone,
    volumeZone,
    volumeType,
    missing: { image: problem, flavor: flavors.problem },
  };
}

async function chooseNetwork(api: CloudApi, listed: boolean, wish: string | undefined): Promise<Choices['network']> {
  const { from } = api.data.server.options.no_network;
  const mayBeNone = compareMicroversions(from, api.microversion) <= 0;
  if (wish === undefined) return mayBeNone ? 'none' : null;
  if (wish === 'none') {
    if (mayBeNone) return 'none';
    throw new TargetError('config', `--network none: the target ends at ${api.microversion}`, `it begins with ${from}`);
  }
  if (!listed) return { id: wish, name: wish };
  return wished('--network', wish, await listOf<Named>(api, 'network', '/networks', 'networks'));
}

async function chooseZone(api: CloudApi, wish: string | undefined): Promise<string | null> {
  if (wish === undefined) return null;
  return wished('--availability-zone', wish, await zones(api, 'compute')).name;
}

/** Where Nova forbids attaching across zones, volumes must be in the servers' one; elsewhere names may differ. */
async function zoneOfVolumes(api: CloudApi, wish: string | undefined): Promise<string | null> {
  if (wish === undefined || !api.hasVolumes) return null;
  const { found } = await zones(api, 'volume');
  return found.some(({ name }) => name === wish) ? wish : null;
}

async function zones(api: CloudApi, service: 'compute' | 'volume') {
  const list = await listOf<{ zoneName: string }>(api, service, '/os-availability-zone', 'availabilityZoneInfo');
  return { ...list, found: list.found.map(({ zoneName }) => ({ id: zoneName, name: zoneName })) };
}

/** Volumes that may be attached several times are answered otherwise, so the usual ones are of another type. */
async function chooseVolumeType(api: CloudApi, wish: string | undefined): Promise<string | null> {
  if (!api.hasVolumes) {
    if (wish === undefined) return null;
    throw new TargetError('config', `--volume-type ${wish}: the target has no volume service`);
  }
  const offer = await listOf<Named & VolumeType>(api, 'volume', '/types', 'volume_types');
  if (wish === undefined) {
    const usual = mappingAt(await readJson(api, 'volume', '/types/default'), 'volume_type');
    return isMultiattach(usual) ? (offer.found.find(type => !isMultiattach(type))?.name ?? null) : null;
  }
  const type = wished('--volume-type', wish, offer);
  if (!isMultiattach(type)) return type.name;
  const hint = 'novaspec takes that type by itself where a case needs it';
  throw new TargetError('config', `--volume-type: volumes of ${type.name} can be attached several times`, hint);
}
