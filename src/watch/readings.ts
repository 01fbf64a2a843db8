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
  /** `requestId`: of the answer, once there is one. Null: there is nothing to ask yet. */
  read: (api: CloudApi, subject: Subject, requestId: string | undefined) => Promise<Reading | null>;
}

/** All requests that a watch may send; it sends those of whose observers its course speaks. */
export const readers: readonly Reader[] = [
  { observers: ['list', 'device', 'other_list'], read: readList },
  {
    observers: ['volume', 'entry'],
    ofVolumes: true,
    read: (api, { serverId, volumeId }) => readVolumeOf(api, serverId, volumeId, false),
  },
  {
    observers: ['other_volume', 'other_entry'],
    ofVolumes: true,
    read: (api, { serverId, otherId }) =>
      otherId ? readVolumeOf(api, serverId, otherId, true) : Promise.resolve(null),
  },
  { observers: ['show'], read: readShow },
  { observers: ['elsewhere'], read: readElsewhere },
  { observers: ['server'], read: readServer },
  { observers: ['action'], read: readAction },
];

async function readList(api: CloudApi, subject: Subject): Promise<Reading> {
  const { serverId, volumeId, otherId, microversion } = subject;
  const exchange = await ask(api, `/servers/${serverId}/os-volume_attachments`, microversion);
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

async function readShow(api: CloudApi, { serverId, volumeId, microversion }: Subject): Promise<Reading> {
  const exchange = await ask(api, `/servers/${serverId}/os-volume_attachments/${volumeId}`, microversion);
  if (isGone(api, exchange)) return { show: { shown: 'absent' } };
  return { show: { shown: faultOf(api, exchange) ?? 'present' } };
}

async function readElsewhere(api: CloudApi, { elsewhereId, volumeId, microversion }: Subject): Promise<Reading | null> {
  if (!elsewhereId) return null;
  const reading = await readList(api, { serverId: elsewhereId, volumeId, microversion });
  return reading.list ? { elsewhere: { shown: reading.list.shown } } : null;
}

async function readVolumeOf(api: CloudApi, serverId: string, volumeId: string, isOther: boolean): Promise<Reading> {
  const exchange = await api.ask('member', 'volume', 'GET', `/volumes/${volumeId}`);
  const volume = mappingAt(exchange.response.json, 'volume');
  const shown = faultOf(api, exchange) ?? stringAt(volume, 'status') ?? 'without a status';
  const names = listAt(volume, 'attachments').map(each => stringAt(each, 'server_id'));
  const entry = { shown: presence(names.includes(serverId)) };
  return isOther ? { other_volume: { shown }, other_entry: entry } : { volume: { shown }, entry };
}

async function readServer(api: CloudApi, { serverId }: Subject): Promise<Reading> {
  const exchange = await ask(api, `/servers/${serverId}`, api.microversion);
  return { server: { shown: faultOf(api, exchange) ?? 'present' } };
}

/** Who may not see the events of an action cannot tell whether it is over: then there is no reading. */
async function readAction(
  api: CloudApi,
  { serverId }: Subject,
  requestId: string | undefined,
): Promise<Reading | null> {
  if (requestId === undefined) return null;
  const exchange = await ask(api, `/servers/${serverId}/os-instance-actions/${requestId}`, api.microversion);
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

function ask(api: CloudApi, path: string, microversion: string): Promise<Exchange> {
  return api.ask('member', 'compute', 'GET', path, undefined, microversion);
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
