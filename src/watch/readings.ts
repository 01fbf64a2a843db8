import type { Observer } from '../contract/async-data.ts';
import { type CloudApi, describe, isGone, succeeded } from '../stage/cloud-api.ts';
import { StageError } from '../stage/stage-error.ts';
import type { Exchange } from '../target/exchange.ts';
import { listAt, mappingAt, stringAt } from '../target/json.ts';
import { isUnavailable } from '../target/unavailable.ts';

/** Whom a watch is about. */
export interface Subject {
  serverId: string;
  volumeId: string;
  /** The second volume, where the course knows one. */
  otherId?: string | null;
  /** A server that must not list the volume. */
  elsewhereId?: string | null;
  /** At which the attachments are read. */
  microversion: string;
}

/** What one request found out: one value for each of its observers that could be told. */
type Reading = Partial<Record<Observer, { shown: string; detail?: unknown }>>;

/** One request that reads some observers. */
export interface Reader {
  observers: readonly Observer[];
  /** Whether it asks the volume API. */
  ofVolumes?: true;
  /** `requestId`: of the answer, once there is one. Null: there is nothing to ask, or not yet. */
  ask: (api: CloudApi, subject: Subject, requestId: string | undefined) => Promise<Exchange> | null;
  /** What the answer shows; null: nothing. @throws StageError where nobody was there to give one */
  tell: (api: CloudApi, exchange: Exchange, subject: Subject) => Reading | null;
}

/** All requests that a watch may send; it sends those of whose observers its course speaks. */
export const readers: readonly Reader[] = [
  {
    observers: ['list', 'device', 'other_list'],
    ask: (api, { serverId, microversion }) => askFor(api, listOf(serverId), microversion),
    tell: tellList,
  },
  {
    observers: ['volume', 'entry'],
    ofVolumes: true,
    ask: (api, { volumeId }) => askForVolume(api, volumeId),
    tell: (api, exchange, { serverId }) => {
      const { volume, entry } = tellVolume(api, exchange, serverId);
      return { volume, entry };
    },
  },
  {
    observers: ['other_volume', 'other_entry'],
    ofVolumes: true,
    ask: (api, { otherId }) => (otherId ? askForVolume(api, otherId) : null),
    tell: (api, exchange, { serverId }) => {
      const { volume, entry } = tellVolume(api, exchange, serverId);
      return { other_volume: volume, other_entry: entry };
    },
  },
  {
    observers: ['show'],
    ask: (api, { serverId, volumeId, microversion }) => askFor(api, `${listOf(serverId)}/${volumeId}`, microversion),
    tell: (api, exchange) => ({
      show: { shown: isGone(api, exchange) ? 'absent' : (faultOf(api, exchange) ?? 'present') },
    }),
  },
  {
    observers: ['elsewhere'],
    ask: (api, { elsewhereId, microversion }) => (elsewhereId ? askFor(api, listOf(elsewhereId), microversion) : null),
    tell: (api, exchange, { volumeId, microversion }) => {
      const { list } = tellList(api, exchange, { serverId: '', volumeId, microversion });
      return list ? { elsewhere: { shown: list.shown } } : null;
    },
  },
  {
    observers: ['server'],
    ask: (api, { serverId }) => askFor(api, `/servers/${serverId}`, api.microversion),
    tell: (api, exchange) => ({ server: { shown: faultOf(api, exchange) ?? 'present' } }),
  },
  {
    observers: ['action'],
    ask: (api, { serverId }, requestId) =>
      requestId === undefined
        ? null
        : askFor(api, `/servers/${serverId}/os-instance-actions/${requestId}`, api.microversion),
    tell: tellAction,
  },
];

function listOf(serverId: string): string {
  return `/servers/${serverId}/os-volume_attachments`;
}

function tellList(api: CloudApi, exchange: Exchange, { volumeId, otherId }: Subject): Reading {
  const fault = faultOf(api, exchange);
  if (fault !== null) return { list: { shown: fault } };
  const all = listAt(exchange.response.json, 'volumeAttachments');
  const rowsOf = (id: string) => all.filter(row => stringAt(row, 'volumeId') === id);
  const [row] = rowsOf(volumeId);
  // A swap goes on under the other volume's name.
  const detail = [...rowsOf(volumeId), ...(otherId ? rowsOf(otherId) : [])];
  return {
    list: { shown: presence(row !== undefined), detail },
    ...(row === undefined ? {} : { device: { shown: presence(stringAt(row, 'device') !== undefined) } }),
    ...(otherId ? { other_list: { shown: presence(all.some(each => stringAt(each, 'volumeId') === otherId)) } } : {}),
  };
}

function tellVolume(api: CloudApi, exchange: Exchange, serverId: string) {
  const volume = mappingAt(exchange.response.json, 'volume');
  const shown = faultOf(api, exchange) ?? stringAt(volume, 'status') ?? 'without a status';
  const names = listAt(volume, 'attachments').map(each => stringAt(each, 'server_id'));
  return { volume: { shown }, entry: { shown: presence(names.includes(serverId)) } };
}

/** Who may not see the events of an action cannot tell whether it is over: then there is no reading. */
function tellAction(api: CloudApi, exchange: Exchange): Reading | null {
  if (isGone(api, exchange)) return { action: { shown: 'absent' } };
  const fault = faultOf(api, exchange);
  if (fault !== null) return { action: { shown: fault } };
  const action = mappingAt(exchange.response.json, 'instanceAction');
  if (stringAt(action, 'message') !== undefined) return { action: { shown: 'Error', detail: action } };
  if (!('events' in action)) return null;
  const results = listAt(action, 'events').map(event => stringAt(event, 'result') ?? 'running');
  const shown = results.length === 0 ? 'running' : (results.find(result => result !== 'Success') ?? 'Success');
  return { action: { shown, detail: action } };
}

function askFor(api: CloudApi, path: string, microversion: string): Promise<Exchange> {
  return api.ask('member', 'compute', 'GET', path, undefined, microversion);
}

function askForVolume(api: CloudApi, volumeId: string): Promise<Exchange> {
  return api.ask('member', 'volume', 'GET', `/volumes/${volumeId}`);
}

/** What an answer shows that is no success. @throws StageError where nobody was there to give one */
function faultOf(api: CloudApi, exchange: Exchange): string | null {
  if (isUnavailable(exchange.response.status)) {
    throw new StageError(`the target was not available while it was watched: ${describe(exchange)}`);
  }
  if (succeeded(exchange)) return null;
  return isGone(api, exchange) ? 'gone' : `answered ${exchange.response.status}`;
}

function presence(is: boolean): string {
  return is ? 'present' : 'absent';
}
