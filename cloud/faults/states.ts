import type { Behaviour } from '../behaviour/behaviour.ts';
import type { VmState } from '../nova/server.ts';
import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';
import { drop, everySequence, insertAfter, rewrite } from './patching.ts';

const fault = ofKind('state');
const gate = ofKind('microversion-gate');
const persona = ofKind('persona');

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

/** Where swap differs from update: the states in which nothing may be swapped. */
const closedToSwap: readonly VmState[] = [...refused, 'stopped', 'soft-delete', 'shelved', 'shelved_offloaded'];

/** Mistakes about the states of servers in attach, detach and update: each cell of the tables, and the guards beside them. */
export const stateFaults: readonly Fault[] = [
  ...operations.flatMap(operation =>
    refused.map(state =>
      fault(
        `${operation}-in-${state}-accepted`,
        `${title(operation)} is accepted in vm_state ${state}.`,
        [`${operation}.state.${state}`],
        b => {
          b.states[operation].vmStates.push(state);
          // The other guards would hold back a server that is still being built, or that never was.
          if (state === 'building' || state === 'error') {
            Object.assign(b.states[operation], { idle: false, launched: false });
          }
        },
      ),
    ),
  ),
  ...operations.flatMap(operation =>
    accepted.map(state =>
      fault(
        `${operation}-in-${state}-refused`,
        `${title(operation)} is refused in vm_state ${state}.`,
        [`${operation}.state.${state}`, ...(state === 'active' ? [`${operation}.success`] : [])],
        b => {
          b.states[operation].vmStates = b.states[operation].vmStates.filter(known => known !== state);
        },
      ),
    ),
  ),
  ...operations.flatMap(operation => [
    fault(
      `${operation}-busy-accepted`,
      `${title(operation)} is accepted while a task runs.`,
      [`${operation}.state.busy`],
      b => {
        b.states[operation].idle = false;
      },
    ),
    fault(
      `${operation}-locked-accepted`,
      `${title(operation)} is accepted on a locked server.`,
      [`${operation}.state.locked`],
      b => {
        b.states[operation].unlocked = false;
      },
    ),
    persona(
      `${operation}-locked-admin-refused`,
      `${title(operation)} by an admin is refused on a locked server.`,
      [`${operation}.locked.admin`],
      b =>
        rewrite(b.sequences[operation === 'attach' ? 'create' : 'delete'], 'lock', () => call => {
          if (call.server.locked) throw call.refusal('locked', { server: call.server.id });
        }),
    ),
    fault(
      `${operation}-never-launched-accepted`,
      `${title(operation)} is accepted on a server that never ran.`,
      [`${operation}.state.never_launched`],
      b => {
        b.states[operation].launched = false;
      },
    ),
  ]),
  gate(
    'attach-gate-missing',
    'Attach to a shelved server is accepted below 2.20.',
    ['attach.state.shelved', 'attach.state.shelved_offloaded'],
    b => drop(b.sequences.create, 'shelved-gate'),
  ),
  gate(
    'detach-gate-missing',
    'Detach from a shelved server is accepted below 2.20.',
    ['detach.state.shelved', 'detach.state.shelved_offloaded'],
    b => drop(b.sequences.delete, 'shelved-gate'),
  ),
  gate('gate-too-early', 'Shelved servers are open to attach and detach from 2.19 on.', shelvedRules(), b => {
    b.states.shelvedSince = 19;
  }),
  gate('gate-too-late', 'Shelved servers are open to attach and detach only from 2.21 on.', shelvedRules(), b => {
    b.states.shelvedSince = 21;
  }),
  fault(
    'shelved-404',
    'A server that is shelved is not found.',
    ['list.state.shelved', 'show.state.shelved', 'update.state.shelved'],
    b => {
      for (const steps of everySequence(b)) {
        insertAfter(steps, 'server', 'shelf', call => {
          if (call.server.vmState === 'shelved') throw call.refusal('server-unknown', { server: call.server.id });
        });
      }
    },
  ),
  fault('update-locked-refused', 'Update of the flag is refused on a locked server.', ['update.state.locked'], b =>
    addUpdateGuard(b, 'lock'),
  ),
  fault(
    'update-state-refused',
    'Update of the flag is refused where a swap would be.',
    closedToSwap.map(state => `update.state.${state}`),
    b => addUpdateGuard(b, 'vm-state'),
  ),
  fault('update-busy-refused', 'Update of the flag is refused while a task runs.', ['update.state.busy'], b =>
    addUpdateGuard(b, 'task-state'),
  ),
];

function title(operation: (typeof operations)[number]): string {
  return operation === 'attach' ? 'Attach' : 'Detach';
}

function shelvedRules(): string[] {
  return operations.flatMap(operation => [`${operation}.state.shelved`, `${operation}.state.shelved_offloaded`]);
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
