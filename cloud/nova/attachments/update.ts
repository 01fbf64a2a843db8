import type { CinderAttachment } from '../../cinder/volume.ts';
import { ApiError } from '../../http/api-error.ts';
import { emptyReply, type Reply } from '../../http/reply.ts';
import type { Json } from '../../json.ts';
import { str } from '../../python.ts';
import type { Call } from '../api/call.ts';
import { bodySchemaStep, commonSteps } from '../api/common-steps.ts';
import type { Step } from '../api/step.ts';
import { cinderText } from '../compute/attach.ts';
import { startSwap } from '../compute/swap.ts';
import { ending } from '../compute/work.ts';
import { findServer, policyStep, stateGuards } from './guards.ts';
import { originOf, volumeNamed } from './lookups.ts';

const rule = (call: Call) => call.world.behaviour.states.swap;

/**
 * The steps of `PUT /servers/{id}/os-volume_attachments/{volume}`: the update of 2.85, whose flag is stored before
 * anything is swapped and stays stored if the swap is refused, then the swap.
 */
export function updateSteps(): Step[] {
  return [
    ...commonSteps,
    bodySchemaStep(call => call.world.behaviour.schemas.update),
    findServer,
    policyStep(call => (call.swaps ? 'swap' : 'update')),
    ...updates([
      {
        name: 'row',
        run: call => {
          const row = call.server.rows.find(({ volumeId }) => volumeId === call.volumeId);
          if (row === undefined) throw call.refusal('row-unknown', { volume: call.volumeId });
          call.row = row;
        },
      },
      immutable('id', call => call.volumeId),
      immutable('serverId', call => call.server.id),
      immutable('device', call => call.row.device),
      immutable('tag', call => call.row.tag),
      {
        name: 'flag',
        run: call => {
          const flag = call.wanted.delete_on_termination;
          if (flag === undefined) return;
          call.row.deleteOnTermination = call.world.behaviour.effects.updatedFlag(flag, call.row.deleteOnTermination);
        },
      },
      { name: 'updated', run: call => (call.swaps ? undefined : accepted(call)) },
    ]),
    { name: 'old-volume', run: call => void oldVolume(call) },
    {
      name: 'migrating',
      run: call => {
        const { release } = call.world.behaviour;
        if (release.notMigrating !== undefined && oldVolume(call).migrationStatus === null) {
          throw call.refusal('not-migrating', { volume: call.volumeId });
        }
      },
    },
    { name: 'new-volume', run: call => void newVolume(call) },
    ...stateGuards(rule),
    {
      name: 'old-here',
      run: call => {
        const attached = call.world.cinder.of(oldVolume(call));
        const here = attached.some(({ serverId, status }) => serverId === call.server.id && status === 'attached');
        if (!here) throw call.refusal('old-elsewhere');
      },
    },
    {
      name: 'new-free',
      run: call => {
        const volume = newVolume(call);
        if (volume.attachStatus === 'attached' || call.world.cinder.of(volume).length > 0)
          throw call.refusal('new-not-free');
      },
    },
    {
      name: 'size',
      run: call => {
        if (newVolume(call).size < oldVolume(call).size) throw call.refusal('new-too-small');
      },
    },
    {
      name: 'begin',
      run: call => {
        try {
          call.world.cinder.beginDetaching(oldVolume(call));
        } catch (error) {
          if (error instanceof ApiError)
            throw call.refusal('detach-refused', { text: cinderText(error, call.exchange) });
          throw error;
        }
      },
    },
    {
      name: 'shared',
      run: call => {
        if (call.world.cinder.of(oldVolume(call)).length > 1) {
          call.world.cinder.rollDetaching(oldVolume(call));
          throw call.refusal('shared');
        }
      },
    },
    { name: 'answer', run: swap },
  ];
}

/** Steps that only the update of 2.85 and later takes. */
function updates(steps: readonly Step[]): Step[] {
  return steps.map(({ name, run }) => ({
    name,
    run: call => (call.minor < call.world.behaviour.effects.updateSince ? undefined : run(call)),
  }));
}

function immutable(property: string, current: (call: Call) => Json): Step {
  return {
    name: `immutable-${property}`,
    run: call => {
      const wanted = call.wanted[property];
      if (wanted !== undefined && wanted !== current(call)) throw call.refusal('immutable', { property });
    },
  };
}

function oldVolume(call: Call) {
  return volumeNamed(call, call.volumeId, 'volume-unknown');
}

function newVolume(call: Call) {
  return volumeNamed(call, str(call.wanted.volumeId), 'new-volume-unknown');
}

async function swap(call: Call): Promise<Reply> {
  const { world, server } = call;
  const row = server.rows.find(({ volumeId }) => volumeId === call.volumeId);
  if (row === undefined) throw call.refusal('old-elsewhere');
  const [volume, target] = [oldVolume(call), newVolume(call)];
  await world.clock.step();
  if (ending(world, server)) {
    throw call.refusal('task-state', { action: rule(call).action, server: server.id, state: 'deleting' });
  }
  // A refusal here is not caught: Nova answers 500 and the old volume stays in detaching.
  let promise: CinderAttachment;
  try {
    promise = world.cinder.reserve(target, server.id);
  } catch {
    throw new TypeError('InvalidInput');
  }
  await world.clock.step();
  startSwap({ world, server, row, volume, newVolume: target, promise }, originOf(call));
  return accepted(call);
}

function accepted(call: Call): Reply {
  const { views, headers } = call.world.behaviour;
  return emptyReply(views.codes.update, [['Content-Type', headers.empty.update]]);
}
