import { TargetError } from '../target/errors.ts';
import type { CloudApi } from './cloud-api.ts';
import type { ImageChoice } from './image-choice.ts';
import { listOf, type Named, wished } from './offer.ts';

/** The size of servers: memory in MiB, disk in GiB. */
export interface FlavorChoice extends Named {
  vcpus: number;
  ram: number;
  disk: number;
  /** Whether servers have swap or ephemeral disks beside their root disk; null where that is not known. */
  extraDisks: boolean | null;
}

/**
 * The wished flavors, or the smallest that the image fits into and the next one for a resize; `problem`: why there is none.
 * @throws TargetError for an unknown wish
 */
export async function chooseFlavors(
  api: CloudApi,
  image: ImageChoice | null,
  wish: string | undefined,
  resizeWish: string | undefined,
): Promise<{ flavor: FlavorChoice | null; resizeFlavor: FlavorChoice | null; problem: string | null }> {
  const offer = await listOf<FlavorView>(api, 'compute', '/flavors/detail', 'flavors');
  const fitting = offer.found.filter(({ disk, ram }) => disk >= (image?.disk ?? 0) && ram >= (image?.ram ?? 0));
  const usable = (fitting.length > 0 ? fitting : offer.found)
    .filter(flavor => flavor['OS-FLV-DISABLED:disabled'] !== true)
    .toSorted((a, b) => a.disk - b.disk || a.ram - b.ram || a.vcpus - b.vcpus);
  const first = wish === undefined ? usable[0] : wished('--flavor', wish, offer);
  const flavor = first === undefined ? null : choiceOf(first);
  // No driver makes a disk smaller, so the second one's is at least as large.
  const larger = usable.find(({ id, disk }) => id !== flavor?.id && disk >= (flavor?.disk ?? 0));
  const second = resizeWish === undefined ? larger : wished('--resize-flavor', resizeWish, offer);
  if (second !== undefined && second.id === flavor?.id) {
    throw new TargetError('config', `--resize-flavor: ${second.name} is the flavor that servers have already`);
  }
  const why = offer.problem ?? 'the cloud offers none to this project';
  return {
    flavor,
    resizeFlavor: second === undefined ? null : choiceOf(second),
    problem: flavor ? null : `choosing a flavor: ${why}`,
  };
}

interface FlavorView extends Omit<FlavorChoice, 'extraDisks'> {
  'OS-FLV-DISABLED:disabled'?: boolean;
  'OS-FLV-EXT-DATA:ephemeral'?: number;
  /** MiB; an empty text for none in old microversions. */
  swap?: number | '';
}

/** One that was taken without being listed has unknown sizes. */
function choiceOf(flavor: Named | FlavorView): FlavorChoice {
  const { vcpus = 0, ram = 0, disk = 0, swap, 'OS-FLV-EXT-DATA:ephemeral': ephemeral } = flavor as Partial<FlavorView>;
  const extraDisks = swap === undefined || ephemeral === undefined ? null : Number(swap) > 0 || ephemeral > 0;
  return { id: flavor.id, name: flavor.name, vcpus, ram, disk, extraDisks };
}
