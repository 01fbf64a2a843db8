import { now } from '../../dates.ts';
import { ApiError } from '../../http/api-error.ts';
import { jsonReply, type Reply } from '../../http/reply.ts';
import { newHexId, newSecret, newUuid } from '../../ids.ts';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../../json.ts';
import { repr, str } from '../../python.ts';
import { refuseUnmodelled } from '../../unmodelled/not-modelled.ts';
import { serverProperties } from '../../unmodelled/nova.ts';
import { bodyObject, type Call } from '../api/call.ts';
import { originOf } from '../attachments/lookups.ts';
import { startBoot } from '../compute/boot.ts';
import type { Server } from '../server.ts';
import { needZone } from './availability-zones.ts';
import { giveDisksBack, takeDisks } from './boot-disks.ts';
import { type Flavor, flavors } from './flavors.ts';
import { hostnameOf } from './hostname.ts';
import { links } from './links.ts';
import { checkQuota } from './quotas.ts';
import { schedulable } from './scheduling.ts';
import { needMember } from './server-guards.ts';

/** Answers `POST /servers`; the server is built behind the answer. */
export function createServer(call: Call): Reply {
  const body = bodyObject(call);
  const wanted = body.server;
  if (!isObject(wanted)) throw new ApiError(400, "'server' is a required property");
  // Names of ways to choose them came with 2.37.
  if (call.minor < 37 && wanted.networks !== undefined && !Array.isArray(wanted.networks)) {
    throw new ApiError(
      400,
      `Invalid input for field/attribute networks. Value: ${str(wanted.networks)}. ${repr(wanted.networks)} is not of type 'array'`,
    );
  }
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
  refuseUnmodelled('Nova', 'POST /servers', wanted, serverProperties);
  const count = countOf(wanted);
  needZone(wanted.availability_zone);
  if (typeof wanted.key_name === 'string') throw new ApiError(400, 'Invalid key_name provided.');
  const flavor = flavorNamed(wanted.flavorRef);
  const quota = { instances: count, cores: count * flavor.vcpus, ram: count * flavor.ram };
  checkQuota(call.world, call.token.project?.id ?? '', quota);
  const reservationId = `r-${newHexId().slice(0, 8)}`;
  const servers = Array.from({ length: count }, (_, index) =>
    startServer(call, body, wanted, { flavor, reservationId, launchIndex: index, count }),
  );
  if (wanted.return_reservation_id === true) return jsonReply(202, { reservation_id: reservationId });
  // The first one stands for all of them.
  const [{ id }] = servers as [Server];
  const view = {
    id,
    links: links(call.world.url, 'servers', id),
    'OS-DCF:diskConfig': stringAt(wanted, 'OS-DCF:diskConfig') ?? 'MANUAL',
    security_groups: [{ name: 'default' }],
    adminPass: stringAt(wanted, 'adminPass') ?? newSecret(9),
  };
  return jsonReply(202, { server: view }, [['Location', `${call.world.url}/compute/v2.1/servers/${id}`]]);
}

/** What the servers of one request have in common, and the place of one among them. */
type Share = Pick<Server, 'flavor' | 'reservationId' | 'launchIndex'> & { readonly count: number };

function startServer(call: Call, body: JsonObject, wanted: JsonObject, share: Share): Server {
  const id = newUuid();
  const disks = takeDisks(call, wanted, id);
  const origin = { ...originOf(call), token: call.token };
  let server: Server;
  try {
    const imageId = disks.some(({ bootIndex }) => bootIndex === 0) ? null : imageOf(call, wanted);
    server = newServer(call, wanted, { id, imageId, ...share });
    startBoot(call.world, server, disks, { ...origin, schedulable: schedulable(call, body, disks) });
  } catch (error) {
    giveDisksBack(call, disks);
    throw error;
  }
  call.world.nova.servers.set(id, server);
  return server;
}

/** How many servers are made: as many as the project asks for at most, for there is always room. */
function countOf(wanted: JsonObject): number {
  const number = (key: string): number | undefined => {
    const value = wanted[key];
    const count = typeof value === 'string' && /^[0-9]+$/.test(value) ? Number(value) : value;
    if (count === undefined) return undefined;
    if (typeof count === 'number' && Number.isInteger(count) && count >= 1) return count;
    throw new ApiError(
      400,
      `Invalid input for field/attribute ${key}. Value: ${str(value)}. ${repr(value)} is not valid`,
    );
  };
  const least = number('min_count') ?? 1;
  const most = number('max_count') ?? least;
  if (least > most) throw new ApiError(400, 'min_count must be <= max_count');
  if (most > 1 && 'hostname' in wanted) {
    throw new ApiError(400, 'hostname cannot be specified when creating multiple servers');
  }
  return most;
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
    throw new ApiError(400, id === '' ? 'Missing imageRef attribute' : 'Invalid imageRef provided.');
  }
  if (!/^[0-9a-f-]{32,36}$/i.test(id)) {
    throw new ApiError(
      400,
      `Invalid input for field/attribute imageRef. Value: ${id}. ${repr(id)} is not valid under any of the given schemas`,
    );
  }
  if (id !== call.world.image.id) throw new ApiError(400, 'Can not find requested image');
  return id;
}

function newServer(
  call: Call,
  wanted: JsonObject,
  { id, flavor, imageId, reservationId, launchIndex, count }: Pick<Server, 'id' | 'imageId'> & Share,
): Server {
  const moment = now();
  const given = stringAt(wanted, 'name') ?? '';
  const name = count > 1 ? `${given}-${launchIndex + 1}` : given;
  return {
    id,
    name,
    // Before descriptions could be given, the name was taken for one.
    description: call.minor < 19 ? name : (stringAt(wanted, 'description') ?? null),
    hostname: stringAt(wanted, 'hostname') ?? hostnameOf(name, id),
    // Without a word of networks, or with `auto`, Nova takes the only one there is.
    network: wanted.networks === undefined || wanted.networks === 'auto' ? call.world.nova.addresses.give() : null,
    accessIPv4: stringAt(wanted, 'accessIPv4') ?? '',
    accessIPv6: stringAt(wanted, 'accessIPv6') ?? '',
    diskConfig: wanted['OS-DCF:diskConfig'] === 'AUTO' ? 'AUTO' : 'MANUAL',
    userData: stringAt(wanted, 'user_data') ?? null,
    reservationId,
    launchIndex,
    pinnedZone: stringAt(wanted, 'availability_zone')?.split(':')[0] ?? null,
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
    lockedBy: null,
    host: null,
    createdAt: moment,
    updatedAt: moment,
    launchedAt: null,
    fault: null,
    rows: [],
    actions: [],
  };
}
