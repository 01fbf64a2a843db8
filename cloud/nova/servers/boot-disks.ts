import type { CinderAttachment, Volume } from '../../cinder/volume.ts';
import { ApiError } from '../../http/api-error.ts';
import { isObject, type Json, type JsonObject, stringAt } from '../../json.ts';
import type { Call } from '../api/call.ts';
import { cinderText } from '../compute/attach.ts';
import type { BootDisk } from '../compute/boot.ts';

/**
 * Reads the disks of a new server and lets Cinder promise the volumes that it names, all of them or none; ApiError 400
 * where one cannot be had.
 */
export function takeDisks(call: Call, wanted: JsonObject, serverId: string): BootDisk[] {
  const mapping = wanted.block_device_mapping_v2;
  const asked = (Array.isArray(mapping) ? mapping.filter(isObject) : []).filter(
    disk => disk.destination_type === 'volume' || disk.source_type === 'volume',
  );
  const volumes = asked.map(disk => namedVolume(call, disk));
  const promises: (CinderAttachment | undefined)[] = [];
  try {
    for (const volume of volumes) promises.push(volume && promiseOf(call, volume, serverId));
  } catch (error) {
    for (const promise of promises) if (promise !== undefined) call.world.cinder.remove(promise.id);
    throw error;
  }
  return asked.map((disk, index) => {
    const volume = volumes[index];
    const promise = promises[index];
    return {
      bootIndex: bootIndexOf(disk.boot_index),
      given: volume === undefined || promise === undefined ? undefined : { volume, promise },
      size: typeof disk.volume_size === 'number' ? disk.volume_size : Number(disk.volume_size ?? 1),
      device: stringAt(disk, 'device_name') ?? null,
      tag: stringAt(disk, 'tag') ?? null,
      deleteOnTermination: disk.delete_on_termination === true,
    };
  });
}

/** Gives back what was promised to a server that is not made after all. */
export function giveDisksBack(call: Call, disks: readonly BootDisk[]): void {
  for (const { given } of disks) if (given !== undefined) call.world.cinder.remove(given.promise.id);
}

function bootIndexOf(value: Json | undefined): number | null {
  const index = value === null || value === undefined ? Number.NaN : Number(value);
  return Number.isNaN(index) || index < 0 ? null : index;
}

/** The volume that a disk names; undefined where one is to be made from an image or blank. */
function namedVolume(call: Call, disk: JsonObject): Volume | undefined {
  if (disk.source_type !== 'volume') return undefined;
  const id = stringAt(disk, 'uuid') ?? '';
  let volume: Volume;
  try {
    volume = call.world.cinder.volume(call.token, id);
  } catch {
    throw new ApiError(400, `Block Device Mapping is Invalid: failed to get volume ${id}.`);
  }
  if (bootIndexOf(disk.boot_index) === 0 && !volume.bootable) {
    throw new ApiError(400, `Block Device ${id} is not bootable.`);
  }
  if (volume.type.multiattach && call.minor < 60) {
    throw new ApiError(400, 'Multiattach volumes are only supported starting with compute API version 2.60.');
  }
  return volume;
}

function promiseOf(call: Call, volume: Volume, serverId: string): CinderAttachment {
  try {
    return call.world.cinder.reserve(volume, serverId);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    throw new ApiError(400, `Invalid volume: Invalid input received: ${cinderText(error, call.exchange)}`);
  }
}
