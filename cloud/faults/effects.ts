import type { Behaviour } from '../behaviour/behaviour.ts';
import { deleteFlagged, releaseAttachment } from '../nova/compute/detach.ts';
import { str } from '../python.ts';
import { attached } from './answers.ts';
import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';
import { drop, insertAfter, present, rewrite } from './patching.ts';

const fault = ofKind('lost-effect');
const phantom = ofKind('phantom');
const volume = ofKind('volume');
const state = ofKind('state');
const gate = ofKind('microversion-gate');
const invalid = ofKind('validation');

/** Mistakes in what the operations leave behind; a table. */
export const effectFaults: readonly Fault[] = [
  phantom(
    'attach-phantom',
    'An attach that Cinder refuses leaves its row behind.',
    ['attach.volume.reserved', 'attach.volume.error'],
    b => {
      b.effects.dropsRefusedRow = false;
    },
  ),
  fault(
    'attach-flag-lost',
    'An attach forgets delete_on_termination.',
    ['attach.flag', 'attach.async.flag', 'attach.async.flag-kept'],
    b => {
      b.effects.storedFlag = () => false;
    },
  ),
  fault('attach-flag-always', 'An attach always stores delete_on_termination as true.', ['attach.flag'], b => {
    b.effects.storedFlag = () => true;
  }),
  fault('attach-tag-lost', 'An attach forgets its tag.', ['show.tag', 'attach.async.tag'], b => {
    b.effects.storedTag = () => null;
  }),
  fault('attach-tag-uppercase', 'An attach stores its tag in upper case.', ['show.tag', 'attach.async.tag'], b => {
    const { storedTag } = b.effects;
    b.effects.storedTag = requested => storedTag(requested)?.toUpperCase() ?? null;
  }),
  fault(
    'attach-never-completes',
    'An attach is accepted but never gets further than attaching.',
    ['attach.success', 'attach.async.completes', 'attach.offloaded.completes'],
    b => {
      drop(b.sequences.connect, 'in-use');
      drop(b.sequences.connect, 'ended');
      drop(b.sequences.attachOffloaded, 'in-use');
    },
  ),
  volume(
    'attach-again-accepted',
    'A second attach of a volume to the same server is answered as if it were done.',
    ['attach.volume.attached'],
    b => answerAgain(b),
  ),
  volume(
    'attach-elsewhere-accepted',
    'A volume that is attached to another server is accepted.',
    ['attach.volume.attached-elsewhere'],
    b => {
      drop(b.sequences.create, 'double-attach');
      b.effects.forcesReserve = () => true;
    },
  ),
  volume(
    'attach-status-unchecked',
    'A volume is accepted whatever its status in Cinder.',
    ['attach.volume.reserved', 'attach.volume.error'],
    b => {
      b.effects.forcesReserve = () => true;
    },
  ),
  fault(
    'action-request-id-differs',
    'Instance actions are kept under another request id than the answer names.',
    ['attach.async.action'],
    b => {
      b.effects.ownActionIds = true;
    },
  ),
  volume(
    'attach-no-double-check',
    'Nova leaves it to Cinder to refuse an attached volume.',
    ['attach.volume.attached', 'attach.volume.attached-elsewhere'],
    b => drop(b.sequences.create, 'double-attach'),
  ),
  gate(
    'attach-multiattach-old-accepted',
    'A multiattach volume is accepted below 2.60.',
    ['attach.multiattach.refused'],
    b => drop(b.sequences.prepare, 'multiattach-version'),
  ),
  gate(
    'attach-multiattach-too-late',
    'A multiattach volume is accepted only from 2.61 on.',
    ['attach.multiattach'],
    b => {
      const guard = present(
        b.sequences.prepare.find(({ name }) => name === 'multiattach-version'),
        'multiattach-version',
      );
      const index = b.sequences.prepare.indexOf(guard);
      b.sequences.prepare[index] = { name: guard.name, run: job => guard.run({ ...job, minor: job.minor - 1 }) };
    },
  ),
  volume(
    'attach-multiattach-again-accepted',
    'A multiattach volume is accepted twice on one server.',
    ['attach.multiattach.again'],
    b => {
      drop(b.sequences.create, 'double-attach');
      drop(b.sequences.prepare, 'raced');
    },
  ),
  volume(
    'attach-multiattach-second-refused',
    'A multiattach volume is refused on a second server.',
    ['attach.multiattach.second'],
    b =>
      rewrite(b.sequences.create, 'double-attach', run => call => {
        const volume = str(call.wanted.volumeId);
        const servers = call.world.nova.serversWith(volume);
        if (servers.length > 0) throw call.refusal('attached', { volume, servers: servers.join(',') });
        return run(call);
      }),
  ),
  volume('swap-shared-accepted', 'A volume that two servers share is swapped.', ['update.swap.shared'], b =>
    drop(b.sequences.update, 'shared'),
  ),
  volume(
    'attach-multiattach-offloaded-accepted',
    'A multiattach volume is accepted on an offloaded server.',
    ['attach.multiattach.offloaded'],
    b => drop(b.sequences.create, 'offloaded-multiattach'),
  ),
  state('attach-tag-offloaded-accepted', 'A tag is accepted on an offloaded server.', ['attach.tag.offloaded'], b =>
    drop(b.sequences.create, 'offloaded-tag'),
  ),
  gate('attach-async-early', 'Attach is asynchronous from 2.100 on.', ['attach.success'], b => {
    b.effects.asyncSince = 100;
  }),
  gate('attach-async-late', 'Attach is still synchronous at 2.101.', ['attach.accepted'], b => {
    b.effects.asyncSince = 102;
  }),
  gate('attach-async-never', 'Attach stays synchronous at every microversion.', ['attach.accepted'], b => {
    b.effects.asyncSince = Number.POSITIVE_INFINITY;
  }),
  fault(
    'attach-no-action',
    'Attach and detach leave no instance action.',
    ['attach.async.action', 'detach.async.action', 'attach.offloaded.action', 'update.swapped.action'],
    b => {
      b.effects.recordsAction = () => false;
    },
  ),
  fault(
    'detach-row-stays',
    'A detach frees the volume but leaves its row in the list.',
    ['detach.success', 'detach.async.completes', 'detach.async.tagged'],
    b => {
      drop(b.sequences.disconnect, 'row');
    },
  ),
  fault(
    'detach-volume-stays',
    'A detach takes the row away but leaves the volume attached in Cinder.',
    ['detach.success', 'detach.async.completes'],
    b => {
      drop(b.sequences.disconnect, 'free');
    },
  ),
  volume('detach-root-accepted', 'The root volume can be detached.', ['detach.root'], b =>
    drop(b.sequences.delete, 'root'),
  ),
  volume(
    'detach-busy-unasked',
    'A detach does not ask Cinder whether the volume is in use.',
    ['detach.volume.detaching'],
    b => drop(b.sequences.delete, 'begin'),
  ),
  gate('update-never', 'A PUT is a swap at every microversion.', ['update.flag'], b => {
    b.effects.updateSince = Number.POSITIVE_INFINITY;
  }),
  gate(
    'update-always',
    'A PUT that names the same volume is an update at every microversion.',
    ['update.swap.itself'],
    b => {
      b.effects.updateSince = 1;
    },
  ),
  fault(
    'update-flag-lost',
    'An update of delete_on_termination is accepted and forgotten.',
    ['update.flag', 'update.sample', 'update.async.flag'],
    b => {
      b.effects.updatedFlag = (_, present) => present;
    },
  ),
  fault(
    'update-flag-wrong-row',
    "An update of delete_on_termination goes to the server's first attachment.",
    ['update.flag', 'history.settled'],
    b =>
      rewrite(b.sequences.update, 'flag', run => call => {
        if (call.swaps) return run(call);
        const { row } = call;
        call.row = call.server.rows.find(({ volumeId }) => volumeId !== null) ?? row;
        const outcome = run(call);
        call.row = row;
        return outcome;
      }),
  ),
  phantom(
    'detach-deletes-flagged',
    'A detach deletes a volume with delete_on_termination.',
    ['detach.async.volume-order', 'history.settled'],
    b => insertAfter(b.sequences.disconnect, 'row', 'volume', ({ world, row }) => deleteFlagged(world, row)),
  ),
  volume(
    'detach-multiattach-frees',
    'A detach frees a volume that another server still has.',
    ['detach.async.volume-order'],
    b =>
      insertAfter(b.sequences.disconnect, 'free', 'all-free', ({ world, volume: shared }) => {
        for (const { id } of world.cinder.of(shared)) world.cinder.remove(id);
      }),
  ),
  volume(
    'attach-multiattach-steals',
    'An attach of a shared volume takes it from the servers that have it.',
    ['detach.async.volume-order'],
    b =>
      insertAfter(b.sequences.connect, 'in-use', 'stolen', ({ world, row: own, volume: { id } }) => {
        for (const server of world.nova.servers.values()) {
          for (const row of server.rows.filter(one => one.volumeId === id && one !== own)) {
            releaseAttachment(world, row);
            world.nova.dropRow(server, row);
          }
        }
      }),
  ),
  fault(
    'update-flag-only-on',
    'An update can turn delete_on_termination on but not off.',
    ['update.flag', 'update.async.flag'],
    b => {
      b.effects.updatedFlag = (requested, present) => present || requested === true || requested === 'true';
    },
  ),
  fault(
    'update-flag-stored-inverted',
    'An update stores the opposite of delete_on_termination.',
    ['update.flag'],
    b => {
      b.effects.updatedFlag = requested => requested === false || requested === 'false';
    },
  ),
  fault(
    'update-flag-strings-true',
    'An update takes any text for a true delete_on_termination.',
    ['update.flag.text'],
    b => {
      b.effects.updatedFlag = requested => Boolean(requested);
    },
  ),
  ...(['id', 'serverId', 'device', 'tag'] as const).map(property =>
    invalid(
      `update-${property.toLowerCase()}-ignored`,
      `An update ignores a changed ${property}.`,
      ['update.immutable'],
      b => drop(b.sequences.update, `immutable-${property}`),
    ),
  ),
  fault(
    'update-flag-dropped-with-refusal',
    'A refused swap does not keep the flag that came with it.',
    ['update.swap.keeps-flag'],
    b => keepFlagForEnd(b),
  ),
  fault(
    'delete-server-keeps-flagged',
    'The deletion of a server keeps the volumes with delete_on_termination.',
    ['detach.server.flag'],
    b => {
      drop(b.sequences.end, 'volumes');
    },
  ),
  fault(
    'delete-server-keeps-attachments',
    'The deletion of a server leaves its volumes attached.',
    ['detach.server.frees'],
    b => {
      drop(b.sequences.end, 'attachments');
    },
  ),
  fault(
    'unshelve-names-no-device',
    'An attachment made while offloaded gets no device with the unshelve.',
    ['attach.unshelve.device'],
    b => {
      drop(b.sequences.reload, 'device');
    },
  ),
];

/** Attach as an idempotent operation, which Nova's is not. */
function answerAgain(behaviour: Behaviour): void {
  rewrite(behaviour.sequences.create, 'double-attach', run => call => {
    const row = call.server.rows.find(({ volumeId }) => volumeId === call.wanted.volumeId);
    return row === undefined ? run(call) : attached(call, row);
  });
}

/** Stores the flag of a swap only when the swap is accepted. */
function keepFlagForEnd(behaviour: Behaviour): void {
  const steps = behaviour.sequences.update;
  const flag = present(
    steps.find(({ name }) => name === 'flag'),
    'flag',
  );
  steps[steps.indexOf(flag)] = { name: 'flag', run: call => (call.swaps ? undefined : flag.run(call)) };
  steps.splice(-1, 0, { name: 'late-flag', run: flag.run });
}
