import { emptyReply } from '../../http/reply.ts';
import { str } from '../../python.ts';
import type { Call } from '../api/call.ts';
import { bodySchemaStep, commonSteps } from '../api/common-steps.ts';
import { novaJson } from '../api/respond.ts';
import type { Step } from '../api/step.ts';
import { type AttachJob, attachToHost, attachUntold } from '../compute/attach.ts';
import { attachOffloaded } from '../compute/attach-offloaded.ts';
import { findServer, policyStep, shelvedGate, stateGuards } from './guards.ts';
import { originOf, volumeNamed } from './lookups.ts';
import { bodyOf } from './read.ts';

const rule = (call: Call) => call.world.behaviour.states.attach;

/** The steps of `POST /servers/{id}/os-volume_attachments`. */
export function createSteps(): Step[] {
  return [
    ...commonSteps,
    bodySchemaStep(call => call.world.behaviour.schemas.create),
    findServer,
    policyStep(() => 'create'),
    shelvedGate(rule),
    ...stateGuards(rule),
    { name: 'volume', run: call => void wantedVolume(call) },
    { name: 'double-attach', run: refuseDouble },
    {
      name: 'offloaded-tag',
      run: call => {
        if (call.server.vmState === 'shelved_offloaded' && call.wanted.tag !== undefined)
          throw call.refusal('offloaded-tag');
      },
    },
    {
      name: 'offloaded-multiattach',
      run: call => {
        if (call.server.vmState === 'shelved_offloaded' && wantedVolume(call).type.multiattach) {
          throw call.refusal('offloaded-multiattach');
        }
      },
    },
    { name: 'answer', run: attach },
  ];
}

function wantedVolume(call: Call) {
  return volumeNamed(call, str(call.wanted.volumeId), 'volume-unknown');
}

/** Nova looks at its own rows, so that a reset of the volume in Cinder opens no hole. */
function refuseDouble(call: Call): void {
  const volume = wantedVolume(call);
  const servers = call.world.nova.serversWith(volume.id);
  if (!volume.type.multiattach && servers.length > 0) {
    throw call.refusal('attached', { volume: volume.id, servers: servers.join(',') });
  }
  if (servers.includes(call.server.id)) throw call.refusal('attached-here', { volume: volume.id });
}

async function attach(call: Call) {
  const { views, headers, effects } = call.world.behaviour;
  const job: AttachJob = {
    world: call.world,
    server: call.server,
    volume: wantedVolume(call),
    wanted: call.wanted,
    minor: call.minor,
    origin: originOf(call),
    row: undefined,
    action: undefined,
  };
  const later = call.minor >= effects.asyncSince;
  if (call.server.vmState === 'shelved_offloaded') {
    await attachOffloaded(job);
  } else if (later) {
    call.world.clock.background(() => attachUntold(job));
  } else {
    await attachToHost(job);
  }
  if (later || job.row === undefined) {
    return emptyReply(views.codes.createAsync, [['Content-Type', headers.empty.create]]);
  }
  const source = { body: call.wanted, serverId: call.serverId, row: job.row };
  return novaJson(call, views.codes.create, { [views.wrap.create]: bodyOf(views.create, call.minor, source) });
}
