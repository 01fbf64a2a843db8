import { type CloudApi, succeeded } from './cloud-api.ts';
import { listOf, type Named, type Offer, wished } from './offer.ts';

/** The image of servers and of bootable volumes. */
export interface ImageChoice extends Named {
  /** What a disk for it needs at least, in GiB. */
  disk: number;
  /** What a server for it needs at least, in MiB. */
  ram: number;
}

const bytesOfGib = 2 ** 30;

/** The wished image, or the smallest usable one; `problem`: why there is none. @throws TargetError for an unknown wish */
export async function chooseImage(
  api: CloudApi,
  hasImages: boolean,
  wish: string | undefined,
): Promise<{ image: ImageChoice | null; problem: string | null }> {
  const offer = await usableImages(api, hasImages);
  if (wish !== undefined) {
    const hidden = hasImages ? await hiddenImage(api, wish, offer) : [];
    const found = wished('--image', wish, { ...offer, found: [...offer.found, ...hidden] });
    return { image: choiceOf(found), problem: null };
  }
  const [smallest] = offer.found.toSorted((a, b) => diskOf(a) - diskOf(b) || sizeOf(a) - sizeOf(b));
  if (smallest) return { image: choiceOf(smallest), problem: null };
  const why = offer.problem ?? 'the cloud offers no active one to this project';
  return { image: null, problem: `choosing an image: ${why}` };
}

interface ImageView extends Named {
  status?: string;
  /** Bytes; absent in lists without details. */
  size?: number | null;
  virtual_size?: number | null;
  min_disk?: number;
  min_ram?: number;
  'OS-EXT-IMG-SIZE:size'?: number;
  minDisk?: number;
  minRam?: number;
}

async function usableImages(api: CloudApi, hasImages: boolean): Promise<Offer<ImageView>> {
  // Nova's own image API ended with a later microversion, so a bare target is asked at the oldest one.
  const offer = hasImages
    ? await listOf<ImageView>(api, 'image', '/images?limit=1000', 'images')
    : await listOf<ImageView>(api, 'compute', '/images/detail', 'images', api.oldest);
  return { ...offer, found: offer.found.filter(image => isUsable(api, image)) };
}

// A fake may list its images without details.
function isUsable(api: CloudApi, { status }: ImageView): boolean {
  return status === undefined || api.data.image.ready.includes(status.toLowerCase());
}

/** Images shared by a community are in no list, but can be used by whoever knows the id. */
async function hiddenImage(api: CloudApi, id: string, { found }: Offer<ImageView>): Promise<ImageView[]> {
  if (found.some(image => image.id === id || image.name === id)) return [];
  const exchange = await api.ask('member', 'image', 'GET', `/images/${encodeURIComponent(id)}`);
  const image = exchange.response.json as ImageView | undefined;
  return succeeded(exchange) && image?.id === id && isUsable(api, image) ? [image] : [];
}

function choiceOf(image: Named | ImageView): ImageChoice {
  const { id, name } = image;
  return { id, name: name ?? id, disk: diskOf(image), ram: ramOf(image) };
}

function diskOf(image: ImageView): number {
  const content = Math.max(sizeOf(image), image.virtual_size ?? 0);
  return Math.max(1, image.min_disk ?? image.minDisk ?? 0, Math.ceil(content / bytesOfGib));
}

function ramOf({ min_ram, minRam }: ImageView): number {
  return min_ram ?? minRam ?? 0;
}

function sizeOf(image: ImageView): number {
  return image.size ?? image['OS-EXT-IMG-SIZE:size'] ?? 0;
}
