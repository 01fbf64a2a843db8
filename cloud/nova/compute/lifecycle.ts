import type { World } from '../../world.ts';
import type { Server, VmState } from '../server.ts';
import { type Origin, startEvent } from './actions-log.ts';
import { HOSTS } from './boot.ts';
import { pickDevice } from './devices.ts';

/** A server action that takes a server from some vm_states to another, with task_states on the way. */
export interface Transition {
  /** The key in the body of `POST /servers/{id}/action`. */
  readonly key: string;
  /** The name in a refusal. */
  readonly name: string;
  /** The name of the instance action. */
  readonly action: string;
  readonly policy: string;
  readonly adminOnly?: boolean;
  readonly from: readonly VmState[];
  /** The task_states of the server, one a step. */
  readonly tasks: readonly string[];
  readonly to: VmState | ((server: Server) => VmState);
  /** 1 running, 3 paused, 4 shut down. */
  readonly power: number;
  /** What else changes, at the end. */
  readonly effect?: (world: World, server: Server) => void | Promise<void>;
}

/** The transitions; a table (states after Nova's decorators, `nova/compute/api.py@master`). */
export const transitions: readonly Transition[] = [
  {
    key: 'pause',
    name: 'pause',
    action: 'pause',
    policy: 'os-pause-server:pause',
    from: ['active'],
    tasks: ['pausing'],
    to: 'paused',
    power: 3,
  },
  {
    key: 'unpause',
    name: 'unpause',
    action: 'unpause',
    policy: 'os-pause-server:unpause',
    from: ['paused'],
    tasks: ['unpausing'],
    to: 'active',
    power: 1,
  },
  {
    key: 'suspend',
    name: 'suspend',
    action: 'suspend',
    policy: 'os-suspend-server:suspend',
    from: ['active'],
    tasks: ['suspending'],
    to: 'suspended',
    power: 4,
  },
  {
    key: 'resume',
    name: 'resume',
    action: 'resume',
    policy: 'os-suspend-server:resume',
    from: ['suspended'],
    tasks: ['resuming'],
    to: 'active',
    power: 1,
  },
  {
    key: 'os-stop',
    name: 'stop',
    action: 'stop',
    policy: 'servers:stop',
    from: ['active', 'error'],
    tasks: ['powering-off'],
    to: 'stopped',
    power: 4,
  },
  {
    key: 'os-start',
    name: 'start',
    action: 'start',
    policy: 'servers:start',
    from: ['stopped'],
    tasks: ['powering-on'],
    to: 'active',
    power: 1,
  },
  {
    key: 'rescue',
    name: 'rescue',
    action: 'rescue',
    policy: 'os-rescue',
    from: ['active', 'stopped', 'error'],
    tasks: ['rescuing'],
    to: 'rescued',
    power: 1,
  },
  {
    key: 'unrescue',
    name: 'unrescue',
    action: 'unrescue',
    policy: 'os-unrescue',
    from: ['rescued'],
    tasks: ['unrescuing'],
    to: 'active',
    power: 1,
  },
  {
    key: 'shelve',
    name: 'shelve',
    action: 'shelve',
    policy: 'os-shelve:shelve',
    from: ['active', 'stopped', 'paused', 'suspended'],
    tasks: ['shelving', 'shelving_image_pending_upload', 'shelving_image_uploading'],
    // A server without a local disk has nothing to keep on its host.
    to: server => (server.imageId === null ? 'shelved_offloaded' : 'shelved'),
    power: 4,
    effect: (world, server) => (server.imageId === null ? offload(world, server) : undefined),
  },
  {
    key: 'shelveOffload',
    name: 'shelveOffload',
    action: 'shelveOffload',
    policy: 'os-shelve:shelve_offload',
    adminOnly: true,
    from: ['shelved'],
    tasks: ['shelving_offloading'],
    to: 'shelved_offloaded',
    power: 4,
    effect: offload,
  },
  {
    key: 'unshelve',
    name: 'unshelve',
    action: 'unshelve',
    policy: 'os-shelve:unshelve',
    from: ['shelved', 'shelved_offloaded'],
    tasks: ['unshelving', 'spawning'],
    to: 'active',
    power: 1,
    effect: reload,
  },
  {
    key: 'resize',
    name: 'resize',
    action: 'resize',
    policy: 'servers:resize',
    from: ['active', 'stopped'],
    tasks: ['resize_prep', 'resize_migrating', 'resize_migrated', 'resize_finish'],
    to: 'resized',
    power: 1,
    effect: moveHost,
  },
  {
    key: 'confirmResize',
    name: 'confirmResize',
    action: 'confirmResize',
    policy: 'servers:confirm_resize',
    from: ['resized'],
    tasks: [],
    to: afterResize,
    power: 1,
    effect: forgetResize,
  },
  {
    key: 'revertResize',
    name: 'revertResize',
    action: 'revertResize',
    policy: 'servers:revert_resize',
    from: ['resized'],
    tasks: ['resize_reverting'],
    to: afterResize,
    power: 1,
    effect: revert,
  },
  {
    key: 'restore',
    name: 'restore',
    action: 'restore',
    policy: 'os-deferred-delete:restore',
    from: ['soft-delete'],
    tasks: ['restoring'],
    to: 'active',
    power: 1,
  },
];

/** Takes a server through a transition behind the answer. */
export function startTransition(world: World, server: Server, transition: Transition, origin: Origin): void {
  const action = world.nova.record(server, transition.action, origin);
  const tasks = [transition.tasks[0] ?? null, ...transition.tasks.slice(1)];
  const finish = startEvent(action, `compute_${transition.action.toLowerCase()}_instance`, server.host);
  server.taskState = tasks[0] ?? null;
  world.clock.background(async () => {
    for (const task of tasks) {
      server.taskState = task;
      await world.clock.step();
      // A deletion or a reset of the state takes the server out of the host's hands.
      if (server.taskState !== task) return finish('Error');
    }
    await world.clock.step();
    if (server.taskState !== (tasks.at(-1) ?? null)) return finish('Error');
    const to = typeof transition.to === 'function' ? transition.to(server) : transition.to;
    await transition.effect?.(world, server);
    server.vmState = to;
    server.taskState = null;
    server.powerState = to === 'stopped' ? 4 : transition.power;
    server.updatedAt = new Date();
    finish('Success');
  });
}

function afterResize(server: Server): VmState {
  return server.beforeResize?.vmState ?? 'active';
}

function forgetResize(_world: World, server: Server): void {
  server.beforeResize = null;
}

function moveHost(_world: World, server: Server): void {
  server.host = server.host === HOSTS[0] ? HOSTS[1] : HOSTS[0];
}

function revert(world: World, server: Server): void {
  if (server.beforeResize !== null) server.flavor = server.beforeResize.flavor;
  server.beforeResize = null;
  moveHost(world, server);
}

/** The host lets go: each volume is only promised to the server from here on. */
function offload(world: World, server: Server): void {
  server.host = null;
  for (const row of server.rows) {
    const volume = row.volumeId === null ? undefined : world.cinder.volumes.get(row.volumeId);
    if (volume === undefined || row.attachmentId === null) continue;
    world.cinder.remove(row.attachmentId);
    row.attachmentId = world.cinder.reserve(volume, server.id).id;
  }
}

/** The server gets a host again, and with it its volumes; those attached meanwhile get their device. */
async function reload(world: World, server: Server): Promise<void> {
  server.host = HOSTS[0];
  for (const row of server.rows) {
    if (row.attachmentId === null) continue;
    if (row.device === null && world.behaviour.effects.namesDeviceOnUnshelve)
      row.device = pickDevice(server, null) ?? null;
    world.cinder.connect(row.attachmentId, server.host, row.device);
    await world.clock.step();
    world.cinder.complete(row.attachmentId);
  }
}
