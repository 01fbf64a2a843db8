import type { CinderAttachment, Volume } from '../../cinder/volume.ts';
import type { World } from '../../world.ts';
import type { Server, VmState } from '../server.ts';
import { HOSTS } from './boot.ts';
import { connectAgain, reload } from './reload.ts';

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
  readonly tasks: readonly string[] | ((server: Server) => readonly string[]);
  readonly to: VmState | ((server: Server) => VmState);
  /** 1 running, 3 paused, 4 shut down. */
  readonly power: number;
  /** What else changes, at the end. */
  readonly effect?: (world: World, server: Server) => void | Promise<void>;
}

/** The task of a server that loses its host. */
export const OFFLOADING_TASK = 'shelving_offloading';

/** The loss of the host: an admin's action, or what follows a shelve. */
export const offloading: Transition = {
  key: 'shelveOffload',
  name: 'shelveOffload',
  action: 'shelveOffload',
  policy: 'os-shelve:shelve_offload',
  adminOnly: true,
  from: ['shelved'],
  tasks: [OFFLOADING_TASK],
  to: 'shelved_offloaded',
  power: 4,
  effect: offload,
};

/** What a resize and a migration have in common; the longest of all, most of it in the first task. */
const moving = {
  from: ['active', 'stopped'],
  tasks: [...Array<string>(12).fill('resize_prep'), 'resize_migrating', 'resize_migrated', 'resize_finish'],
  to: 'resized',
  power: 1,
  effect: moveHost,
} as const satisfies Partial<Transition>;

/** A start anew from the image; a stopped server is stopped again. */
export const rebuilding: Transition = {
  key: 'rebuild',
  name: 'rebuild',
  action: 'rebuild',
  policy: 'servers:rebuild',
  from: ['active', 'stopped', 'error'],
  tasks: ['rebuilding', 'rebuild_block_device_mapping', 'rebuild_spawning'],
  to: server => (server.vmState === 'stopped' ? 'stopped' : 'active'),
  power: 1,
  effect: reconnect,
};

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
  offloading,
  {
    key: 'unshelve',
    name: 'unshelve',
    action: 'unshelve',
    policy: 'os-shelve:unshelve',
    from: ['shelved', 'shelved_offloaded'],
    // On the host that it never left it is only started again.
    tasks: ({ vmState }) => ['unshelving', vmState === 'shelved' ? 'powering-on' : 'spawning'],
    to: 'active',
    power: 1,
    effect: reload,
  },
  {
    key: 'resize',
    name: 'resize',
    action: 'resize',
    policy: 'servers:resize',
    ...moving,
  },
  {
    key: 'migrate',
    name: 'migrate',
    action: 'migrate',
    policy: 'os-migrate-server:migrate',
    adminOnly: true,
    ...moving,
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

/** The host lets go of the volumes and takes them again, each with a new attachment (`nova/compute/manager.py@34`). */
async function reconnect(world: World, server: Server): Promise<void> {
  promiseAgain(world, server);
  await connectAgain(world, server);
}

/** The host lets go: each volume is only promised to the server from here on. */
function offload(world: World, server: Server): void {
  server.host = null;
  promiseAgain(world, server);
}

/** Exchanges each attachment for a new one that nothing is connected to yet. */
function promiseAgain(world: World, server: Server): void {
  for (const row of server.rows) {
    const volume = row.volumeId === null ? undefined : world.cinder.volumes.get(row.volumeId);
    if (volume === undefined || row.attachmentId === null) continue;
    const promise = promised(world, volume, server);
    if (promise === undefined) continue;
    world.cinder.remove(row.attachmentId);
    row.attachmentId = promise.id;
  }
}

/** Cinder refuses a volume that is being detached, or that hangs: it stays as it is. */
function promised({ cinder }: World, volume: Volume, server: Server): CinderAttachment | undefined {
  try {
    return cinder.reserve(volume, server.id);
  } catch {
    return undefined;
  }
}
