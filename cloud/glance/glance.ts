import { newUuid } from '../ids.ts';

/** The one image of the cloud. */
export interface Image {
  readonly id: string;
  readonly name: string;
  readonly createdAt: Date;
}

/** Makes the image of a fresh cloud; its id stays the same until the cloud stops. */
export function createImage(): Image {
  return { id: newUuid(), name: 'tiny', createdAt: new Date() };
}
