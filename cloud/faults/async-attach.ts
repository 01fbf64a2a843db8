import { newUuid } from '../ids.ts';
import { endEvent, recordAction, startEvent } from '../nova/compute/actions-log.ts';
import { newRow } from '../nova/compute/attach.ts';
import { startConnect } from '../nova/compute/connect.ts';
import { pickDevice } from '../nova/compute/devices.ts';
import { ending } from '../nova/compute/work.ts';
import { str } from '../python.ts';
import { attached, detached } from './answers.ts';
import type { Fault } from './fault.ts';
import { during, freeAtEnd, hiddenRows, noticeably, shownFlags, shownStatuses, unfinishedRows } from './masks.ts';
import { ofKind } from './of-kind.ts';
import { drop, field, insertAfter, insertBefore, moveBefore, rewrite } from './patching.ts';

const fault = ofKind('async-order');
const phantom = ofKind('phantom');
const lost = ofKind('lost-effect');
const schema = ofKind('schema');
const volume = ofKind('volume');

/** How much later a dropped attach is done all the same. */
const MUCH_LATER_MS = 300;

/** Mistakes on the way of an attach that was accepted, whether before the answer or behind it; a table. */
export const asyncAttachFaults: readonly Fault[] = [
  fault(
    'attach-row-late',
    'The row is in the list only 150 ms after an attach is answered.',
    ['attach.async.listed', 'attach.async.course'],
    b => {
      const hidden = hiddenRows(b);
      insertAfter(b.sequences.prepare, 'row', 'hidden', ({ row }) => {
        if (row !== undefined) hidden.add(row);
      });
      insertBefore(b.sequences.connect, 'started', 'shown', async ({ world, row }) => {
        await noticeably(world.clock);
        hidden.delete(row);
      });
    },
  ),
  fault(
    'attach-row-after-in-use',
    'The row is in the list only 150 ms after the volume is in use.',
    ['attach.async.list-first', 'attach.hanging.visible'],
    b => {
      const hidden = hiddenRows(b);
      insertAfter(b.sequences.prepare, 'row', 'hidden', ({ row }) => {
        if (row !== undefined) hidden.add(row);
      });
      insertAfter(b.sequences.connect, 'in-use', 'shown', async ({ world, row }) => {
        await noticeably(world.clock);
        hidden.delete(row);
      });
    },
  ),
  fault(
    'attach-row-flickers',
    'The row is out of the list for 150 ms while the volume is attaching.',
    ['attach.async.list-once'],
    b => {
      const hidden = hiddenRows(b);
      insertAfter(b.sequences.connect, 'attaching', 'flicker', async ({ world, row }) => {
        await noticeably(world.clock);
        await during(
          world.clock,
          () => hidden.add(row),
          () => hidden.delete(row),
        );
      });
    },
  ),
  fault(
    'attach-row-flickers-later',
    'The row is out of the list for 150 ms after the attach has ended.',
    ['attach.async.list-once'],
    b => {
      const hidden = hiddenRows(b);
      insertAfter(b.sequences.connect, 'ended', 'flicker', async ({ world, row }) => {
        await noticeably(world.clock);
        await during(
          world.clock,
          () => hidden.add(row),
          () => hidden.delete(row),
        );
      });
    },
  ),
  phantom(
    'attach-row-twice',
    'The row is in the list twice while its volume is attaching.',
    ['attach.async.unique'],
    b => {
      const unfinished = unfinishedRows(b);
      b.views.order = rows => rows.flatMap(row => (unfinished.has(row) ? [row, row] : [row]));
    },
  ),
  fault(
    'attach-server-id-wrong',
    'The row names another server while its volume is attaching.',
    ['attach.async.server-id'],
    b => {
      const unfinished = unfinishedRows(b);
      const stranger = newUuid();
      for (const fields of [b.views.list, b.views.show]) {
        field(fields, 'serverId').value = ({ row, server }) => (unfinished.has(row) ? stranger : server.id);
      }
    },
  ),
  fault(
    'attach-show-late',
    'Show does not find an attachment that is in the list until its volume is in use.',
    ['attach.async.show'],
    b => {
      const unfinished = unfinishedRows(b);
      rewrite(b.sequences.show, 'attachment', run => async call => {
        await run(call);
        if (unfinished.has(call.row)) {
          throw call.refusal('not-attached', { server: call.server.id, volume: call.volumeId });
        }
      });
    },
  ),
  fault(
    'attach-renews-row',
    'The bdm_uuid of an attachment changes when the attach completes.',
    ['attach.async.bdm-uuid'],
    b =>
      insertAfter(b.sequences.connect, 'in-use', 'renewed', async ({ world, row }) => {
        await noticeably(world.clock);
        row.uuid = newUuid();
      }),
  ),
  fault(
    'attach-flag-late',
    'A true delete_on_termination shows as false for 150 ms after the answer.',
    ['attach.async.flag'],
    b => {
      const flags = shownFlags(b);
      insertAfter(b.sequences.prepare, 'action', 'late', ({ world, row }) => {
        if (row?.deleteOnTermination !== true) return;
        world.clock.background(() =>
          during(
            world.clock,
            () => flags.set(row, false),
            () => flags.delete(row),
          ),
        );
      });
    },
  ),
  lost(
    'attach-flag-reset',
    'The flag delete_on_termination is false again when the attach completes.',
    ['attach.async.flag', 'attach.async.flag-kept'],
    b =>
      insertBefore(b.sequences.connect, 'ended', 'reset', ({ row }) => {
        row.deleteOnTermination = false;
      }),
  ),
  lost('attach-tag-dropped', 'The tag is lost when the attach completes.', ['attach.async.tag'], b =>
    insertBefore(b.sequences.connect, 'ended', 'reset', ({ row }) => {
      row.tag = null;
    }),
  ),
  fault('attach-device-renamed', 'The device is another one when the attach completes.', ['attach.async.device'], b =>
    insertBefore(b.sequences.connect, 'ended', 'renamed', async ({ world, server, row }) => {
      await noticeably(world.clock);
      row.device = pickDevice(server, null) ?? null;
    }),
  ),
  schema('attach-attachment-id-null', 'The attachment_id of every attachment stays null.', ['show.ids'], b => {
    for (const fields of [b.views.list, b.views.show]) field(fields, 'attachment_id').value = () => null;
  }),
  fault(
    'attach-volume-falls-back',
    'The volume is available again for 150 ms between reserved and attaching.',
    ['attach.async.volume-order'],
    b => {
      const statuses = shownStatuses(b);
      insertBefore(b.sequences.connect, 'attaching', 'back', async ({ world, volume }) => {
        await noticeably(world.clock);
        await during(
          world.clock,
          () => statuses.set(volume, 'available'),
          () => statuses.delete(volume),
        );
      });
    },
  ),
  lost(
    'attach-stays-attaching',
    'The action ends with Success, but the volume stays attaching for ever.',
    ['attach.async.completes'],
    b => drop(b.sequences.connect, 'in-use'),
  ),
  fault(
    'attach-entry-late',
    'A volume is in use 150 ms before its attachments say where.',
    ['attach.async.entry-status'],
    b => {
      const late = new Set<string>();
      const { entries } = b.volumes;
      b.volumes.entries = (volume, all) => entries(volume, all).filter(({ id }) => !late.has(id));
      rewrite(b.sequences.connect, 'in-use', run => async work => {
        const id = work.row.attachmentId ?? '';
        late.add(id);
        await run(work);
        await noticeably(work.world.clock);
        late.delete(id);
      });
    },
  ),
  fault(
    'attach-entry-flickers',
    'The attachments of a volume lack the new one for 150 ms after the attach has ended.',
    ['attach.async.entry-once'],
    b => {
      const hidden = new Set<string>();
      const { entries } = b.volumes;
      b.volumes.entries = (volume, all) => entries(volume, all).filter(({ id }) => !hidden.has(id));
      insertAfter(b.sequences.connect, 'in-use', 'flicker', async ({ world, row }) => {
        const id = row.attachmentId ?? '';
        await noticeably(world.clock);
        await during(
          world.clock,
          () => hidden.add(id),
          () => hidden.delete(id),
        );
      });
    },
  ),
  fault(
    'attach-reserves-late',
    'The volume of an attach is still available for 150 ms after the answer.',
    ['attach.async.reserved'],
    b => {
      const statuses = shownStatuses(b);
      insertAfter(b.sequences.prepare, 'reserve', 'unseen', ({ volume }) => {
        if (volume.status === 'reserved') statuses.set(volume, 'available');
      });
      insertBefore(b.sequences.connect, 'attaching', 'seen', async ({ world, volume }) => {
        await noticeably(world.clock);
        statuses.delete(volume);
      });
    },
  ),
  phantom(
    'attach-listed-everywhere',
    'A volume that is attaching to one server is in the list of every server.',
    ['attach.async.alone'],
    b => {
      const unfinished = unfinishedRows(b);
      const { order } = b.views;
      b.views.order = rows => [...order(rows), ...[...unfinished].filter(row => !rows.includes(row))];
    },
  ),
  lost(
    'attach-entry-missing',
    'The attachments of a volume never say where it is attached.',
    ['attach.async.entry'],
    b => {
      b.volumes.entries = () => [];
    },
  ),
  phantom(
    'attach-entry-other-server',
    'The attachments of a volume name a server that does not have it.',
    ['attach.async.entry'],
    b => {
      const stranger = newUuid();
      const { entries } = b.volumes;
      b.volumes.entries = (volume, all) => entries(volume, all).map(entry => ({ ...entry, serverId: stranger }));
    },
  ),
  fault(
    'attach-action-late',
    'The action of an attach can be read only 150 ms after the answer.',
    ['attach.async.action-noted'],
    b =>
      insertAfter(b.sequences.prepare, 'action', 'late', ({ world, server, action }) => {
        if (action === undefined) return;
        world.clock.background(() =>
          during(
            world.clock,
            () => (server.actions = server.actions.filter(one => one !== action)),
            () => (server.actions = [action, ...server.actions]),
          ),
        );
      }),
  ),
  lost('attach-action-missing', 'Attaches leave no instance action.', ['attach.async.action'], b => {
    b.effects.recordsAction = name => name !== 'attach_volume';
  }),
  fault('attach-action-misnamed', 'The action of an attach has another name.', ['attach.async.action'], b => {
    for (const sequence of [b.sequences.prepare, b.sequences.attachOffloaded]) {
      insertAfter(sequence, 'action', 'misnamed', ({ action }) => {
        if (action !== undefined) action.action = 'volume_attach';
      });
    }
  }),
  lost(
    'attach-action-never-ends',
    'The action of an attach that is done never ends.',
    ['attach.async.action-ends'],
    b => drop(b.sequences.connect, 'ended'),
  ),
  fault(
    'attach-action-early',
    'The action of an attach ends 150 ms before the volume is in use.',
    ['attach.async.action-last'],
    b => {
      drop(b.sequences.connect, 'ended');
      insertBefore(b.sequences.connect, 'in-use', 'ended', ({ world, action }) => {
        endEvent(action, 'Success');
        return noticeably(world.clock);
      });
    },
  ),
  fault(
    'attach-action-fails',
    'The action of an attach that is done ends with Error.',
    ['attach.async.action-ends'],
    b =>
      rewrite(
        b.sequences.connect,
        'ended',
        () =>
          ({ action }) =>
            endEvent(action, 'Error'),
      ),
  ),
  phantom(
    'attach-failure-keeps-row',
    'An attach that fails on the host leaves its row in the list.',
    ['attach.failed.released'],
    b => drop(b.sequences.connectFailure, 'row'),
  ),
  lost(
    'attach-failure-keeps-volume',
    'An attach that fails on the host leaves its volume attaching.',
    ['attach.failed.released'],
    b => {
      drop(b.sequences.connectFailure, 'free');
      freeAtEnd(b);
    },
  ),
  fault(
    'attach-failure-row-first',
    'An attach that fails on the host takes its row away 150 ms before it frees the volume.',
    ['attach.failed.order'],
    b => {
      moveBefore(b.sequences.connectFailure, 'row', 'free');
      insertBefore(b.sequences.connectFailure, 'free', 'late', ({ world }) => noticeably(world.clock));
    },
  ),
  fault(
    'attach-failure-succeeds',
    'The action of an attach that fails on the host ends with Success.',
    ['attach.failed.action'],
    b =>
      rewrite(
        b.sequences.connectFailure,
        'ended',
        () =>
          ({ action }) =>
            endEvent(action, 'Success'),
      ),
  ),
  lost(
    'attach-failure-never-ends',
    'The action of an attach that fails on the host never ends.',
    ['attach.failed.action'],
    b => drop(b.sequences.connectFailure, 'ended'),
  ),
  phantom(
    'attach-dropped-keeps-row',
    'An attach refused behind its answer leaves its row in the list.',
    ['attach.dropped.listed'],
    b => {
      b.effects.afterDrop = ({ world, server, row }) => {
        if (row !== undefined) world.nova.addRow(server, Object.assign(row, { attachmentId: null }));
      };
    },
  ),
  phantom(
    'attach-dropped-notes-action',
    'An attach refused behind its answer leaves an action that failed.',
    ['attach.dropped.listed'],
    b => {
      b.effects.afterDrop = ({ world, server, origin }) => {
        const action = recordAction(world, server, 'attach_volume', origin);
        startEvent(action, 'compute_attach_volume', server.host)('Error');
      };
    },
  ),
  phantom(
    'attach-dropped-done-later',
    'An attach refused behind its answer is done 300 ms later whatever the status of the volume.',
    ['attach.dropped.volume'],
    b => {
      b.effects.afterDrop = async job => {
        const { world, server, volume } = job;
        await world.clock.wait(MUCH_LATER_MS);
        if (ending(world, server) || !world.cinder.volumes.has(volume.id)) return;
        const row = newRow(job, pickDevice(server, null) ?? null);
        row.attachmentId = world.cinder.reserve(volume, server.id, true).id;
        const action = recordAction(world, server, 'attach_volume', job.origin);
        startConnect({ world, server, volume, row, action });
      };
    },
  ),
  phantom(
    'attach-dropped-resets-volume',
    'An attach refused behind its answer makes its volume available.',
    ['attach.dropped.volume'],
    b => {
      b.effects.afterDrop = ({ volume }) => {
        volume.status = 'available';
      };
    },
  ),
  volume(
    'detach-while-attaching-accepted',
    'A detach of a volume that is attaching takes only the row away.',
    ['detach.async.while-attaching'],
    b => {
      insertBefore(b.sequences.delete, 'begin', 'attaching', call => {
        if (call.world.cinder.volumes.get(call.volumeId)?.status !== 'attaching') return;
        call.world.nova.dropRow(call.server, call.row);
        return detached(call);
      });
      freeAtEnd(b);
    },
  ),
  volume(
    'attach-while-attaching-accepted',
    'A second attach of a volume that is attaching is accepted.',
    ['attach.hanging.again'],
    b => {
      b.effects.forcesReserve = ({ status }) => status === 'attaching';
      rewrite(b.sequences.create, 'double-attach', run => call => {
        const volume = call.world.cinder.volumes.get(str(call.wanted.volumeId));
        if (volume?.status !== 'attaching') return run(call);
        const row = call.server.rows.find(({ volumeId }) => volumeId === volume.id);
        return row === undefined ? undefined : attached(call, row);
      });
    },
  ),
];
