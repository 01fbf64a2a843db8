import type { Sight } from '../contract/stage-data.ts';
import { type CloudApi, describe, isGone, succeeded } from './cloud-api.ts';
import { StageError } from './stage-error.ts';

/** A server as the compute API shows it to its owner; undefined: this API does not show it. */
export interface ServerView {
  status: string;
  vm_state: string | undefined;
  /** Null while no task runs. */
  task_state: string | null | undefined;
  locked: boolean | undefined;
  /** Ids of the volumes that it names itself. */
  volumes: string[];
  /** What went wrong, for a server that failed. */
  fault: string | undefined;
}

/** A server, or null when it is gone. */
export async function readServer(api: CloudApi, persona: string, serverId: string): Promise<ServerView | null> {
  const exchange = await api.ask(persona, 'compute', 'GET', `/servers/${serverId}`);
  if (isGone(api, exchange)) return null;
  const { server } = (exchange.response.json ?? {}) as { server?: Record<string, unknown> };
  if (!succeeded(exchange) || typeof server?.status !== 'string') {
    throw new StageError(`looking at server ${serverId}: ${describe(exchange)}`);
  }
  return {
    status: server.status,
    vm_state: server['OS-EXT-STS:vm_state'] as string | undefined,
    task_state: server['OS-EXT-STS:task_state'] as string | null | undefined,
    locked: server.locked as boolean | undefined,
    volumes: ((server['os-extended-volumes:volumes_attached'] ?? []) as { id?: string }[]).flatMap(
      ({ id }) => id ?? [],
    ),
    fault: (server.fault as { message?: string } | undefined)?.message,
  };
}

/** Whether a server shows one of the sights while no task runs. */
export function shows(view: ServerView | null, sights: Sight | Sight[]): boolean {
  return [sights].flat().some(sight => {
    if (sight === 'gone' || view === null) return sight === 'gone' && view === null;
    const wanted = Object.entries(sight) as [keyof ServerView, unknown][];
    return isIdle(view) && wanted.every(([key, value]) => view[key] === undefined || view[key] === value);
  });
}

/** Whether no task runs, as far as the API shows. */
export function isIdle(view: ServerView): boolean {
  return view.task_state === null || view.task_state === undefined;
}

/** A server in words, for messages. */
export function serverText(view: ServerView | null): string {
  if (view === null) return 'gone';
  const task = isIdle(view) ? '' : `, task ${view.task_state}`;
  return `${view.status}${task}${view.fault === undefined ? '' : `: ${view.fault}`}`;
}
