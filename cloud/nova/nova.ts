import type { InstanceAction, Server } from './server.ts';

/** How many servers that are gone, and actions of one server, are kept: a cloud may live long. */
const MOST_DELETED = 500;
const MOST_ACTIONS = 500;

/** The compute service's memory. */
export class Nova {
  readonly servers = new Map<string, Server>();
  /** Servers that are gone, the last ones; only their actions can still be read. */
  readonly deleted = new Map<string, Server>();

  /** Takes a server out. */
  remove(server: Server): void {
    this.servers.delete(server.id);
    this.deleted.set(server.id, server);
    const [oldest] = this.deleted.keys();
    if (this.deleted.size > MOST_DELETED && oldest !== undefined) this.deleted.delete(oldest);
  }

  /** The ids of the servers that have a row for the volume, in the order of their making. */
  serversWith(volumeId: string): string[] {
    const found: string[] = [];
    for (const { id, rows } of this.servers.values()) {
      if (rows.some(row => row.volumeId === volumeId)) found.push(id);
    }
    return found;
  }

  /** Whether a server still has the attachment of this id in Cinder. */
  uses(attachmentId: string): boolean {
    return [...this.servers.values()].some(({ rows }) => rows.some(row => row.attachmentId === attachmentId));
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
