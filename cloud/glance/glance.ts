import { createHash } from 'node:crypto';
import { newUuid } from '../ids.ts';

/** The one image of the cloud. */
export interface Image {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** Bytes of the image. */
export const IMAGE_BYTES = 1024;

/** The checksum of so many zeros. */
export const IMAGE_CHECKSUM = '0f343b0931126a20f133d67c2b018a3b';

/** The longer one that Glance gives today. */
export const IMAGE_HASH = {
  algo: 'sha512',
  value: createHash('sha512').update(Buffer.alloc(IMAGE_BYTES)).digest('hex'),
};

/** What a volume that holds an image says of it. */
export function imageMetadataOf({ id, name }: Image): Map<string, string> {
  return new Map([
    ['image_id', id],
    ['image_name', name],
    ['checksum', IMAGE_CHECKSUM],
    ['container_format', 'bare'],
    ['disk_format', 'raw'],
    ['min_disk', '0'],
    ['min_ram', '0'],
    ['size', String(IMAGE_BYTES)],
  ]);
}

/** Makes the image of a fresh cloud; its id stays the same until the cloud stops. */
export function createImage(): Image {
  return { id: newUuid(), name: 'tiny', createdAt: new Date() };
}
