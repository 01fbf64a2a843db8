import type { Volume } from '../../cinder/volume.ts';
import { ApiError } from '../../http/api-error.ts';
import { jsonReply, type Reply } from '../../http/reply.ts';
import { newSecret, newUuid } from '../../ids.ts';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../../json.ts';
import { repr, str } from '../../python.ts';
import { bodyObject, type Call } from '../api/call.ts';
import { originOf } from '../attachments/lookups.ts';
import { type BootDisk, startBoot } from '../compute/boot.ts';
import type { Server } from '../server.ts';
import { type Flavor, flavors } from './flavors.ts';
import { links } from './links.ts';
import { needMember } from './server-guards.ts';

/** Answers `POST /servers`; the server is built behind the answer. */
export function createServer(call: Call): Reply {
  const body = bodyObject(call);
  const wanted = body.server;
  if (!isObject(wanted)) throw new ApiError(400, "'server' is a required property");
  const missing = ['name', 'flavorRef', ...(call.minor >= 37 ? ['networks'] : [])].find(
    key => wanted[key] === undefined,
  );
  if (missing !== undefined) {
    throw new ApiError(
      400,
      `Invalid input for field/attribute server. Value: ${repr(wanted)}. '${missing}' is a required property`,
    );
  }
  needMember(call, call.token.project?.id, 'servers:create');
  const flavor = flavorNamed(wanted.flavorRef);
  const disks = disksOf(call, wanted);
  const server = newServer(
    call,
    wanted,
    flavor,
    disks.some(({ bootIndex }) => bootIndex === 0) ? null : imageOf(call, wanted),
  );
  call.world.nova.servers.set(server.id, server);
  const hints = objectAt(body, 'os:scheduler_hints');
  startBoot(call.world, server, disks, { ...originOf(call), token: call.token, schedulable: schedulable(call, hints) });
  const view = {
    id: server.id,
    links: links(call.world.url, 'servers', server.id),
    'OS-DCF:diskConfig': 'MANUAL',
    security_groups: [{ name: 'default' }],
    adminPass: newSecret(9),
  };
  const location = `${call.world.url}/compute/v2.1/servers/${server.id}`;
  return jsonReply(202, { server: view }, [['Location', location]]);
}

/** The flavor by id or link; ApiError 400 where there is none. */
export function flavorNamed(reference: Json | undefined): Flavor {
  const id = str(reference).split('/').at(-1);
  const found = flavors.find(flavor => flavor.id === id);
  if (found === undefined) throw new ApiError(400, `Flavor ${str(reference)} could not be found.`);
  return found;
}

function imageOf(call: Call, wanted: JsonObject): string {
  const id = stringAt(wanted, 'imageRef')?.split('/').at(-1);
  if (id === undefined || id === '') {
    throw new ApiError(400, 'Invalid imageRef provided.');
  }
  if (id !== call.world.image.id) throw new ApiError(400, 'Can not find requested image');
  return id;
}

/** A hint to share a host with an unknown server cannot be met: the way to a server that fails in scheduling. */
function schedulable(call: Call, hints: JsonObject): boolean {
  const same = hints.same_host;
  const ids = Array.isArray(same) ? same : same === undefined ? [] : [same];
  return ids.length === 0 || ids.some(id => typeof id === 'string' && call.world.nova.servers.has(id));
}

function newServer(call: Call, wanted: JsonObject, flavor: Flavor, imageId: string | null): Server {
  const now = new Date();
  return {
    id: newUuid(),
    name: stringAt(wanted, 'name') ?? '',
    description: stringAt(wanted, 'description') ?? null,
    projectId: call.token.project?.id ?? '',
    userId: call.token.user.id,
    imageId,
    flavor,
    beforeResize: null,
    metadata: Object.fromEntries(Object.entries(objectAt(wanted, 'metadata')).map(([key, value]) => [key, str(value)])),
    tags: Array.isArray(wanted.tags) ? wanted.tags.map(String) : [],
    keyName: stringAt(wanted, 'key_name') ?? null,
    vmState: 'building',
    taskState: 'scheduling',
    powerState: 0,
    locked: false,
    lockedReason: null,
    host: null,
    createdAt: now,
    updatedAt: now,
    launchedAt: null,
    fault: null,
    rows: [],
    actions: [],
  };
}

function disksOf(call: Call, wanted: JsonObject): BootDisk[] {
  const mapping = wanted.block_device_mapping_v2;
  const disks = Array.isArray(mapping) ? mapping.filter(isObject) : [];
  return disks
    .filter(disk => disk.destination_type === 'volume' || disk.source_type === 'volume')
    .map(disk => ({
      bootIndex: bootIndexOf(disk.boot_index),
      volume: sourceVolume(call, disk),
      size: typeof disk.volume_size === 'number' ? disk.volume_size : Number(disk.volume_size ?? 1),
      device: stringAt(disk, 'device_name') ?? null,
      tag: stringAt(disk, 'tag') ?? null,
      deleteOnTermination: disk.delete_on_termination === true,
    }));
}

function bootIndexOf(value: Json | undefined): number | null {
  const index = value === null || value === undefined ? Number.NaN : Number(value);
  return Number.isNaN(index) || index < 0 ? null : index;
}

/** The volume that a disk names; undefined where one is to be made from an image or blank. */
function sourceVolume(call: Call, disk: JsonObject): Volume | undefined {
  const id = stringAt(disk, 'uuid') ?? '';
  if (disk.source_type !== 'volume') return undefined;
  let volume: Volume;
  try {
    volume = call.world.cinder.volume(call.token, id);
  } catch {
    throw new ApiError(400, `Block Device Mapping is Invalid: failed to get volume ${id}.`);
  }
  const shared = volume.type.multiattach && call.minor >= 60;
  if (volume.status !== 'available' && !shared) {
    throw new ApiError(
      400,
      `Invalid volume: volume '${id}' status must be 'available'. Currently in '${volume.status}'`,
    );
  }
  return volume;
}
