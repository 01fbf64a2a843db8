import type { InstanceAction, Server } from './server.ts';

/** The compute service's memory. */
export class Nova {
  readonly servers = new Map<string, Server>();
  /** Servers that are gone; only their actions can still be read. */
  readonly deleted = new Map<string, Server>();

  /** The ids of the servers that have a row for the volume, in the order of their making. */
  serversWith(volumeId: string): string[] {
    return [...this.servers.values()]
      .filter(({ rows }) => rows.some(row => row.volumeId === volumeId))
      .map(({ id }) => id);
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
    return noted;
  }
}
