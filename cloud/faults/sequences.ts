import type { Behaviour } from '../behaviour/behaviour.ts';
import { ApiError } from '../http/api-error.ts';
import type { Row, Server } from '../nova/server.ts';
import type { Fault } from './fault.ts';
import { volumeKey } from './meetings.ts';
import { insertAfter, insertBefore, rewrite } from './patching.ts';

/** Mistakes that only some histories of requests show, although each request was waited for; a table. */
export const sequenceFaults: readonly Fault[] = [
  fault('seq-flag-lost-by-stop', 'A server that is stopped and started forgets the flags of its attachments.', b =>
    afterAction(b, ['os-start'], server => {
      for (const row of attachmentsOf(server)) row.deleteOnTermination = false;
    }),
  ),
  fault('seq-flag-shared', 'An update of one flag changes the flags of all attachments of the server.', b =>
    insertAfter(b.sequences.update, 'flag', 'shared', call => {
      if (call.minor < b.effects.updateSince || call.wanted.delete_on_termination === undefined) return;
      for (const row of attachmentsOf(call.server)) row.deleteOnTermination = call.row.deleteOnTermination;
    }),
  ),
  fault('seq-tag-lost-by-resize', 'A resize that is confirmed or reverted takes the tags of the attachments away.', b =>
    afterAction(b, ['confirmResize', 'revertResize'], server => {
      for (const row of attachmentsOf(server)) row.tag = null;
    }),
  ),
  fault('seq-third-attach-refused', 'A server with two attachments refuses a third one with 403.', b =>
    insertBefore(b.sequences.create, 'double-attach', 'limit', ({ server }) => {
      if (attachmentsOf(server).length < 2) return;
      throw new ApiError(
        403,
        'The maximum allowed number of disk devices (2) to attach to a single instance has been exceeded.',
      );
    }),
  ),
  fault('seq-reattach-refused', 'A server refuses a volume that was detached from it before.', b => {
    const had = new WeakMap<Server, Set<string | null>>();
    afterDetach(b, (server, { volumeId }) => void had.set(server, (had.get(server) ?? new Set()).add(volumeId)));
    insertBefore(b.sequences.create, 'double-attach', 'had', call => {
      const volume = volumeKey(call);
      if (had.get(call.server)?.has(volume)) throw call.refusal('attached-here', { volume });
    });
  }),
  fault(
    'seq-detach-remembers-suspend',
    'A server that was suspended once refuses detaches after its resumption.',
    b => {
      const resumed = marked(b, ['resume']);
      insertBefore(b.sequences.delete, 'begin', 'suspended', call => {
        if (!resumed.has(call.server)) return;
        const { action } = b.states.detach;
        throw call.refusal('vm-state', { action, server: call.server.id, state: 'suspended' });
      });
    },
  ),
  fault('seq-unlock-after-pause', 'A server that was paused once refuses attaches for ever once it is unlocked.', b => {
    const paused = marked(b, ['pause']);
    const stuck = new WeakSet<Server>();
    afterAction(b, ['unlock'], server => {
      if (paused.has(server)) stuck.add(server);
    });
    insertBefore(b.sequences.create, 'double-attach', 'locked', call => {
      if (stuck.has(call.server)) throw call.refusal('locked', { server: call.server.id });
    });
  }),
  fault('seq-show-stale', 'Show still finds a volume that was detached while its server was stopped.', b => {
    const stale = new WeakMap<Server, Row[]>();
    afterDetach(b, (server, row) => {
      if (server.vmState === 'stopped') stale.set(server, [...(stale.get(server) ?? []), row]);
    });
    rewrite(b.sequences.show, 'attachment', run => call => {
      const named = ({ volumeId }: Row): boolean => volumeId === call.volumeId;
      const row = call.server.rows.some(named) ? undefined : stale.get(call.server)?.find(named);
      if (row === undefined) return run(call);
      call.row = row;
    });
  }),
  fault(
    'seq-list-forgets-paused',
    'The list forgets what was attached to a paused server once that is unpaused.',
    b => {
      const young = new WeakSet<Row>();
      const forgotten = new WeakSet<Row>();
      insertAfter(b.sequences.prepare, 'row', 'paused', ({ server, row }) => {
        if (row !== undefined && server.vmState === 'paused') young.add(row);
      });
      afterAction(b, ['unpause'], server => {
        for (const row of server.rows) if (young.has(row)) forgotten.add(row);
      });
      const { order } = b.views;
      b.views.order = rows => order(rows).filter(row => !forgotten.has(row));
    },
  ),
  fault('seq-shelve-duplicates', 'After an unshelve the list names each volume of the server twice.', b => {
    const doubled = new WeakSet<Row>();
    afterAction(b, ['unshelve'], server => {
      for (const row of attachmentsOf(server)) doubled.add(row);
    });
    const { order } = b.views;
    b.views.order = rows => order(rows).flatMap(row => (doubled.has(row) ? [row, row] : [row]));
  }),
  fault('seq-detach-by-position', 'A detach takes the oldest attachment of the server, whichever was asked for.', b =>
    rewrite(b.sequences.delete, 'attachment', run => async call => {
      await run(call);
      const [oldest] = attachmentsOf(call.server);
      if (oldest !== undefined && call.row.bootIndex !== 0) call.row = oldest;
    }),
  ),
  fault('seq-volume-of-deleted-server', 'A volume that a deleted server had is refused by all others.', b => {
    const owners = new Map<string, string>();
    insertBefore(b.sequences.end, 'gone', 'owner', ({ server }) => {
      for (const { volumeId } of attachmentsOf(server)) if (volumeId !== null) owners.set(volumeId, server.id);
    });
    insertBefore(b.sequences.create, 'double-attach', 'owned', call => {
      const volume = volumeKey(call);
      const owner = owners.get(volume);
      if (owner !== undefined) throw call.refusal('attached', { volume, servers: owner });
    });
  }),
  fault(
    'seq-flag-after-detach',
    'A volume that was detached with the flag has the flag when it is attached again.',
    b => {
      const flagged = new Set<string>();
      afterDetach(b, (_, { volumeId, deleteOnTermination }) => {
        if (volumeId !== null && deleteOnTermination) flagged.add(volumeId);
      });
      insertAfter(b.sequences.prepare, 'flag', 'old', ({ row, volume }) => {
        if (row !== undefined && flagged.delete(volume.id)) row.deleteOnTermination = true;
      });
    },
  ),
  fault(
    'seq-offloaded-detach-keeps-row',
    'What was attached to an offloaded server stays in its list when it is detached after the unshelve.',
    b => {
      const early = new WeakSet<Row>();
      insertAfter(b.sequences.attachOffloaded, 'row', 'early', ({ row }) => {
        if (row !== undefined) early.add(row);
      });
      rewrite(b.sequences.disconnect, 'row', run => work => (early.has(work.row) ? undefined : run(work)));
    },
  ),
  fault('seq-rescue-accepts', 'A server that is rescued once more accepts attaches and detaches.', b => {
    const rescued = marked(b, ['unrescue']);
    for (const sequence of [b.sequences.create, b.sequences.delete]) {
      rewrite(
        sequence,
        'vm-state',
        run => call => (rescued.has(call.server) && call.server.vmState === 'rescued' ? undefined : run(call)),
      );
    }
  }),
];

function fault(id: string, sentence: string, patch: Fault['patch']): Fault {
  return { id, sentence, kind: 'sequence', breaks: ['history.settled'], patch };
}

/** The rows that can be attached and detached, the oldest first. */
function attachmentsOf({ rows }: Server): Row[] {
  return rows.filter(({ volumeId, bootIndex }) => volumeId !== null && bootIndex !== 0);
}

/** Lets something more happen when one of these server actions is done. */
function afterAction({ effects }: Behaviour, keys: readonly string[], happen: (server: Server) => void): void {
  const before = effects.afterAction;
  effects.afterAction = (server, key) => {
    before(server, key);
    if (keys.includes(key)) happen(server);
  };
}

/** The servers for which one of these actions is done. */
function marked(b: Behaviour, keys: readonly string[]): WeakSet<Server> {
  const servers = new WeakSet<Server>();
  afterAction(b, keys, server => void servers.add(server));
  return servers;
}

/** Lets something more happen when a detach has taken a row away. */
function afterDetach({ sequences }: Behaviour, happen: (server: Server, row: Row) => void): void {
  for (const sequence of [sequences.disconnect, sequences.detachOffloaded]) {
    insertAfter(sequence, 'row', 'detached', ({ server, row }) => happen(server, row));
  }
}
