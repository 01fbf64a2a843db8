import type { Behaviour } from '../behaviour/behaviour.ts';
import type { Call } from '../nova/api/call.ts';
import type { Row, Server } from '../nova/server.ts';
import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';
import { field, insertBefore } from './patching.ts';

const fault = ofKind('schema');
const phantom = ofKind('phantom');

const views = [
  ['list', 'List'],
  ['show', 'Show'],
] as const;

/** Mistakes in which rows list and show look at, so that they do not agree; a table. */
export const projectionFaults: readonly Fault[] = [
  ...views.flatMap(([view, title]) => [
    fault(
      `${view}-flag-constant`,
      `${title} gives delete_on_termination as false in any case.`,
      view === 'list' ? ['attach.flag', 'attach.async.flag-kept'] : ['history.settled'],
      b => {
        field(b.views[view], 'delete_on_termination').value = () => false;
      },
    ),
    fault(
      `${view}-tag-never`,
      `${title} gives a null tag in any case.`,
      view === 'list' ? ['attach.async.tag'] : ['show.tag'],
      b => {
        field(b.views[view], 'tag').value = () => null;
      },
    ),
    fault(`${view}-bdm-uuid-is-attachment`, `${title} gives the attachment_id as bdm_uuid.`, ['show.ids'], b => {
      field(b.views[view], 'bdm_uuid').value = ({ row }) => row.attachmentId;
    }),
    fault(`${view}-attachment-id-is-row`, `${title} gives the bdm_uuid as attachment_id.`, ['show.ids'], b => {
      field(b.views[view], 'attachment_id').value = ({ row }) => row.uuid;
    }),
    fault(
      `${view}-flag-of-first`,
      `${title} gives the flag of the server's first attachment for each.`,
      ['history.settled'],
      b =>
        seenAs(b, view, (row, { server }) => ({
          ...row,
          deleteOnTermination: attachmentsOf(server)[0]?.deleteOnTermination ?? row.deleteOnTermination,
        })),
    ),
  ]),
  fault('show-first', "Show gives the server's first attachment whichever it is asked for.", ['show.tag'], b =>
    seenAs(b, 'show', (row, { server }) => attachmentsOf(server)[0] ?? row),
  ),
  phantom(
    'list-hidden-shown',
    'List shows local disks, with a null volumeId.',
    ['list.success', 'list.paging.whole'],
    b => {
      const { hides } = b.views;
      b.views.hides = (row, minor) => row.volumeId !== null && hides(row, minor);
    },
  ),
  phantom('list-of-project', "List has also the attachments of the project's other servers.", ['history.settled'], b =>
    insertBefore(b.sequences.list, 'answer', 'others', call => {
      const own = call.server;
      const others = [...call.world.nova.servers.values()].filter(({ projectId }) => projectId === own.projectId);
      call.server = { ...own, rows: [...own.rows, ...others.filter(other => other !== own).flatMap(attachmentsOf)] };
    }),
  ),
];

function attachmentsOf({ rows }: Server): Row[] {
  return rows.filter(({ volumeId }) => volumeId !== null);
}

/** Lets one of the views look at something else than a row. */
function seenAs({ sequences }: Behaviour, view: 'list' | 'show', see: (row: Row, call: Call) => Row): void {
  insertBefore(sequences[view], 'answer', 'seen', call => {
    if (view === 'show') call.row = see(call.row, call);
    else call.server = { ...call.server, rows: call.server.rows.map(row => see(row, call)) };
  });
}
