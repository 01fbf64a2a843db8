import { ApiError } from '../../http/api-error.ts';
import { emptyReply, type Reply } from '../../http/reply.ts';
import { newSecret } from '../../ids.ts';
import { type Json, objectAt, stringAt } from '../../json.ts';
import { notModelled } from '../../unmodelled/not-modelled.ts';
import { serverActions } from '../../unmodelled/nova.ts';
import { bodyObject, type Call } from '../api/call.ts';
import { checkBody } from '../api/common-steps.ts';
import { novaJson } from '../api/respond.ts';
import { originOf } from '../attachments/lookups.ts';
import { startEvent } from '../compute/actions-log.ts';
import { type Transition, transitions } from '../compute/lifecycle.ts';
import { softDelete, terminate } from '../compute/terminate.ts';
import { startTransition } from '../compute/transit.ts';
import type { Server } from '../server.ts';
import { needZone } from './availability-zones.ts';
import { flavorNamed } from './create-server.ts';
import { checkQuota } from './quotas.ts';
import { rebuild } from './rebuild.ts';
import { needIdle, needPolicy, needState, needUnlocked } from './server-guards.ts';
import { actionSchemas } from './server-schemas.ts';

/** Answers `POST /servers/{id}/action`. */
export function serverAction(call: Call): Reply {
  const body = bodyObject(call);
  const keys = Object.keys(body);
  const [key = ''] = keys;
  if (keys.length !== 1) throw new ApiError(400, 'Malformed request body');
  const schemas = actionSchemas.get(key);
  if (schemas !== undefined) checkBody(call, schemas);
  const special = specials.get(key);
  if (special !== undefined) return special(call, body[key]);
  const transition = transitions.find(candidate => candidate.key === key);
  if (transition === undefined && serverActions.has(key)) throw notModelled('Nova', `the server action ${key}`);
  if (transition === undefined) throw new ApiError(400, `There is no such action: ${key}`);
  return transit(call, transition, body[key]);
}

function transit(call: Call, transition: Transition, options: Json | undefined): Reply {
  const { server, world } = call;
  const flavor = transition.key === 'resize' ? flavorNamed(objectAt({ options }, 'options').flavorRef) : undefined;
  needPolicy(call, transition.policy, transition.adminOnly);
  needUnlocked(call);
  needState(call, transition.name, transition.from);
  needIdle(call, transition.name);
  if (transition.key === 'rescue' && server.imageId === null) {
    throw new ApiError(400, `Instance ${server.id} cannot be rescued: Cannot rescue a volume-backed instance`);
  }
  if (transition.key === 'migrate') server.beforeResize = { flavor: server.flavor, vmState: server.vmState };
  if (transition.key === 'unshelve') checkUnshelve(call, objectAt({ options }, 'options').availability_zone);
  if (flavor !== undefined) {
    if (flavor === server.flavor) throw new ApiError(400, 'When resizing, instances must change flavor!');
    const { ram, vcpus } = server.flavor;
    checkQuota(world, server.projectId, { instances: 0, cores: flavor.vcpus - vcpus, ram: flavor.ram - ram });
    server.beforeResize = { flavor: server.flavor, vmState: server.vmState };
    server.flavor = flavor;
  }
  startTransition(world, server, transition, originOf(call));
  if (transition.key === 'rescue') {
    return novaJson(call, 200, { adminPass: stringAt(options, 'adminPass') ?? newSecret(9) });
  }
  return transition.key === 'confirmResize' ? gone() : accepted();
}

/** A place can only be chosen for a server that has none. */
function checkUnshelve({ server }: Call, zone: Json | undefined): void {
  if (typeof zone !== 'string') return;
  if (server.vmState !== 'shelved_offloaded') {
    throw new ApiError(
      409,
      `Specifying an availability zone or a host when unshelving server "${server.id}" with status "${server.vmState}" is not supported. The server status must be SHELVED_OFFLOADED.`,
    );
  }
  needZone(zone);
}

type Special = (call: Call, options: Json | undefined) => Reply;

/** As whom the caller locks: an admin may lock the servers of others. */
function ownerOf({ token, server }: Call): 'owner' | 'admin' {
  return token.project?.id === server.projectId ? 'owner' : 'admin';
}

const specials = new Map<string, Special>([
  ['rebuild', rebuild],
  [
    'lock',
    (call, options) => {
      needPolicy(call, 'os-lock-server:lock');
      call.world.nova.record(call.server, 'lock', originOf(call));
      call.server.locked = true;
      call.server.lockedReason = call.minor >= 73 ? (stringAt(options, 'locked_reason') ?? null) : null;
      call.server.lockedBy = ownerOf(call);
      return accepted();
    },
  ],
  [
    'unlock',
    call => {
      needPolicy(call, 'os-lock-server:unlock');
      const by = call.server.lockedBy;
      if (by !== null && by !== ownerOf(call)) needPolicy(call, 'os-lock-server:unlock:unlock_override', true);
      call.world.nova.record(call.server, 'unlock', originOf(call));
      call.server.locked = false;
      call.server.lockedBy = null;
      call.server.lockedReason = null;
      call.world.behaviour.effects.afterAction(call.server, 'unlock');
      return accepted();
    },
  ],
  [
    'reboot',
    (call, options) => {
      const type = stringAt(options, 'type')?.toUpperCase();
      needPolicy(call, 'servers:reboot');
      needUnlocked(call);
      needState(call, 'reboot', type === 'SOFT' ? ['active'] : ['active', 'paused', 'stopped', 'suspended', 'error']);
      needIdle(call, 'reboot');
      const tasks =
        type === 'SOFT'
          ? [...lasting('rebooting'), 'reboot_pending', 'reboot_started']
          : [...lasting('rebooting_hard'), 'reboot_pending_hard', 'reboot_started_hard'];
      startTransition(
        call.world,
        call.server,
        {
          key: 'reboot',
          name: 'reboot',
          action: 'reboot',
          policy: 'servers:reboot',
          from: [],
          tasks,
          to: 'active',
          power: 1,
        },
        originOf(call),
      );
      return accepted();
    },
  ],
  [
    'os-resetState',
    (call, options) => {
      needPolicy(call, 'os-admin-actions:reset_state', true);
      call.world.nova.record(call.server, 'resetState', originOf(call));
      call.server.vmState = stringAt(options, 'state') === 'active' ? 'active' : 'error';
      call.server.taskState = null;
      return accepted();
    },
  ],
  [
    'forceDelete',
    call => {
      needPolicy(call, 'os-deferred-delete:force');
      needUnlocked(call);
      call.world.nova.record(call.server, 'delete', originOf(call));
      terminate(call.world, call.server);
      return accepted();
    },
  ],
]);

/** Answers `DELETE /servers/{id}`: a server that was launched once can be restored for a while. */
export function deleteServer(call: Call): Reply {
  const { world, server } = call;
  needPolicy(call, 'servers:delete');
  needUnlocked(call);
  // Nova ignores a deletion of a server that is being deleted.
  if (server.taskState === 'deleting') return gone();
  const action = world.nova.record(server, 'delete', originOf(call));
  if (world.deployment.reclaimSeconds > 0 && reclaimable(server)) {
    const finish = startEvent(action, 'compute_soft_delete_instance', server.host);
    softDelete(world, server);
    finish('Success');
  } else {
    terminate(world, server);
  }
  return gone();
}

function reclaimable(server: Server): boolean {
  return server.launchedAt !== null && server.vmState !== 'building';
}

/** A task that takes much longer than one step, as the first one of a reboot does. */
function lasting(task: string): string[] {
  return Array<string>(12).fill(task);
}

function gone(): Reply {
  return emptyReply(204, [['Content-Type', 'application/json']]);
}

function accepted(): Reply {
  return emptyReply(202, [['Content-Type', 'application/json']]);
}
