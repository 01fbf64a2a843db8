import type { Image } from '../glance/glance.ts';
import { ApiError } from '../http/api-error.ts';
import { isObject, type Json, objectAt, stringAt } from '../json.ts';
import type { Token } from '../keystone/token.ts';
import { repr, str } from '../python.ts';
import { volumeProperties } from '../unmodelled/cinder.ts';
import { refuseUnmodelled } from '../unmodelled/not-modelled.ts';
import type { Cinder, VolumeWish } from './cinder.ts';
import { malformed } from './respond.ts';
import type { VolumeType } from './volume.ts';

/** Reads the body of a volume creation; ApiError 400 or 404 where it asks for what cannot be. */
export function readWish(cinder: Cinder, token: Token, image: Image, body: Json | undefined): VolumeWish {
  if (!isObject(body) || !isObject(body.volume)) throw new ApiError(400, "'volume' is a required property");
  const wanted = objectAt(body, 'volume');
  refuseUnmodelled('Cinder', 'POST /volumes', wanted, volumeProperties);
  const snapshot = stringAt(wanted, 'snapshot_id');
  if (snapshot !== undefined) throw new ApiError(404, `Snapshot ${snapshot} could not be found.`);
  const sourceId = stringAt(wanted, 'source_volid');
  const source = sourceId === undefined ? undefined : cinder.volume(token, sourceId);
  const imageId = stringAt(wanted, 'imageRef');
  if (imageId !== undefined && imageId !== image.id) {
    throw new ApiError(400, 'Invalid image identifier or unable to access requested image.');
  }
  const zone = stringAt(wanted, 'availability_zone');
  if (zone !== undefined && zone !== 'nova') throw new ApiError(400, `Availability zone '${zone}' is invalid.`);
  const size = sizeOf(wanted.size ?? source?.size);
  if (source !== undefined && size < source.size) {
    throw new ApiError(
      400,
      `Invalid input received: Volume size ${size}GB cannot be smaller than original volume size ${source.size}GB. They must be >= original volume size.`,
    );
  }
  return {
    name: stringAt(wanted, 'name') ?? null,
    description: stringAt(wanted, 'description') ?? null,
    size,
    type:
      source !== undefined && wanted.volume_type === undefined ? source.type : typeNamed(cinder, wanted.volume_type),
    metadata: Object.fromEntries(
      Object.entries(objectAt(wanted, 'metadata')).filter(
        (pair): pair is [string, string] => typeof pair[1] === 'string',
      ),
    ),
    image: imageId === undefined ? undefined : image,
    source,
  };
}

/** The volume type by id or name; the default type where none is named. */
export function typeNamed(cinder: Cinder, wanted: Json | undefined): VolumeType {
  const found =
    wanted === undefined || wanted === null
      ? cinder.types[0]
      : cinder.types.find(({ id, name }) => id === wanted || name === wanted);
  if (found === undefined) throw new ApiError(404, `Volume type with name ${str(wanted)} could not be found.`);
  return found;
}

function sizeOf(value: Json | undefined): number {
  if (value === undefined || value === null) {
    throw new ApiError(400, malformed);
  }
  const size = typeof value === 'string' && /^[0-9]+$/.test(value) ? Number(value) : value;
  const refuse = (why: string): never => {
    throw new ApiError(400, `Invalid input for field/attribute size. Value: ${str(value)}. ${why}`);
  };
  if (typeof size === 'string') return refuse(`${repr(size)} does not match '^[0-9]+$'`);
  if (typeof size !== 'number' || !Number.isInteger(size)) return refuse(`${repr(value)} is not of type 'integer'`);
  return size < 1 ? refuse(`${size} is less than the minimum of 1`) : size;
}
