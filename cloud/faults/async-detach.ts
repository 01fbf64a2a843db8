import type { Behaviour } from '../behaviour/behaviour.ts';
import type { CinderAttachment, Volume } from '../cinder/volume.ts';
import { endEvent } from '../nova/compute/actions-log.ts';
import type { Row, Server } from '../nova/server.ts';
import { str } from '../python.ts';
import { detached } from './answers.ts';
import type { Fault } from './fault.ts';
import { during, freeAtEnd, ghostRows, noticeably, shownStatuses } from './masks.ts';
import { ofKind } from './of-kind.ts';
import { drop, insertAfter, insertBefore, moveBefore, rewrite } from './patching.ts';

const fault = ofKind('async-order');
const phantom = ofKind('phantom');
const lost = ofKind('lost-effect');
const volume = ofKind('volume');

/** How long a volume that is free again cannot be attached. */
const BLOCKED_MS = 300;

/** Mistakes on the way of a detach that was accepted; a table. */
export const asyncDetachFaults: readonly Fault[] = [
  fault(
    'detach-row-first',
    'A detach takes the row away 150 ms before it frees the volume.',
    ['detach.async.list-last'],
    b => {
      moveBefore(b.sequences.disconnect, 'row', 'free');
      insertBefore(b.sequences.disconnect, 'free', 'late', ({ world }) => noticeably(world.clock));
    },
  ),
  fault(
    'detach-row-flickers',
    'The row is in the list again for 150 ms after a detach has taken it away.',
    ['detach.async.list-once'],
    b => {
      const ghosts = ghostRows(b);
      insertAfter(b.sequences.disconnect, 'ended', 'flicker', async ({ world, server, row }) => {
        await noticeably(world.clock);
        await during(
          world.clock,
          () => ghosts.set(row, server),
          () => ghosts.delete(row),
        );
      });
    },
  ),
  phantom(
    'detach-row-returns',
    'The row is in the list again for ever 150 ms after a detach has taken it away.',
    ['detach.async.list-once'],
    b => {
      const ghosts = ghostRows(b);
      insertAfter(b.sequences.disconnect, 'ended', 'back', async ({ world, server, row }) => {
        await noticeably(world.clock);
        ghosts.set(row, server);
      });
    },
  ),
  fault(
    'detach-show-lingers',
    'Show finds an attachment for 150 ms after a detach took it out of the list.',
    ['detach.async.show'],
    b => {
      const lingering = new Map<Row, Server>();
      rewrite(b.sequences.show, 'attachment', run => call => {
        const [row] = [...lingering].find(pair => isOf(pair, call.server, call.volumeId)) ?? [];
        if (row === undefined) return run(call);
        call.row = row;
      });
      insertAfter(b.sequences.disconnect, 'row', 'lingering', ({ world, server, row }) =>
        world.clock.background(() =>
          during(
            world.clock,
            () => lingering.set(row, server),
            () => lingering.delete(row),
          ),
        ),
      );
    },
  ),
  fault(
    'detach-volume-flickers',
    'The volume is in use again for 150 ms after it was detaching.',
    ['detach.async.volume-order'],
    b => {
      const statuses = shownStatuses(b);
      insertBefore(b.sequences.disconnect, 'free', 'flicker', async ({ world, volume }) => {
        await noticeably(world.clock);
        await during(
          world.clock,
          () => statuses.set(volume, 'in-use'),
          () => statuses.delete(volume),
        );
      });
    },
  ),
  fault(
    'detach-begins-late',
    'The volume is still in use for 150 ms after a detach is answered.',
    ['detach.async.begun'],
    b => {
      const statuses = shownStatuses(b);
      insertAfter(b.sequences.delete, 'begin', 'unseen', call => {
        const volume = call.world.cinder.volumes.get(call.volumeId);
        if (volume?.status === 'detaching') statuses.set(volume, 'in-use');
      });
      insertBefore(b.sequences.disconnect, 'started', 'seen', async ({ world, volume }) => {
        await noticeably(world.clock);
        statuses.delete(volume);
      });
    },
  ),
  phantom(
    'detach-entry-stays',
    'The attachments of a volume that is available still name its last server.',
    ['detach.async.entry'],
    b => {
      lastEntries(b);
    },
  ),
  fault(
    'detach-entry-lingers',
    'The attachments of a volume still name its server for 150 ms after it is available.',
    ['detach.async.entry-status'],
    b => {
      const shown = lastEntries(b);
      insertAfter(b.sequences.disconnect, 'free', 'lingering', async ({ world, volume }) => {
        await noticeably(world.clock);
        shown.delete(volume);
      });
    },
  ),
  fault(
    'detach-entry-flickers',
    'The attachments of a volume name its last server again for 150 ms.',
    ['detach.async.entry-once'],
    b => {
      const shown = new Map<Volume, CinderAttachment>();
      const last = lastEntries(b, shown);
      insertAfter(b.sequences.disconnect, 'free', 'flicker', async ({ world, volume }) => {
        const entry = last.get(volume);
        if (entry === undefined) return;
        await noticeably(world.clock);
        await during(
          world.clock,
          () => shown.set(volume, entry),
          () => shown.delete(volume),
        );
      });
    },
  ),
  fault(
    'detach-action-late',
    'The action of a detach can be read only 150 ms after the answer.',
    ['detach.async.action-noted'],
    b =>
      insertBefore(b.sequences.disconnect, 'started', 'late', ({ world, server, action }) =>
        during(
          world.clock,
          () => (server.actions = server.actions.filter(one => one !== action)),
          () => (server.actions = [action, ...server.actions]),
        ),
      ),
  ),
  lost(
    'detach-action-missing',
    'Detaches leave no instance action.',
    ['detach.async.action', 'detach.offloaded.action'],
    b => {
      b.effects.recordsAction = name => name !== 'detach_volume';
    },
  ),
  lost('detach-action-never-ends', 'The action of a detach that is done never ends.', ['detach.async.action-ends'], b =>
    drop(b.sequences.disconnect, 'ended'),
  ),
  fault(
    'detach-action-early',
    'The action of a detach ends 150 ms before the row is out of the list.',
    ['detach.async.action-last'],
    b => {
      drop(b.sequences.disconnect, 'ended');
      insertBefore(b.sequences.disconnect, 'row', 'ended', ({ world, action }) => {
        endEvent(action, 'Success');
        return noticeably(world.clock);
      });
    },
  ),
  fault(
    'detach-action-fails',
    'The action of a detach that is done ends with Error.',
    ['detach.async.action-ends'],
    b =>
      rewrite(
        b.sequences.disconnect,
        'ended',
        () =>
          ({ action }) =>
            endEvent(action, 'Error'),
      ),
  ),
  volume(
    'detach-again-accepted',
    'A second detach of a volume that is detaching is accepted.',
    ['detach.async.twice'],
    b =>
      insertBefore(b.sequences.delete, 'begin', 'again', call =>
        call.world.cinder.volumes.get(call.volumeId)?.status === 'detaching' ? detached(call) : undefined,
      ),
  ),
  volume(
    'detach-blocks-attach',
    'A volume cannot be attached again for 300 ms after its detach has ended.',
    ['attach.async.again'],
    b => block(b, () => true),
  ),
  volume(
    'detach-keeps-to-server',
    'A volume can be attached only to its last server for 300 ms after its detach has ended.',
    ['attach.async.elsewhere'],
    b => block(b, (last, server) => last !== server),
  ),
  phantom(
    'detach-failure-drops-row',
    'A detach that fails on the host takes the row away all the same.',
    ['detach.failed.kept'],
    b => {
      insertBefore(b.sequences.disconnectFailure, 'ended', 'row', ({ world, server, row }) =>
        world.nova.dropRow(server, row),
      );
      freeAtEnd(b);
    },
  ),
  lost(
    'detach-failure-keeps-detaching',
    'A detach that fails on the host leaves its volume detaching.',
    ['detach.failed.kept'],
    b => drop(b.sequences.disconnectFailure, 'rolled'),
  ),
  fault(
    'detach-failure-succeeds',
    'The action of a detach that fails on the host ends with Success.',
    ['detach.failed.action'],
    b =>
      rewrite(
        b.sequences.disconnectFailure,
        'ended',
        () =>
          ({ action }) =>
            endEvent(action, 'Success'),
      ),
  ),
];

/**
 * The last entry of each volume that was let go, noted as a detach begins to free it. Cinder shows what `shown` holds of a
 * volume that is available; by default all of it.
 */
function lastEntries(
  { volumes, sequences }: Behaviour,
  shown?: ReadonlyMap<Volume, CinderAttachment>,
): Map<Volume, CinderAttachment> {
  const last = new Map<Volume, CinderAttachment>();
  const { entries } = volumes;
  volumes.entries = (volume, all) => {
    const stale = volume.status === 'available' ? (shown ?? last).get(volume) : undefined;
    return stale === undefined ? entries(volume, all) : [stale];
  };
  insertBefore(sequences.disconnect, 'free', 'noted', ({ world, volume, row }) => {
    const attachment = world.cinder.attachments.get(row.attachmentId ?? '');
    if (attachment !== undefined) last.set(volume, attachment);
  });
  return last;
}

function isOf([row, owner]: [Row, Server], server: Server, volumeId: string): boolean {
  return owner === server && row.volumeId === volumeId && !server.rows.some(other => other.volumeId === volumeId);
}

/** Refuses for a while to attach a volume that was detached. */
function block({ sequences }: Behaviour, refuses: (last: Server, server: Server) => boolean): void {
  const blocked = new Map<string, Server>();
  insertAfter(sequences.disconnect, 'row', 'blocked', ({ server, volume }) => void blocked.set(volume.id, server));
  insertAfter(sequences.disconnect, 'ended', 'unblocked', async ({ world, volume }) => {
    await world.clock.wait(BLOCKED_MS);
    blocked.delete(volume.id);
  });
  insertBefore(sequences.create, 'double-attach', 'blocked', call => {
    const volume = str(call.wanted.volumeId);
    const last = blocked.get(volume);
    if (last !== undefined && refuses(last, call.server)) {
      throw call.refusal('attached', { volume, servers: last.id });
    }
  });
}
