import type { Choices } from './builder.ts';
import type { CloudApi } from './cloud-api.ts';
import { StageError } from './stage-error.ts';

/** The smallest image and the smallest flavor that the cloud offers. */
export async function choose(api: CloudApi, hasImages: boolean, oldest: string): Promise<Choices> {
  const [image, [flavor, second]] = await Promise.all([smallestImage(api, hasImages, oldest), smallestFlavors(api)]);
  return { image_id: image, flavor_id: flavor, ...(second === undefined ? {} : { resize_flavor_id: second }) };
}

async function smallestFlavors(api: CloudApi): Promise<[string, string | undefined]> {
  const answer = await api.must('choosing a flavor', 'member', 'compute', 'GET', '/flavors/detail');
  const flavors = (answer.flavors ?? []) as { id: string; ram: number; disk: number }[];
  const [smallest, second] = flavors.toSorted((a, b) => a.disk - b.disk || a.ram - b.ram);
  if (!smallest) throw new StageError('choosing a flavor: the cloud offers none to this project');
  return [smallest.id, second?.id];
}

async function smallestImage(api: CloudApi, hasImages: boolean, oldest: string): Promise<string> {
  // Nova's own image API ended with a later microversion, so a bare target is asked at the oldest one.
  const exchange = hasImages
    ? await api.ask('member', 'image', 'GET', '/images')
    : await api.ask('member', 'compute', 'GET', '/images/detail', undefined, oldest);
  const images = ((exchange.response.json as { images?: unknown } | undefined)?.images ?? []) as ImageView[];
  const sizeOf = (image: ImageView) => image.size ?? image['OS-EXT-IMG-SIZE:size'] ?? 0;
  // A fake may list its images without details.
  const { ready } = api.data.image;
  const usable = images.filter(({ status }) => status === undefined || ready.includes(status.toLowerCase()));
  const smallest = usable.toSorted((a, b) => (a.min_disk ?? 0) - (b.min_disk ?? 0) || sizeOf(a) - sizeOf(b))[0];
  if (!smallest) throw new StageError('choosing an image: the cloud offers no active one to this project');
  return smallest.id;
}

interface ImageView {
  id: string;
  status?: string;
  size?: number;
  min_disk?: number;
  'OS-EXT-IMG-SIZE:size'?: number;
}
