import { now } from '../../dates.ts';
import { ApiError } from '../../http/api-error.ts';
import { jsonReply, type Reply } from '../../http/reply.ts';
import { newSecret, newUuid } from '../../ids.ts';
import { isObject, type Json, type JsonObject, objectAt, stringAt } from '../../json.ts';
import { repr, str } from '../../python.ts';
import { bodyObject, type Call } from '../api/call.ts';
import { originOf } from '../attachments/lookups.ts';
import { startBoot } from '../compute/boot.ts';
import type { Server } from '../server.ts';
import { giveDisksBack, takeDisks } from './boot-disks.ts';
import { type Flavor, flavors } from './flavors.ts';
import { links } from './links.ts';
import { checkQuota } from './quotas.ts';
import { schedulable } from './scheduling.ts';
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
  checkQuota(call.world, call.token.project?.id ?? '', { instances: 1, cores: flavor.vcpus, ram: flavor.ram });
  const id = newUuid();
  const disks = takeDisks(call, wanted, id);
  const origin = { ...originOf(call), token: call.token };
  let server: Server;
  try {
    const imageId = disks.some(({ bootIndex }) => bootIndex === 0) ? null : imageOf(call, wanted);
    server = newServer(call, wanted, { id, flavor, imageId });
    startBoot(call.world, server, disks, { ...origin, schedulable: schedulable(call, body, disks) });
  } catch (error) {
    giveDisksBack(call, disks);
    throw error;
  }
  call.world.nova.servers.set(id, server);
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

function newServer(
  call: Call,
  wanted: JsonObject,
  { id, flavor, imageId }: Pick<Server, 'id' | 'flavor' | 'imageId'>,
): Server {
  const moment = now();
  return {
    id,
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
    createdAt: moment,
    updatedAt: moment,
    launchedAt: null,
    fault: null,
    rows: [],
    actions: [],
  };
}
