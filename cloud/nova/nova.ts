import { now } from '../dates.ts';
import { Addresses } from './addresses.ts';
import type { InstanceAction, Row, Server } from './server.ts';

/** How many servers that are gone, and actions of one server, are kept: a cloud may live long. */
const MOST_DELETED = 500;
const MOST_ACTIONS = 500;

/** The compute service's memory. Its lists grow by `concat`, which takes no room for more: most servers have one of each. */
export class Nova {
  readonly servers = new Map<string, Server>();
  /** Servers that are gone, the last ones; only their actions can still be read. */
  readonly deleted = new Map<string, Server>();
  readonly addresses = new Addresses();

  /** When servers that were deleted softly end, the next one first, and whether somebody sees to it. */
  readonly reclaims = { due: new Map<string, number>(), running: false };
  /** The servers that have rows for a volume: a cloud may hold too many servers to look at each. */
  readonly #holders = new Map<string, readonly Server[]>();

  /** Takes a server out. */
  remove(server: Server): void {
    this.servers.delete(server.id);
    this.reclaims.due.delete(server.id);
    for (const { volumeId } of server.rows) if (volumeId !== null) this.#forget(server, volumeId);
    this.deleted.set(server.id, server);
    const [oldest] = this.deleted.keys();
    if (this.deleted.size > MOST_DELETED && oldest !== undefined) this.deleted.delete(oldest);
  }

  /** Gives a server a row more. */
  addRow(server: Server, row: Row): void {
    server.rows = server.rows.concat(row);
    this.#note(server, row);
  }

  /** Takes a row out of its server, if it is in. */
  dropRow(server: Server, row: Row): void {
    if (!server.rows.includes(row)) return;
    server.rows = server.rows.filter(one => one !== row);
    this.#unnote(server, row.volumeId);
  }

  /** Takes all rows out of a server. */
  dropRows(server: Server): void {
    const { rows } = server;
    server.rows = [];
    for (const { volumeId } of rows) this.#unnote(server, volumeId);
  }

  /** Lets a row be about another volume. */
  giveVolume(server: Server, row: Row, volumeId: string): void {
    const before = row.volumeId;
    (row as { volumeId: string }).volumeId = volumeId;
    this.#unnote(server, before);
    if (server.rows.includes(row)) this.#note(server, row);
  }

  /** The ids of the servers that have a row for the volume, in the order in which they got it. */
  serversWith(volumeId: string): string[] {
    const ids: string[] = [];
    for (const { id } of this.#holders.get(volumeId) ?? []) if (this.servers.has(id)) ids.push(id);
    return ids;
  }

  #note(server: Server, { volumeId }: Row): void {
    const holders = volumeId === null ? undefined : (this.#holders.get(volumeId) ?? []);
    if (volumeId === null || holders?.includes(server)) return;
    this.#holders.set(volumeId, (holders ?? []).concat(server));
  }

  #unnote(server: Server, volumeId: string | null): void {
    if (volumeId === null || server.rows.some(row => row.volumeId === volumeId)) return;
    this.#forget(server, volumeId);
  }

  #forget(server: Server, volumeId: string): void {
    const left = (this.#holders.get(volumeId) ?? []).filter(one => one !== server);
    if (left.length > 0) this.#holders.set(volumeId, left);
    else this.#holders.delete(volumeId);
  }

  /** Whether a server still has the attachment of this id in Cinder. */
  uses(serverId: string, attachmentId: string): boolean {
    return this.servers.get(serverId)?.rows.some(row => row.attachmentId === attachmentId) === true;
  }

  /** Notes a request that changes a server, to be read under its request id. */
  record(
    server: Server,
    action: string,
    by: Pick<InstanceAction, 'requestId' | 'userId' | 'projectId'>,
  ): InstanceAction {
    const moment = now();
    const { requestId, userId, projectId } = by;
    // Spelled out: an object that begins with a copy gets a layout of its own, which is larger than itself.
    const noted: InstanceAction = {
      requestId,
      userId,
      projectId,
      action,
      startTime: moment,
      updatedAt: moment,
      message: null,
      events: [],
    };
    server.actions = [noted].concat(server.actions.slice(0, MOST_ACTIONS - 1));
    return noted;
  }
}
