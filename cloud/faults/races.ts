import type { Behaviour } from '../behaviour/behaviour.ts';
import { newUuid } from '../ids.ts';
import type { Call } from '../nova/api/call.ts';
import { pickDevice } from '../nova/compute/devices.ts';
import type { Row, Server } from '../nova/server.ts';
import type { World } from '../world.ts';
import { attached, detached } from './answers.ts';
import type { Fault } from './fault.ts';
import { freeAtEnd } from './masks.ts';
import { attachmentKey, type Meetings, meetings, serverKey, volumeKey } from './meetings.ts';
import { ofKind } from './of-kind.ts';
import { insertAfter, insertBefore, rewrite } from './patching.ts';

const fault = ofKind('concurrency');

/** Milliseconds that an attach whose volume is reserved is held up, so that other requests come in between. */
const HELD_MS = 10;

/** Mistakes that only requests which overlap bring about; a table. */
export const raceFaults: readonly Fault[] = [
  fault(
    'race-two-winners',
    'Two servers that ask for one volume at the same time both get it.',
    ['race.attach-two-servers'],
    b => {
      const rivals = rivalsIn(b);
      rewrite(
        b.sequences.create,
        'double-attach',
        run => call => (rivals(call.exchange.requestId, call.server) ? undefined : run(call)),
      );
      rewrite(b.sequences.prepare, 'reserve', run => async job => {
        if (!rivals(job.origin.requestId, job.server)) return run(job);
        await job.world.clock.step();
        if (job.row) job.row.attachmentId = job.world.cinder.reserve(job.volume, job.server.id, true).id;
      });
    },
  ),
  fault(
    'race-both-refused',
    'Two servers that ask for one volume at the same time are both refused.',
    ['race.attach-two-servers'],
    b => {
      const rivals = rivalsIn(b);
      rewrite(b.sequences.create, 'double-attach', run => call => {
        if (!rivals(call.exchange.requestId, call.server)) return run(call);
        throw call.refusal('attached', { volume: volumeKey(call), servers: call.server.id });
      });
    },
  ),
  fault(
    'race-double-row',
    'Two attaches of one volume to one server at the same time make two rows.',
    ['race.attach-twice'],
    b => {
      const met = meetings(attachmentKey, [b.sequences.create, 'double-attach']);
      rewrite(
        b.sequences.create,
        'double-attach',
        run => call => (met(call.exchange.requestId).length > 0 ? undefined : run(call)),
      );
      rewrite(
        b.sequences.prepare,
        'raced',
        run => job => (met(job.origin.requestId).length > 0 ? undefined : run(job)),
      );
    },
  ),
  fault(
    'race-phantom-row',
    'Of two attaches of one volume at the same time, the refused one leaves a row behind.',
    ['race.attach-twice', 'race.attach-two-servers'],
    phantomRows,
  ),
  fault(
    'race-two-detaches',
    'Two detaches of one attachment at the same time are both accepted.',
    ['race.detach-twice'],
    b => {
      const met = meetings(attachmentKey, [b.sequences.delete, 'begin']);
      rewrite(
        b.sequences.delete,
        'begin',
        run => call => (met(call.exchange.requestId).some(({ first }) => first) ? detached(call) : run(call)),
      );
    },
  ),
  fault(
    'race-lost-detach',
    'Of two detaches of one attachment at the same time one is accepted, and the volume stays attached.',
    ['race.detach-twice'],
    b => {
      const met = meetings(attachmentKey, [b.sequences.delete, 'begin']);
      rewrite(b.sequences.delete, 'begin', run => call => {
        const others = met(call.exchange.requestId);
        if (others.length === 0) return run(call);
        if (others.every(({ first }) => !first)) return detached(call);
        throw call.refusal('detach-refused', { text: 'the volume is being detached' });
      });
    },
  ),
  fault(
    'race-resurrected-row',
    'A flag update that meets a detach puts the row back after the detach.',
    ['race.update-detach'],
    b => {
      const met = updatesAndDetaches(b);
      insertAfter(b.sequences.disconnect, 'ended', 'back', ({ world, server, row, action }) => {
        const updated = met(action.requestId).some(({ call }) => call.operation === 'update');
        if (updated && world.nova.servers.has(server.id)) world.nova.addRow(server, row);
      });
    },
  ),
  fault('race-update-refused-500', 'A flag update that meets a detach is answered 500.', ['race.update-detach'], b => {
    const met = updatesAndDetaches(b);
    insertBefore(b.sequences.update, 'flag', 'lost', call => {
      if (met(call.exchange.requestId).some(({ call: { operation } }) => operation === 'delete')) {
        throw named('ObjectActionError');
      }
    });
  }),
  fault(
    'race-attach-detach-both',
    'A detach that meets the attach of its volume is accepted, and nothing of it happens.',
    ['race.detach-attaching'],
    b => {
      const met = meetings(attachmentKey, [b.sequences.create, 'double-attach'], [b.sequences.delete, 'attachment']);
      const absent = new WeakSet<Call>();
      // Now, as the row may be made while the detach is held up.
      rewrite(b.sequences.delete, 'volume', run => call => {
        if (call.server.rows.every(({ volumeId }) => volumeId !== call.volumeId)) absent.add(call);
        return run(call);
      });
      rewrite(b.sequences.delete, 'attachment', run => call => {
        const attaching = met(call.exchange.requestId).some(({ call: { operation } }) => operation === 'create');
        return attaching && absent.has(call) ? detached(call) : run(call);
      });
    },
  ),
  fault(
    'race-attach-while-detaching',
    'An attach that meets the detach of its volume is accepted, and nothing of it happens.',
    ['race.attach-detach'],
    b => {
      const met = meetings(attachmentKey, [b.sequences.create, 'double-attach'], [b.sequences.delete, 'begin']);
      rewrite(b.sequences.create, 'double-attach', run => call => {
        const [other] = met(call.exchange.requestId).filter(({ call: { operation } }) => operation === 'delete');
        return other === undefined ? run(call) : attached(call, other.call.row);
      });
    },
  ),
  fault(
    'race-shelve-strands',
    'An attach that meets a shelve loses its row and leaves its volume reserved for ever.',
    ['race.attach-shelve'],
    b => {
      const met = heldRows(b, task => task.startsWith('shelving'));
      failOnHost(b, met);
      rewrite(b.sequences.connectFailure, 'free', run => work => (met.has(work.row) ? undefined : run(work)));
    },
  ),
  fault(
    'race-shelve-row-only',
    'An attach that meets a shelve frees its volume and leaves its row.',
    ['race.attach-shelve'],
    b => {
      const met = heldRows(b, task => task.startsWith('shelving'));
      failOnHost(b, met);
      rewrite(b.sequences.connectFailure, 'row', run => work => (met.has(work.row) ? undefined : run(work)));
    },
  ),
  fault(
    'race-orphan',
    'An attach that meets the deletion of its server leaves its volume reserved for ever.',
    ['race.delete-attach'],
    b => {
      const met = heldRows(b, isDeletion);
      failOnHost(b, met);
      insertBefore(b.sequences.end, 'attachments', 'forgotten', ({ world, server }) => {
        for (const row of server.rows.filter(one => met.has(one))) world.nova.dropRow(server, row);
      });
      rewrite(b.sequences.connectFailure, 'free', run => work => (met.has(work.row) ? undefined : run(work)));
    },
  ),
  fault(
    'race-deleted-lists',
    'An attach that meets the deletion of its server keeps the list of the server alive.',
    ['race.delete-attach'],
    b => {
      const met = heldRows(b, isDeletion);
      const undead = new Map<string, Server>();
      insertBefore(b.sequences.end, 'gone', 'undead', ({ server }) => {
        if (server.rows.some(row => met.has(row))) undead.set(server.id, server);
      });
      rewrite(b.sequences.list, 'server', run => call => {
        const server = undead.get(call.serverId);
        if (server === undefined || !b.policy.finds(call.token, server.projectId)) return run(call);
        call.server = server;
      });
    },
  ),
  fault(
    'race-same-device',
    'Two volumes that are attached to one server at the same time get the same device.',
    ['race.attach-many'],
    b => {
      const met = meetings(serverKey, [b.sequences.create, 'double-attach']);
      const devices = new WeakMap<Server, string | null>();
      insertAfter(b.sequences.prepare, 'row', 'twin', ({ server, row, origin }) => {
        const others = met(origin.requestId);
        if (row === undefined || others.length === 0) return;
        if (others.some(({ first }) => first)) row.device = devices.get(server) ?? row.device;
        else devices.set(server, row.device);
      });
    },
  ),
  fault(
    'race-lost-row',
    'Of two volumes that are attached to one server at the same time one loses its row.',
    ['race.attach-many'],
    b => {
      const met = meetings(serverKey, [b.sequences.create, 'double-attach']);
      insertAfter(b.sequences.connect, 'in-use', 'lost', ({ world, server, row, action }) => {
        if (met(action.requestId).some(({ first }) => first)) world.nova.dropRow(server, row);
      });
      freeAtEnd(b);
    },
  ),
  fault(
    'race-deadlock-500',
    'Of two attaches to one server at the same time one is answered 500.',
    ['race.attach-many'],
    b => {
      const met = meetings(serverKey, [b.sequences.create, 'double-attach']);
      insertBefore(b.sequences.create, 'double-attach', 'deadlock', call => {
        if (met(call.exchange.requestId).some(({ first }) => first)) throw named('DBDeadlock');
      });
    },
  ),
];

/** An error of Nova that the API knows nothing of. */
function named(name: string): Error {
  return Object.assign(new Error(name), { name });
}

/** Whether an attach has met one of the same volume to another server. */
function rivalsIn({ sequences }: Behaviour): (requestId: string, server: Server) => boolean {
  const met = meetings(volumeKey, [sequences.create, 'double-attach']);
  return (requestId, server) => met(requestId).some(({ call }) => call.server !== server);
}

function updatesAndDetaches({ sequences }: Behaviour): Meetings {
  return meetings(attachmentKey, [sequences.update, 'flag'], [sequences.delete, 'begin']);
}

/** The rows of attaches during whose preparation the server began such a task. */
function heldRows({ sequences }: Behaviour, task: (name: string) => boolean): ReadonlySet<Row> {
  const rows = new Set<Row>();
  insertAfter(sequences.prepare, 'reserve', 'held', async ({ world, server, row }) => {
    await world.clock.wait(HELD_MS);
    if (row !== undefined && server.taskState !== null && task(server.taskState)) rows.add(row);
  });
  return rows;
}

function isDeletion(task: string): boolean {
  return ['deleting', 'soft-deleting'].includes(task);
}

/** Lets the host fail with these rows. */
function failOnHost({ sequences }: Behaviour, rows: ReadonlySet<Row>): void {
  insertBefore(sequences.connect, 'attaching', 'shelved', ({ row }) => {
    if (rows.has(row)) throw new Error('the server is shelved');
  });
}

function phantomRows(b: Behaviour): void {
  const met = meetings(volumeKey, [b.sequences.create, 'double-attach']);
  const phantoms = new WeakSet<Row>();
  const haunt = ({ nova }: World, server: Server, volumeId: string): void => {
    const row: Row = {
      uuid: newUuid(),
      volumeId,
      device: pickDevice(server, null) ?? null,
      tag: null,
      deleteOnTermination: false,
      // Some releases hide a row without one.
      attachmentId: newUuid(),
      bootIndex: null,
    };
    phantoms.add(row);
    nova.addRow(server, row);
  };
  for (const name of ['double-attach', 'answer']) {
    rewrite(b.sequences.create, name, run => async call => {
      try {
        return await run(call);
      } catch (error) {
        if (met(call.exchange.requestId).length > 0) haunt(call.world, call.server, volumeKey(call));
        throw error;
      }
    });
  }
  b.effects.afterDrop = ({ world, server, volume, origin }) => {
    if (met(origin.requestId).length > 0) haunt(world, server, volume.id);
  };
  // The volume of such a row is in the hands of another one.
  insertBefore(b.sequences.disconnect, 'row', 'phantom', ({ world, row, volume }) => {
    if (phantoms.has(row)) world.cinder.rollDetaching(volume);
  });
}
