import type { InstanceAction, Row, Server } from './server.ts';

/** How many servers that are gone, and actions of one server, are kept: a cloud may live long. */
const MOST_DELETED = 500;
const MOST_ACTIONS = 500;

/** The compute service's memory. */
export class Nova {
  readonly servers = new Map<string, Server>();
  /** Servers that are gone, the last ones; only their actions can still be read. */
  readonly deleted = new Map<string, Server>();

  /** The servers that have rows for a volume: a cloud may hold too many servers to look at each. */
  readonly #holders = new Map<string, Set<Server>>();

  /** Takes a server out. */
  remove(server: Server): void {
    this.servers.delete(server.id);
    for (const { volumeId } of server.rows) if (volumeId !== null) this.#holders.get(volumeId)?.delete(server);
    this.deleted.set(server.id, server);
    const [oldest] = this.deleted.keys();
    if (this.deleted.size > MOST_DELETED && oldest !== undefined) this.deleted.delete(oldest);
  }

  /** Gives a server a row more. */
  addRow(server: Server, row: Row): void {
    (server.rows as Row[]).push(row);
    this.#note(server, row);
  }

  /** Takes a row out of its server, if it is in. */
  dropRow(server: Server, row: Row): void {
    const index = server.rows.indexOf(row);
    if (index < 0) return;
    (server.rows as Row[]).splice(index, 1);
    this.#unnote(server, row.volumeId);
  }

  /** Takes all rows out of a server. */
  dropRows(server: Server): void {
    for (const row of (server.rows as Row[]).splice(0)) this.#unnote(server, row.volumeId);
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
    if (volumeId === null) return;
    const holders = this.#holders.get(volumeId);
    if (holders === undefined) this.#holders.set(volumeId, new Set([server]));
    else holders.add(server);
  }

  #unnote(server: Server, volumeId: string | null): void {
    if (volumeId === null || server.rows.some(row => row.volumeId === volumeId)) return;
    const holders = this.#holders.get(volumeId);
    holders?.delete(server);
    if (holders?.size === 0) this.#holders.delete(volumeId);
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
    const now = new Date();
    const noted = { ...by, action, startTime: now, updatedAt: now, message: null, events: [] };
    server.actions.unshift(noted);
    if (server.actions.length > MOST_ACTIONS) server.actions.pop();
    return noted;
  }
}
