import { newUuid } from '../ids.ts';
import type { Step } from '../nova/api/step.ts';
import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';
import { dropField, field, rewrite } from './patching.ts';

const fault = ofKind('schema');
const gate = ofKind('microversion-gate');

const reads = ['list', 'show'] as const;

/** Mistakes in the bodies of answers; a table. */
export const bodyFaults: readonly Fault[] = [
  ...reads.flatMap(view => [
    gate(`${view}-id-kept`, `${name(view)} keeps id at 2.89 and later.`, [`${view}.success`, `${view}.sample`], b => {
      field(b.views[view], 'id').until = Number.POSITIVE_INFINITY;
    }),
    gate(`${view}-id-lost-early`, `${name(view)} has no id at 2.88.`, [`${view}.success`], b => {
      field(b.views[view], 'id').until = 87;
    }),
    fault(`${view}-id-is-row`, `${name(view)} gives the uuid of the mapping as id.`, [`${view}.success`], b => {
      field(b.views[view], 'id').value = ({ row }) => row.uuid;
    }),
    fault(
      `${view}-volume-id-missing`,
      `${name(view)} lacks volumeId.`,
      [view === 'show' ? 'show.success' : 'list.root'],
      b => dropField(b.views[view], 'volumeId'),
    ),
    fault(`${view}-server-id-missing`, `${name(view)} lacks serverId.`, [`${view}.success`], b =>
      dropField(b.views[view], 'serverId'),
    ),
    fault(`${view}-server-id-wrong`, `${name(view)} gives the volume's id as serverId.`, [`${view}.success`], b => {
      field(b.views[view], 'serverId').value = ({ row }) => row.volumeId;
    }),
    fault(`${view}-device-missing`, `${name(view)} never tells the device.`, [`${view}.sample`], b =>
      dropField(b.views[view], 'device'),
    ),
    fault(
      `${view}-device-null`,
      `${name(view)} has a null device where it should have none.`,
      [`${view}.device.none`],
      b => {
        field(b.views[view], 'device').value = ({ row }) => row.device;
      },
    ),
    gate(`${view}-tag-too-early`, `${name(view)} has the tag from 2.69 on.`, [`${view}.success`], b => {
      field(b.views[view], 'tag').since = 69;
    }),
    gate(`${view}-tag-too-late`, `${name(view)} has the tag only from 2.71 on.`, [`${view}.success`], b => {
      field(b.views[view], 'tag').since = 71;
    }),
    fault(`${view}-tag-omitted-if-null`, `${name(view)} leaves a null tag out.`, [`${view}.success`], b => {
      field(b.views[view], 'tag').value = ({ row }) => row.tag ?? undefined;
    }),
    gate(`${view}-flag-too-early`, `${name(view)} has delete_on_termination from 2.78 on.`, [`${view}.success`], b => {
      field(b.views[view], 'delete_on_termination').since = 78;
    }),
    gate(
      `${view}-flag-too-late`,
      `${name(view)} has delete_on_termination only from 2.80 on.`,
      [`${view}.success`],
      b => {
        field(b.views[view], 'delete_on_termination').since = 80;
      },
    ),
    fault(
      `${view}-flag-as-string`,
      `${name(view)} gives delete_on_termination as text.`,
      [`${view}.success`, `${view}.sample`],
      b => {
        field(b.views[view], 'delete_on_termination').value = ({ row }) => String(row.deleteOnTermination);
      },
    ),
    gate(`${view}-attachment-id-too-early`, `${name(view)} has attachment_id from 2.88 on.`, [`${view}.success`], b => {
      field(b.views[view], 'attachment_id').since = 88;
    }),
    gate(
      `${view}-attachment-id-too-late`,
      `${name(view)} has attachment_id only from 2.90 on.`,
      [`${view}.success`],
      b => {
        field(b.views[view], 'attachment_id').since = 90;
      },
    ),
    fault(`${view}-attachment-id-null`, `${name(view)} always has a null attachment_id.`, [`${view}.success`], b => {
      field(b.views[view], 'attachment_id').value = () => null;
    }),
    gate(`${view}-bdm-uuid-too-early`, `${name(view)} has bdm_uuid from 2.88 on.`, [`${view}.success`], b => {
      field(b.views[view], 'bdm_uuid').since = 88;
    }),
    fault(`${view}-bdm-uuid-missing`, `${name(view)} lacks bdm_uuid.`, [`${view}.success`], b =>
      dropField(b.views[view], 'bdm_uuid'),
    ),
    fault(`${view}-bdm-uuid-changes`, `${name(view)} gives another bdm_uuid at each reading.`, [`${view}.ids`], b => {
      field(b.views[view], 'bdm_uuid').value = () => newUuid();
    }),
    fault(
      `${view}-extra-key`,
      `${name(view)} has a key that no microversion knows.`,
      [`${view}.success`, `${view}.sample`],
      b => {
        b.views[view].push({ name: 'status', since: 1, until: Number.POSITIVE_INFINITY, value: () => 'attached' });
      },
    ),
  ]),
  fault('list-wrapper', 'List wraps its items as "attachments".', ['list.reader'], b => {
    b.views.wrap.list = 'attachments';
  }),
  fault('show-wrapper', 'Show wraps its body as "attachment".', ['show.success', 'show.sample'], b => {
    b.views.wrap.show = 'attachment';
  }),
  fault('create-wrapper', 'Attach wraps its body as "attachment".', ['attach.success', 'attach.sample'], b => {
    b.views.wrap.create = 'attachment';
  }),
  fault('create-id-missing', 'The body of an attach lacks id.', ['attach.success'], b =>
    dropField(b.views.create, 'id'),
  ),
  gate('create-id-lost', 'The body of an attach has no id at 2.89 and later.', ['attach.success'], b => {
    field(b.views.create, 'id').until = 88;
  }),
  fault('create-server-id-missing', 'The body of an attach lacks serverId.', ['attach.success'], b =>
    dropField(b.views.create, 'serverId'),
  ),
  fault('create-volume-id-missing', 'The body of an attach lacks volumeId.', ['attach.success'], b =>
    dropField(b.views.create, 'volumeId'),
  ),
  fault('create-device-missing', 'The body of an attach lacks the device.', ['attach.success'], b =>
    dropField(b.views.create, 'device'),
  ),
  fault(
    'create-device-omitted-if-null',
    'The body of an attach leaves a null device out.',
    ['attach.state.shelved_offloaded'],
    b => {
      field(b.views.create, 'device').value = ({ row }) => row.device ?? undefined;
    },
  ),
  gate('create-tag-shown-early', 'The body of an attach has the tag from 2.49 on.', ['attach.success'], b => {
    field(b.views.create, 'tag').since = 49;
  }),
  gate('create-tag-shown-late', 'The body of an attach has the tag only from 2.71 on.', ['attach.success'], b => {
    field(b.views.create, 'tag').since = 71;
  }),
  gate(
    'create-flag-shown-late',
    'The body of an attach has delete_on_termination only from 2.80 on.',
    ['attach.success'],
    b => {
      field(b.views.create, 'delete_on_termination').since = 80;
    },
  ),
  gate(
    'create-flag-shown-early',
    'The body of an attach has delete_on_termination from 2.78 on.',
    ['attach.success'],
    b => {
      field(b.views.create, 'delete_on_termination').since = 78;
    },
  ),
  fault(
    'create-flag-default-null',
    'The body of an attach has a null delete_on_termination where none was asked for.',
    ['attach.success'],
    b => {
      field(b.views.create, 'delete_on_termination').value = ({ body }) => body.delete_on_termination ?? null;
    },
  ),
  fault(
    'create-attachment-id-shown',
    'The body of an attach has attachment_id and bdm_uuid at 2.89 and later.',
    ['attach.success'],
    b => {
      const until = Number.POSITIVE_INFINITY;
      b.views.create.push(
        { name: 'attachment_id', since: 89, until, value: ({ row }) => row.attachmentId },
        { name: 'bdm_uuid', since: 89, until, value: ({ row }) => row.uuid },
      );
    },
  ),
  fault('update-body', 'Update answers with a body.', ['update.flag'], b => addBody(b.sequences.update, 'updated')),
  fault('delete-body', 'Detach answers with a body.', ['detach.success', 'headers.content-length.empty'], b =>
    addBody(b.sequences.delete, 'answer'),
  ),
  gate('create-async-body', 'Attach answers with a body at 2.101 and later too.', ['attach.accepted'], b =>
    addBody(b.sequences.create, 'answer'),
  ),
];

function name(view: (typeof reads)[number]): string {
  return view === 'list' ? 'List' : 'Show';
}

/** Gives the answers of a step that have no body one. */
function addBody(steps: Step[], name: string): void {
  rewrite(steps, name, run => async call => {
    const reply = await run(call);
    return reply?.body === '' ? { ...reply, body: '{}' } : reply;
  });
}
