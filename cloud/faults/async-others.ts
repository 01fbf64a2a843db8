import type { Volume } from '../cinder/volume.ts';
import { newUuid } from '../ids.ts';
import { deleteFlagged } from '../nova/compute/detach.ts';
import { pickDevice } from '../nova/compute/devices.ts';
import { ending, runWork, type WorkStep } from '../nova/compute/work.ts';
import type { Server } from '../nova/server.ts';
import type { World } from '../world.ts';
import type { Fault } from './fault.ts';
import { during, freeAtEnd, ghostRows, hiddenRows, noticeably, shownFlags, shownStatuses } from './masks.ts';
import { ofKind } from './of-kind.ts';
import { drop, insertAfter, insertBefore, rewrite } from './patching.ts';

const fault = ofKind('async-order');
const phantom = ofKind('phantom');
const lost = ofKind('lost-effect');

/** How long a deleted server still shows its attachments. */
const LINGER_MS = 250;

/** Mistakes on the way of a swap, of servers without a host, of their unshelve, of the end of a server, and of reads and updates; a table. */
export const asyncOtherFaults: readonly Fault[] = [
  fault(
    'swap-flips-early',
    'A swap shows the new volumeId 150 ms before the new volume is in use.',
    ['update.swapped.order'],
    b =>
      insertBefore(b.sequences.exchange, 'in-use', 'early', ({ world, server, row, volume, newVolume }) => {
        if (volume.migrationStatus === null) world.nova.giveVolume(server, row, newVolume.id);
        return noticeably(world.clock);
      }),
  ),
  fault('swap-lists-both', 'A swap shows the old volume beside the new one for 150 ms.', ['update.swapped.list'], b => {
    const ghosts = ghostRows(b);
    insertAfter(b.sequences.exchange, 'flip', 'both', ({ world, server, row, volume }) => {
      const ghost = { ...row, uuid: newUuid(), volumeId: volume.id };
      return during(
        world.clock,
        () => ghosts.set(ghost, server),
        () => ghosts.delete(ghost),
      );
    });
  }),
  fault('swap-renews-row', 'A swap changes the bdm_uuid.', ['update.swapped.keeps'], b =>
    insertAfter(b.sequences.exchange, 'flip', 'renewed', ({ row }) => {
      row.uuid = newUuid();
    }),
  ),
  lost('swap-loses-flag', 'A swap resets delete_on_termination.', ['update.swapped.keeps'], b =>
    insertAfter(b.sequences.exchange, 'flip', 'reset', ({ row }) => {
      row.deleteOnTermination = false;
    }),
  ),
  lost('swap-loses-tag', 'A swap loses the tag.', ['update.swapped.keeps'], b =>
    insertAfter(b.sequences.exchange, 'flip', 'reset', ({ row }) => {
      row.tag = null;
    }),
  ),
  lost(
    'swap-keeps-old-detaching',
    'A swap leaves the old volume detaching for ever.',
    ['update.swapped.completes'],
    b => {
      drop(b.sequences.exchange, 'old-free');
      freeAtEnd(b);
    },
  ),
  lost(
    'swap-failure-keeps-new',
    'A swap that fails on the host leaves the new volume reserved for ever.',
    ['update.swapped.failed'],
    b => {
      rewrite(b.sequences.exchangeFailure, 'new-free', run => async work => {
        await run(work);
        work.world.cinder.reserve(work.newVolume, work.server.id);
      });
      freeAtEnd(b);
    },
  ),
  fault(
    'offloaded-attach-early',
    'An attach to an offloaded server is answered 150 ms before the volume is in use.',
    ['attach.offloaded.at-once'],
    b => finishLater(b.sequences.attachOffloaded, 'in-use'),
  ),
  phantom(
    'offloaded-attach-names-device',
    'An attachment to an offloaded server has a device.',
    ['attach.offloaded.device'],
    b =>
      insertAfter(b.sequences.attachOffloaded, 'row', 'device', ({ server, row }) => {
        if (row !== undefined) row.device = pickDevice(server, null) ?? null;
      }),
  ),
  fault(
    'offloaded-detach-early',
    'A detach from an offloaded server is answered 150 ms before the row is out of the list.',
    ['detach.offloaded.at-once'],
    b => finishLater(b.sequences.detachOffloaded, 'row'),
  ),
  lost(
    'offloaded-detach-keeps-flagged',
    'A detach from an offloaded server keeps a volume with the flag.',
    ['detach.offloaded.flag'],
    b => drop(b.sequences.detachOffloaded, 'volume'),
  ),
  phantom(
    'offloaded-detach-deletes-unflagged',
    'A detach from an offloaded server deletes a volume without the flag.',
    ['detach.offloaded.completes'],
    b =>
      rewrite(
        b.sequences.detachOffloaded,
        'volume',
        () =>
          ({ world, row }) =>
            deleteFlagged(world, { ...row, deleteOnTermination: true }),
      ),
  ),
  fault(
    'unshelve-row-flickers',
    'The rows of a server are out of the list for 150 ms during its unshelve.',
    ['attach.unshelve.listed'],
    b => {
      const hidden = hiddenRows(b);
      insertBefore(b.sequences.reload, 'attaching', 'flicker', ({ world, row }) =>
        during(
          world.clock,
          () => hidden.add(row),
          () => hidden.delete(row),
        ),
      );
    },
  ),
  fault(
    'unshelve-frees-volume',
    'The volumes of a server are available for 150 ms during its unshelve.',
    ['attach.unshelve.volume'],
    b => {
      const statuses = shownStatuses(b);
      insertBefore(b.sequences.reload, 'attaching', 'free', async ({ world, row }) => {
        const volume = world.cinder.volumes.get(row.volumeId ?? '');
        if (volume === undefined) return;
        await during(
          world.clock,
          () => statuses.set(volume, 'available'),
          () => statuses.delete(volume),
        );
      });
    },
  ),
  fault(
    'unshelve-renews-row',
    'The bdm_uuid of an attachment changes with the unshelve.',
    ['attach.unshelve.bdm-uuid'],
    b =>
      insertAfter(b.sequences.reload, 'in-use', 'renewed', ({ row }) => {
        row.uuid = newUuid();
      }),
  ),
  lost(
    'unshelve-keeps-reserved',
    'The volumes of an unshelved server stay reserved for ever.',
    ['attach.unshelve.completes'],
    b => {
      drop(b.sequences.reload, 'in-use');
      rewrite(b.sequences.reload, 'attaching', () => ({ world, server, row }) => {
        const volume = world.cinder.volumes.get(row.volumeId ?? '');
        if (volume === undefined || ending(world, server)) return;
        for (const attachment of world.cinder.of(volume)) attachment.status = 'reserved';
        Object.assign(volume, { status: 'reserved', attachStatus: 'detached' });
      });
    },
  ),
  phantom(
    'delete-server-deletes-unflagged',
    'The deletion of a server deletes also volumes without the flag.',
    ['detach.server.frees'],
    b =>
      rewrite(b.sequences.end, 'volumes', () => ({ world, server }) => {
        for (const row of server.rows) deleteFlagged(world, { ...row, deleteOnTermination: true });
      }),
  ),
  fault(
    'delete-server-lingers',
    'The attachments of a server can be read for 250 ms after the server is gone.',
    ['detach.server.gone'],
    b => {
      const lingering = new Map<string, Server>();
      insertBefore(b.sequences.end, 'gone', 'noted', ({ world, server }) => {
        lingering.set(server.id, { ...server, rows: [...server.rows] });
        world.clock.background(async () => {
          await world.clock.wait(LINGER_MS);
          lingering.delete(server.id);
        });
      });
      for (const sequence of [b.sequences.list, b.sequences.show]) {
        rewrite(sequence, 'server', run => call => {
          const ghost = lingering.get(call.serverId);
          if (ghost === undefined || call.world.nova.servers.has(call.serverId)) return run(call);
          call.server = ghost;
        });
      }
    },
  ),
  fault('update-flag-late', 'An update of delete_on_termination shows only after 150 ms.', ['update.async.flag'], b => {
    const flags = shownFlags(b);
    rewrite(b.sequences.update, 'flag', run => async call => {
      if (call.minor < b.effects.updateSince) return run(call);
      const { row, world } = call;
      const before = row.deleteOnTermination;
      await run(call);
      if (row.deleteOnTermination === before) return;
      world.clock.background(() =>
        during(
          world.clock,
          () => flags.set(row, before),
          () => flags.delete(row),
        ),
      );
    });
  }),
  phantom(
    'update-flag-reserves',
    'An update of delete_on_termination makes the volume reserved for 150 ms.',
    ['update.async.volume'],
    b => {
      const statuses = shownStatuses(b);
      insertAfter(b.sequences.update, 'flag', 'reserved', call => {
        const volume = call.world.cinder.volumes.get(call.volumeId);
        if (volume !== undefined && !call.swaps) reserveVisibly(call.world, volume, statuses);
      });
    },
  ),
  phantom(
    'list-reserves',
    'A list makes the volumes that are in use reserved for 150 ms.',
    ['update.async.volume'],
    b => {
      const statuses = shownStatuses(b);
      const rested = new Set<Volume>();
      insertBefore(b.sequences.list, 'answer', 'reserved', call => {
        for (const { volumeId } of call.server.rows) {
          const volume = call.world.cinder.volumes.get(volumeId ?? '');
          // Who lists all the time must still get to see that a volume is in use.
          if (volume?.status !== 'in-use' || rested.has(volume)) continue;
          rested.add(volume);
          reserveVisibly(call.world, volume, statuses);
          call.world.clock.background(async () => {
            await noticeably(call.world.clock);
            await noticeably(call.world.clock);
            rested.delete(volume);
          });
        }
      });
    },
  ),
];

function reserveVisibly({ clock }: World, volume: Volume, statuses: Map<Volume, string>): void {
  clock.background(() =>
    during(
      clock,
      () => statuses.set(volume, 'reserved'),
      () => statuses.delete(volume),
    ),
  );
}

/** Leaves the steps from one on for later: nobody waits for them. */
function finishLater<Work extends { readonly world: World }>(sequence: WorkStep<Work>[], from: string): void {
  const rest = sequence.splice(sequence.findIndex(({ name }) => name === from));
  sequence.push({
    name: 'later',
    run: work =>
      work.world.clock.background(async () => {
        await noticeably(work.world.clock);
        await runWork(rest, work);
      }),
  });
}
