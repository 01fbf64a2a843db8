import { ApiError } from '../../http/api-error.ts';
import { emptyReply } from '../../http/reply.ts';
import type { Call } from '../api/call.ts';
import { commonSteps } from '../api/common-steps.ts';
import type { Step } from '../api/step.ts';
import { cinderText } from '../compute/attach.ts';
import { detachOffloaded, startDetach } from '../compute/detach.ts';
import { findServer, policyStep, shelvedGate, stateGuards } from './guards.ts';
import { originOf, volumeNamed } from './lookups.ts';

const rule = (call: Call) => call.world.behaviour.states.detach;

/** The steps of `DELETE /servers/{id}/os-volume_attachments/{volume}`. */
export function deleteSteps(): Step[] {
  return [
    ...commonSteps,
    findServer,
    policyStep(() => 'delete'),
    shelvedGate(rule),
    { name: 'volume', run: call => void volumeNamed(call, call.volumeId, 'volume-unknown') },
    {
      name: 'attachment',
      run: call => {
        const row = call.server.rows.find(({ volumeId }) => volumeId === call.volumeId);
        if (row === undefined) throw call.refusal('not-attached', { server: call.server.id, volume: call.volumeId });
        call.row = row;
      },
    },
    {
      name: 'root',
      run: call => {
        if (call.row.bootIndex === 0) throw call.refusal('root');
      },
    },
    ...stateGuards(rule),
    { name: 'begin', run: beginDetaching },
    {
      name: 'answer',
      run: async call => {
        const { world, server, row } = call;
        const { views, headers } = world.behaviour;
        const act = server.vmState === 'shelved_offloaded' ? detachOffloaded : startDetach;
        const volume = volumeNamed(call, row.volumeId ?? '', 'volume-unknown');
        await act({ world, server, volume, row, origin: originOf(call) });
        return emptyReply(views.codes.delete, [['Content-Type', headers.empty.delete]]);
      },
    },
  ];
}

/** Cinder decides whether the volume can be detached; an offloaded server does not ask. */
function beginDetaching(call: Call): void {
  if (call.server.vmState === 'shelved_offloaded') return;
  // The volume may be in use elsewhere: the attach that has made this row is on its way, and may yet lose.
  if (call.row.attachmentId === null) throw call.refusal('detach-refused', { text: 'the volume is not attached' });
  try {
    call.world.cinder.beginDetaching(volumeNamed(call, call.row.volumeId ?? '', 'volume-unknown'));
  } catch (error) {
    if (error instanceof ApiError && error.message.startsWith('Invalid volume')) {
      throw call.refusal('detach-refused', { text: cinderText(error, call.exchange) });
    }
    throw error;
  }
}
