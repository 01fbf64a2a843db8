import type { Behaviour } from '../behaviour/behaviour.ts';
import type { VmState } from '../nova/server.ts';
import type { Fault } from './fault.ts';
import { drop } from './patching.ts';

/** Vm_states that attach and detach refuse. */
const refused: readonly VmState[] = ['building', 'suspended', 'rescued', 'error'];

/** Vm_states that attach and detach accept. */
const accepted: readonly VmState[] = [
  'active',
  'paused',
  'stopped',
  'resized',
  'soft-delete',
  'shelved',
  'shelved_offloaded',
];

const operations = ['attach', 'detach'] as const;

/** Mistakes about the states of servers; one for each cell of the tables, and the guards beside them. */
export const stateFaults: readonly Fault[] = [
  ...operations.flatMap(operation =>
    refused.map(state =>
      fault(`${operation}-in-${state}-accepted`, `${title(operation)} is accepted in vm_state ${state}.`, [], b => {
        b.states[operation].vmStates.push(state);
        // The other guards would hold back a server that is still being built.
        if (state === 'building') Object.assign(b.states[operation], { idle: false, launched: false });
      }),
    ),
  ),
  ...operations.flatMap(operation =>
    accepted.map(state =>
      fault(
        `${operation}-in-${state}-refused`,
        `${title(operation)} is refused in vm_state ${state}.`,
        state === 'active' ? [`${operation}.success`] : [],
        b => {
          b.states[operation].vmStates = b.states[operation].vmStates.filter(known => known !== state);
        },
      ),
    ),
  ),
  ...operations.flatMap(operation => [
    fault(`${operation}-busy-accepted`, `${title(operation)} is accepted while a task runs.`, [], b => {
      b.states[operation].idle = false;
    }),
    fault(`${operation}-locked-accepted`, `${title(operation)} is accepted on a locked server.`, [], b => {
      b.states[operation].unlocked = false;
    }),
  ]),
  fault('attach-never-launched-accepted', 'Attach is accepted on a server that never ran.', [], b => {
    b.states.attach.launched = false;
  }),
  fault('attach-gate-missing', 'Attach to a shelved server is accepted below 2.20.', [], b =>
    drop(b.sequences.create, 'shelved-gate'),
  ),
  fault('detach-gate-missing', 'Detach from a shelved server is accepted below 2.20.', [], b =>
    drop(b.sequences.delete, 'shelved-gate'),
  ),
  fault('gate-too-early', 'Shelved servers are open to attach and detach from 2.19 on.', [], b => {
    b.states.shelvedSince = 19;
  }),
  fault('gate-too-late', 'Shelved servers are open to attach and detach only from 2.21 on.', [], b => {
    b.states.shelvedSince = 21;
  }),
  fault('update-locked-refused', 'Update of the flag is refused on a locked server.', [], b =>
    addUpdateGuard(b, 'lock'),
  ),
  fault('update-state-refused', 'Update of the flag is refused where a swap would be.', [], b =>
    addUpdateGuard(b, 'vm-state'),
  ),
  fault('update-busy-refused', 'Update of the flag is refused while a task runs.', [], b =>
    addUpdateGuard(b, 'task-state'),
  ),
  fault('swap-in-stopped-accepted', 'Swap is accepted in vm_state stopped.', [], b => {
    b.states.swap.vmStates.push('stopped');
  }),
];

function fault(id: string, sentence: string, breaks: string[], patch: Fault['patch']): Fault {
  return { id, sentence, kind: 'state', breaks, patch };
}

function title(operation: (typeof operations)[number]): string {
  return operation === 'attach' ? 'Attach' : 'Detach';
}

/** Puts a guard of the swap in front of the update's first step as well. */
function addUpdateGuard(behaviour: Behaviour, name: string): void {
  const steps = behaviour.sequences.update;
  const guard = steps.find(step => step.name === name);
  if (guard === undefined) throw new Error(`nothing is named ${name}`);
  steps.splice(
    steps.findIndex(step => step.name === 'row'),
    0,
    guard,
  );
}
