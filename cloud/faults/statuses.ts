import { str } from '../python.ts';
import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';
import { drop, everySequence, insertBefore, present, restatus } from './patching.ts';

const fault = ofKind('status');
const gate = ofKind('microversion-gate');
const volume = ofKind('volume');
const schema = ofKind('schema');

/** Mistakes in the codes, keys and messages of answers; a table. */
export const statusFaults: readonly Fault[] = [
  fault('list-203', 'List answers 203.', ['list.success'], b => {
    b.views.codes.list = 203;
  }),
  fault('show-203', 'Show answers 203.', ['show.success'], b => {
    b.views.codes.show = 203;
  }),
  gate('create-202-early', 'Attach answers 202 with a body up to 2.100 too.', ['attach.success'], b => {
    b.views.codes.create = 202;
  }),
  gate('create-async-200', 'Attach answers 200 at 2.101 and later.', ['attach.accepted'], b => {
    b.views.codes.createAsync = 200;
  }),
  fault('update-200', 'Update answers 200 instead of 202.', ['update.flag'], b => {
    b.views.codes.update = 200;
  }),
  fault('update-204', 'Update answers 204 instead of 202.', ['update.flag'], b => {
    b.views.codes.update = 204;
  }),
  fault('delete-204', 'Detach answers 204 instead of 202.', ['detach.success'], b => {
    b.views.codes.delete = 204;
  }),
  fault('delete-200', 'Detach answers 200 instead of 202.', ['detach.success'], b => {
    b.views.codes.delete = 200;
  }),
  fault('server-unknown-400', 'An unknown server is 400 instead of 404.', ['access.server.unknown'], b =>
    restatus(b, 'server-unknown', 400),
  ),
  fault(
    'server-malformed-400',
    'A server id that is no UUID is 400 instead of 404.',
    ['access.server.malformed'],
    b => {
      for (const steps of everySequence(b)) {
        insertBefore(steps, 'server', 'server-id', call => {
          if (!/^[0-9a-f-]{36}$/.test(call.serverId)) throw call.refusal('schema', { text: 'not a uuid' });
        });
      }
    },
  ),
  fault(
    'create-volume-foreign-403',
    'Attach of a volume of another project is 403 instead of 404.',
    ['attach.volume.other-project'],
    b =>
      insertBefore(b.sequences.create, 'volume', 'volume-owner', call => {
        const owner = call.world.cinder.volumes.get(str(call.wanted.volumeId))?.projectId;
        if (owner !== undefined && owner !== call.token.project?.id) throw call.refusal('policy', { rule: 'create' });
      }),
  ),
  fault(
    'create-volume-unknown-400',
    'Attach of an unknown volume is 400 instead of 404.',
    ['attach.volume.unknown', 'attach.request.valid'],
    b => restatus(b, 'create.volume-unknown', 400),
  ),
  fault(
    'delete-volume-unknown-400',
    'Detach of an unknown volume is 400 instead of 404.',
    ['detach.volume.unknown'],
    b => restatus(b, 'delete.volume-unknown', 400),
  ),
  fault(
    'show-not-attached-400',
    'Show of a volume that is not attached is 400 instead of 404.',
    ['show.volume.unknown'],
    b => restatus(b, 'show.not-attached', 400),
  ),
  fault(
    'delete-not-attached-400',
    'Detach of a volume that is not attached is 400 instead of 404.',
    ['detach.volume.unknown'],
    b => restatus(b, 'delete.not-attached', 400),
  ),
  fault(
    'delete-not-attached-409',
    'Detach of a volume that is not attached is 409 instead of 404.',
    ['detach.volume.unknown'],
    b => restatus(b, 'delete.not-attached', 409),
  ),
  fault(
    'update-not-attached-400',
    'Update of a volume that is not attached is 400 instead of 404.',
    ['update.volume.unknown'],
    b => restatus(b, 'row-unknown', 400),
  ),
  fault(
    'create-attached-409',
    'Attach of an attached volume is 409 instead of 400.',
    ['attach.volume.attached', 'attach.volume.attached-elsewhere'],
    b => {
      restatus(b, 'attached', 409);
      restatus(b, 'attached-here', 409);
    },
  ),
  fault(
    'create-attached-here-409',
    'Attach of a shared volume to a server that has it is 409 instead of 400.',
    ['attach.multiattach.again'],
    b => restatus(b, 'attached-here', 409),
  ),
  fault(
    'create-not-available-409',
    'Attach of a volume that is not available is 409 instead of 400.',
    ['attach.volume.reserved', 'attach.volume.error'],
    b => restatus(b, 'reserve-refused', 409),
  ),
  fault(
    'create-multiattach-old-409',
    'Attach of a multiattach volume below 2.60 is 409 instead of 400.',
    ['attach.multiattach.refused'],
    b => restatus(b, 'multiattach-version', 409),
  ),
  fault(
    'create-multiattach-offloaded-409',
    'Attach of a multiattach volume to an offloaded server is 409 instead of 400.',
    ['attach.multiattach.offloaded'],
    b => restatus(b, 'offloaded-multiattach', 409),
  ),
  fault(
    'create-tag-offloaded-409',
    'Attach with a tag to an offloaded server is 409 instead of 400.',
    ['attach.tag.offloaded'],
    b => restatus(b, 'offloaded-tag', 409),
  ),
  fault('create-device-in-use-400', 'Attach with a device in use is 400 instead of 409.', ['attach.device.used'], b =>
    restatus(b, 'device-in-use', 400),
  ),
  fault('root-detach-409', 'Detach of the root volume is 409 instead of 400.', ['detach.root'], b =>
    restatus(b, 'root', 409),
  ),
  fault('root-detach-403', 'Detach of the root volume is 403 instead of 400.', ['detach.root'], b =>
    restatus(b, 'root', 403),
  ),
  fault(
    'detach-busy-409',
    'Detach of a volume that is attaching or detaching is 409 instead of 400.',
    ['detach.volume.detaching', 'detach.async.early', 'detach.async.while-attaching', 'history.overlapping'],
    b => restatus(b, 'detach-refused', 409),
  ),
  fault(
    'create-launched-400',
    'Attach to a server that never ran is 400 instead of 409.',
    ['attach.state.never_launched'],
    b => restatus(b, 'create.not-launched', 400),
  ),
  fault(
    'delete-launched-400',
    'Detach from a server that never ran is 400 instead of 409.',
    ['detach.state.never_launched'],
    b => restatus(b, 'delete.not-launched', 400),
  ),
  fault('swap-shared-409', 'Swap of a shared volume is 409 instead of 400.', ['update.swap.shared'], b =>
    restatus(b, 'shared', 409),
  ),
  fault(
    'create-state-400',
    'Attach in a wrong vm_state is 400 instead of 409.',
    ['attach.state.building', 'attach.state.suspended', 'attach.state.rescued', 'attach.state.error'],
    b => restatus(b, 'create.vm-state', 400),
  ),
  fault(
    'create-state-403',
    'Attach in a wrong vm_state is 403 instead of 409.',
    ['attach.state.building', 'attach.state.suspended', 'attach.state.rescued', 'attach.state.error'],
    b => restatus(b, 'create.vm-state', 403),
  ),
  fault(
    'delete-state-400',
    'Detach in a wrong vm_state is 400 instead of 409.',
    ['detach.state.suspended', 'detach.state.rescued', 'detach.state.error'],
    b => restatus(b, 'delete.vm-state', 400),
  ),
  fault('create-task-400', 'Attach while a task runs is 400 instead of 409.', ['attach.state.busy'], b =>
    restatus(b, 'create.task-state', 400),
  ),
  fault('delete-task-400', 'Detach while a task runs is 400 instead of 409.', ['detach.state.busy'], b =>
    restatus(b, 'delete.task-state', 400),
  ),
  fault('locked-423', 'A locked server is 423 instead of 409.', ['attach.state.locked', 'detach.state.locked'], b =>
    restatus(b, 'locked', 423),
  ),
  fault('locked-403', 'A locked server is 403 instead of 409.', ['attach.state.locked', 'detach.state.locked'], b =>
    restatus(b, 'locked', 403),
  ),
  fault('immutable-409', 'A changed property in an update is 409 instead of 400.', ['update.immutable'], b =>
    restatus(b, 'immutable', 409),
  ),
  fault(
    'schema-422',
    'A body against the schema is 422 instead of 400.',
    [
      'attach.request.invalid',
      'attach.request.random',
      'update.request.invalid',
      'update.request.random',
      'list.query.invalid',
      'list.query.random',
    ],
    b => restatus(b, 'schema', 422),
  ),
  fault(
    'json-422',
    'A body that is no JSON is 422 instead of 400.',
    ['attach.body.malformed', 'update.body.malformed'],
    b => restatus(b, 'json', 422),
  ),
  fault('content-type-400', 'A wrong content type is 400 instead of 415.', ['request.content-type.refused'], b =>
    restatus(b, 'content-type', 400),
  ),
  fault('project-in-url-404', 'A wrong project in the URL is 404 instead of 400.', ['request.project-url'], b =>
    restatus(b, 'project-url', 404),
  ),
  fault('swap-new-unknown-404', 'Swap to an unknown volume is 404 instead of 400.', ['update.swap.other.unknown'], b =>
    restatus(b, 'new-volume-unknown', 404),
  ),
  fault('swap-old-unknown-400', 'Swap of an unknown volume is 400 instead of 404.', ['update.swap.volume.unknown'], b =>
    restatus(b, 'update.volume-unknown', 400),
  ),
  fault(
    'swap-not-migrating-400',
    'Swap of a volume that Cinder does not migrate is 400 instead of 409.',
    ['update.swap.other.unknown', 'update.swap.other.attached', 'update.swap.itself'],
    b => restatus(b, 'not-migrating', 400),
  ),
  volume(
    'swap-migration-unasked',
    'Swap never asks whether Cinder migrates the volume.',
    ['update.swap.other.unknown', 'update.swap.other.attached', 'update.swap.itself'],
    b => drop(b.sequences.update, 'migrating'),
  ),
  schema('error-key-409', 'The body of a 409 has the key "conflict".', ['update.swap.other.attached'], b => {
    b.conditions.keys.set(409, 'conflict');
  }),
  schema('error-key-404', 'The body of a 404 has the key "notFound".', ['access.server.unknown'], b => {
    b.conditions.keys.set(404, 'notFound');
  }),
  schema('error-key-400', 'The body of a 400 has the key "error".', ['attach.body.malformed'], b => {
    b.conditions.keys.set(400, 'error');
  }),
  schema('error-key-403', 'The body of a 403 has the key "error".', ['attach.access.reader'], b => {
    b.conditions.keys.set(403, 'error');
  }),
  schema('error-key-406', 'The body of a 406 has a key of its own.', ['version.unsupported'], b => {
    b.conditions.keys.set(406, 'notAcceptable');
  }),
  schema(
    'error-key-415',
    'The body of a 415 has the key "unsupportedMediaType".',
    ['request.content-type.refused'],
    b => {
      b.conditions.keys.set(415, 'unsupportedMediaType');
    },
  ),
  schema(
    'error-message-state-silent',
    'A refusal for the vm_state does not say which one.',
    [
      'attach.state.building',
      'attach.state.suspended',
      'attach.state.rescued',
      'attach.state.error',
      'attach.state.shelved',
      'attach.state.shelved_offloaded',
      'detach.state.building',
      'detach.state.suspended',
      'detach.state.rescued',
      'detach.state.error',
      'detach.state.shelved',
      'detach.state.shelved_offloaded',
    ],
    b => {
      present(b.conditions.table.get('vm-state'), 'vm-state').message = 'The server is in a wrong state';
    },
  ),
];
