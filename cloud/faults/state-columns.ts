import { ApiError } from '../http/api-error.ts';
import type { Call } from '../nova/api/call.ts';
import { novaJson } from '../nova/api/respond.ts';
import type { Step } from '../nova/api/step.ts';
import type { VmState } from '../nova/server.ts';
import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';
import { insertBefore, rewrite } from './patching.ts';

const fault = ofKind('state');

/** Vm_states that last; a deleted server has faults of its own. */
const states: readonly VmState[] = [
  'active',
  'building',
  'paused',
  'suspended',
  'stopped',
  'rescued',
  'resized',
  'soft-delete',
  'error',
  'shelved',
  'shelved_offloaded',
];

/** The vm_states in which a swap is accepted by the releases that let an admin swap at all. */
const openToSwap: readonly VmState[] = ['active', 'paused', 'resized'];

/** Vm_states in which a Nova could forget what is attached, because it has no guest there. */
const guestless: readonly VmState[] = ['suspended', 'soft-delete', 'error', 'shelved_offloaded'];

/** The operations, each with its sequence and which of its calls are meant. */
const operations = [
  { name: 'list', sequence: 'list', meant: () => true },
  { name: 'show', sequence: 'show', meant: () => true },
  { name: 'attach', sequence: 'create', meant: () => true },
  { name: 'detach', sequence: 'delete', meant: () => true },
  { name: 'update', sequence: 'update', meant: (call: Call) => !call.swaps },
  { name: 'swap', sequence: 'update', meant: (call: Call) => call.swaps },
] as const;

/** Mistakes about the states of servers in list, show, update and swap, and about servers that are gone, cell by cell. */
export const stateColumnFaults: readonly Fault[] = [
  ...states.map(state =>
    fault(`list-in-${state}-refused`, `List is refused in vm_state ${state}.`, `list.state.${state}`, b =>
      insertBefore(b.sequences.list, 'answer', 'vm-state', refuseIn(state, 'list')),
    ),
  ),
  ...states.map(state =>
    fault(`show-in-${state}-refused`, `Show is refused in vm_state ${state}.`, `show.state.${state}`, b =>
      insertBefore(b.sequences.show, 'attachment', 'vm-state', refuseIn(state, 'show')),
    ),
  ),
  ...states.map(state =>
    fault(
      `update-in-${state}-refused`,
      `Update of the flag is refused in vm_state ${state}.`,
      `update.state.${state}`,
      b => insertBefore(b.sequences.update, 'row', 'update-state', refuseIn(state, 'update')),
    ),
  ),
  ...guestless.map(state =>
    fault(`list-in-${state}-empty`, `List shows nothing in vm_state ${state}.`, `list.state.${state}`, b =>
      rewrite(b.sequences.list, 'answer', run => call => {
        const { views } = b;
        return call.server.vmState === state ? novaJson(call, views.codes.list, { [views.wrap.list]: [] }) : run(call);
      }),
    ),
  ),
  ...guestless.map(state =>
    fault(`show-in-${state}-hidden`, `Show finds nothing in vm_state ${state}.`, `show.state.${state}`, b =>
      insertBefore(b.sequences.show, 'attachment', 'vm-state', call => {
        if (call.server.vmState === state) {
          throw call.refusal('not-attached', { server: call.server.id, volume: call.volumeId });
        }
      }),
    ),
  ),
  ...states.map(state =>
    fault(`swap-in-${state}-accepted`, `Swap is accepted in vm_state ${state}.`, `swap.state.${state}`, b => {
      if (!b.states.swap.vmStates.includes(state)) b.states.swap.vmStates.push(state);
      if (state === 'building' || state === 'error') Object.assign(b.states.swap, { idle: false, launched: false });
      rewrite(b.sequences.update, 'migrating', run => call => (call.server.vmState === state ? undefined : run(call)));
    }),
  ),
  ...openToSwap.map(state =>
    fault(`swap-in-${state}-refused`, `Swap is refused in vm_state ${state}.`, `swap.state.${state}`, b => {
      b.states.swap.vmStates = b.states.swap.vmStates.filter(known => known !== state);
    }),
  ),
  ...operations.map(({ name, sequence, meant }) =>
    fault(`${name}-in-deleted-409`, `A deleted server is 409 instead of 404 in ${name}.`, `${name}.state.deleted`, b =>
      rewrite(b.sequences[sequence], 'server', run => call => {
        if (meant(call) && call.world.nova.deleted.has(call.serverId)) {
          throw new ApiError(409, `Instance ${call.serverId} is in vm_state deleted`);
        }
        return run(call);
      }),
    ),
  ),
  fault(
    'list-in-deleted-empty',
    'List of a deleted server is empty instead of 404.',
    ['list.state.deleted', 'detach.server.list'],
    b =>
      rewrite(b.sequences.list, 'server', run => call => {
        const gone = call.world.nova.deleted.get(call.serverId);
        if (gone === undefined) return run(call);
        call.server = gone;
      }),
  ),
  ...(['list', 'show'] as const).flatMap(name => [
    fault(`${name}-locked-refused`, `${title(name)} is refused on a locked server.`, `${name}.state.locked`, b =>
      insertBefore(b.sequences[name], name === 'list' ? 'answer' : 'attachment', 'lock', call => {
        if (call.server.locked) throw call.refusal('locked', { server: call.server.id });
      }),
    ),
    fault(
      `${name}-never-launched-refused`,
      `${title(name)} is refused on a server that never ran.`,
      `${name}.state.never_launched`,
      b =>
        insertBefore(b.sequences[name], name === 'list' ? 'answer' : 'attachment', 'launched', refuseUnlaunched(name)),
    ),
  ]),
  fault(
    'update-never-launched-refused',
    'Update of the flag is refused on a server that never ran.',
    'update.state.never_launched',
    b => insertBefore(b.sequences.update, 'row', 'update-launched', refuseUnlaunched('update')),
  ),
  fault('swap-locked-crash', 'Swap on a locked server is 500.', 'swap.state.locked', b =>
    insertBefore(b.sequences.update, 'row', 'lock-crash', call => {
      if (call.swaps && call.server.locked) throw new ApiError(500, 'Unexpected API Error.');
    }),
  ),
  fault('swap-busy-accepted', 'Swap is accepted while a task runs.', 'swap.state.busy', b => {
    b.states.swap.idle = false;
    rewrite(b.sequences.update, 'migrating', run => call => (call.server.taskState === null ? run(call) : undefined));
  }),
  fault(
    'swap-never-launched-accepted',
    'Swap is accepted on a server that never ran.',
    'swap.state.never_launched',
    b => {
      b.states.swap.launched = false;
      rewrite(
        b.sequences.update,
        'migrating',
        run => call => (call.server.launchedAt === null && call.server.vmState === 'active' ? undefined : run(call)),
      );
    },
  ),
  fault('list-busy-refused', 'List is refused while a task runs.', 'list.state.busy', b =>
    insertBefore(b.sequences.list, 'answer', 'task-state', refuseBusy('list')),
  ),
  fault('show-busy-refused', 'Show is refused while a task runs.', 'show.state.busy', b =>
    insertBefore(b.sequences.show, 'attachment', 'task-state', refuseBusy('show')),
  ),
];

function refuseIn(state: VmState, operation: 'list' | 'show' | 'update'): Step['run'] {
  return call => {
    if (call.server.vmState !== state || (operation === 'update' && call.swaps)) return;
    throw call.refusal('vm-state', { action: `${operation}_volume`, server: call.server.id, state });
  };
}

function refuseUnlaunched(operation: 'list' | 'show' | 'update'): Step['run'] {
  return call => {
    const { id: server, launchedAt, vmState } = call.server;
    if (launchedAt !== null || vmState !== 'active' || (operation === 'update' && call.swaps)) return;
    throw call.refusal('not-launched', { action: `${operation}_volume`, server });
  };
}

function title(operation: 'list' | 'show'): string {
  return operation === 'list' ? 'List' : 'Show';
}

function refuseBusy(operation: 'list' | 'show'): Step['run'] {
  return call => {
    const { taskState: state, id: server } = call.server;
    if (state !== null) throw call.refusal('task-state', { action: `${operation}_volume`, server, state });
  };
}
