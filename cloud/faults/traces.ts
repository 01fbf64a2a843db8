import { newUuid } from '../ids.ts';
import type { Call } from '../nova/api/call.ts';
import { str } from '../python.ts';
import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';
import { rewrite } from './patching.ts';

const fault = ofKind('phantom');

const refusedStates = ['building', 'suspended', 'rescued', 'error'] as const;

const attachRules = refusedStates.map(state => `attach.state.${state}`);
const detachRules = refusedStates.map(state => `detach.state.${state}`);

/** What an attachment looks like is known only where the server has been built. */
const settledDetachRules = detachRules.filter(rule => rule !== 'detach.state.building');

/** Mistakes of refusals that act all the same: the status is right, but something changes. */
export const traceFaults: readonly Fault[] = [
  fault('attach-refused-leaves-row', 'An attach refused for the vm_state is in the list.', attachRules, b =>
    afterRefusal(b, 'create', 'vm-state', addRow),
  ),
  fault('attach-refused-reserves', 'An attach refused for the vm_state leaves its volume reserved.', attachRules, b =>
    afterRefusal(b, 'create', 'vm-state', call => {
      const volume = call.world.cinder.volumes.get(str(call.wanted.volumeId));
      if (volume?.status === 'available') call.world.cinder.reserve(volume, call.server.id);
    }),
  ),
  fault('attach-locked-leaves-row', 'An attach refused for a lock is in the list.', ['attach.state.locked'], b =>
    afterRefusal(b, 'create', 'lock', addRow),
  ),
  fault('attach-busy-leaves-row', 'An attach refused for a task is in the list.', ['attach.state.busy'], b =>
    afterRefusal(b, 'create', 'task-state', addRow),
  ),
  fault('detach-refused-drops-row', 'A detach refused for the vm_state takes its row away.', detachRules, b =>
    afterRefusal(b, 'delete', 'vm-state', dropRow),
  ),
  fault(
    'detach-refused-flips-flag',
    'A detach refused for the vm_state changes delete_on_termination.',
    settledDetachRules,
    b =>
      afterRefusal(b, 'delete', 'vm-state', call => {
        call.row.deleteOnTermination = !call.row.deleteOnTermination;
      }),
  ),
  fault(
    'detach-refused-keeps-detaching',
    'A detach refused for the vm_state leaves its volume in detaching.',
    settledDetachRules,
    b =>
      afterRefusal(b, 'delete', 'vm-state', call => {
        const volume = call.world.cinder.volumes.get(call.volumeId);
        if (volume?.status === 'in-use') call.world.cinder.beginDetaching(volume);
      }),
  ),
  fault('detach-locked-drops-row', 'A detach refused for a lock takes its row away.', ['detach.state.locked'], b =>
    afterRefusal(b, 'delete', 'lock', dropRow),
  ),
  fault('detach-busy-drops-row', 'A detach refused for a task takes its row away.', ['detach.state.busy'], b =>
    afterRefusal(b, 'delete', 'task-state', dropRow),
  ),
];

function afterRefusal(
  { sequences }: Parameters<Fault['patch']>[0],
  operation: 'create' | 'delete',
  step: string,
  act: (call: Call) => void,
): void {
  rewrite(sequences[operation], step, run => call => {
    try {
      return run(call);
    } catch (error) {
      act(call);
      throw error;
    }
  });
}

function addRow(call: Call): void {
  const volumeId = str(call.wanted.volumeId);
  if (call.server.rows.some(row => row.volumeId === volumeId)) return;
  const common = { tag: null, deleteOnTermination: false, attachmentId: newUuid(), bootIndex: null };
  call.world.nova.addRow(call.server, { uuid: newUuid(), volumeId, device: null, ...common });
}

function dropRow(call: Call): void {
  call.world.nova.dropRow(call.server, call.row);
}
