import { ApiError } from '../http/api-error.ts';
import { type Json, objectAt, stringAt } from '../json.ts';
import { repr } from '../python.ts';
import type { Volume } from './volume.ts';
import { texts } from './volume-metadata.ts';

const changeable = ['name', 'description', 'display_name', 'display_description', 'metadata'];

/** Carries out `PUT /volumes/{id}`; ApiError 400 where it changes nothing, or what cannot be changed. */
export function updateVolume(volume: Volume, body: Json | undefined): void {
  const wanted = objectAt(body, 'volume');
  const refuse = (why: string): never => {
    throw new ApiError(400, `Invalid input for field/attribute volume. Value: ${repr(wanted)}. ${why}`);
  };
  const others = Object.keys(wanted).filter(key => !changeable.includes(key));
  if (others.length > 0) {
    refuse(
      `Additional properties are not allowed (${others.map(repr).join(', ')} ${others.length === 1 ? 'was' : 'were'} unexpected)`,
    );
  }
  if (Object.keys(wanted).length === 0) refuse('{} is not valid under any of the given schemas');
  volume.name = stringAt(wanted, 'name') ?? stringAt(wanted, 'display_name') ?? volume.name;
  volume.description = stringAt(wanted, 'description') ?? stringAt(wanted, 'display_description') ?? volume.description;
  if ('metadata' in wanted) volume.metadata = texts(wanted, 'metadata');
  volume.updatedAt = new Date();
}
