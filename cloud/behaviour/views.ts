import type { Json } from '../json.ts';
import type { Row, Server } from '../nova/server.ts';
import type { Release } from '../releases.ts';

/** One field of a body, in the microversions that have it; an undefined value leaves it out. */
export interface Field<Source> {
  readonly name: string;
  /** First and last minor microversion. */
  since: number;
  until: number;
  value: (source: Source) => Json | undefined;
}

/** A row as list and show see it. */
export interface RowSource {
  readonly row: Row;
  readonly server: Server;
}

/** An attach as its answer sees it: `body` is the request's inner object. */
export interface AttachSource {
  readonly body: { readonly [key: string]: Json | undefined };
  readonly serverId: string;
  readonly row: Row;
}

/** The bodies of the attachments. */
export interface Views {
  readonly list: Field<RowSource>[];
  readonly show: Field<RowSource>[];
  readonly create: Field<AttachSource>[];
  /** Whether list and show leave a row out, as they do that of a local disk. */
  hides: (row: Row, minor: number) => boolean;
  /** The keys around the bodies. */
  wrap: { list: string; show: string; create: string };
  /** Success codes. */
  codes: { list: number; show: number; create: number; createAsync: number; update: number; delete: number };
  /** The rows in the order of the list. */
  order: (rows: readonly Row[]) => readonly Row[];
}

const ALWAYS = Number.POSITIVE_INFINITY;

/** The bodies of the release. */
export function createViews(release: Release): Views {
  return {
    list: rowFields(),
    show: rowFields(),
    create: [
      { name: 'id', since: 1, until: ALWAYS, value: ({ body }) => body.volumeId },
      { name: 'serverId', since: 1, until: ALWAYS, value: ({ serverId }) => serverId },
      { name: 'volumeId', since: 1, until: ALWAYS, value: ({ body }) => body.volumeId },
      { name: 'device', since: 1, until: ALWAYS, value: ({ row }) => row.device },
      { name: 'tag', since: 70, until: ALWAYS, value: ({ body }) => body.tag ?? null },
      {
        name: 'delete_on_termination',
        since: 79,
        until: ALWAYS,
        value: ({ body }) => body.delete_on_termination ?? false,
      },
    ],
    hides: ({ volumeId, attachmentId }, minor) =>
      volumeId === null || (release.unfinishedRow === 'hidden' && minor >= 89 && attachmentId === null),
    wrap: { list: 'volumeAttachments', show: 'volumeAttachment', create: 'volumeAttachment' },
    codes: { list: 200, show: 200, create: 200, createAsync: 202, update: 202, delete: 202 },
    order: rows => rows,
  };
}

function rowFields(): Field<RowSource>[] {
  return [
    { name: 'id', since: 1, until: 88, value: ({ row }) => row.volumeId },
    { name: 'volumeId', since: 1, until: ALWAYS, value: ({ row }) => row.volumeId },
    { name: 'serverId', since: 1, until: ALWAYS, value: ({ server }) => server.id },
    { name: 'device', since: 1, until: ALWAYS, value: ({ row }) => row.device ?? undefined },
    { name: 'tag', since: 70, until: ALWAYS, value: ({ row }) => row.tag },
    { name: 'delete_on_termination', since: 79, until: ALWAYS, value: ({ row }) => row.deleteOnTermination },
    { name: 'attachment_id', since: 89, until: ALWAYS, value: ({ row }) => row.attachmentId },
    { name: 'bdm_uuid', since: 89, until: ALWAYS, value: ({ row }) => row.uuid },
  ];
}
