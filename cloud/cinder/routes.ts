import type { Quota } from '../deployment.ts';
import type { Image } from '../glance/glance.ts';
import { ApiError } from '../http/api-error.ts';
import type { Exchange } from '../http/exchange.ts';
import { queryValue } from '../http/query.ts';
import { emptyReply, jsonReply, type Reply } from '../http/reply.ts';
import type { Route, Service } from '../http/route.ts';
import { webobNotFound, webobTooLarge } from '../http/webob.ts';
import { type Json, parseJson } from '../json.ts';
import { keystoneChallenge } from '../keystone/challenge.ts';
import type { Keystone } from '../keystone/keystone.ts';
import type { Token } from '../keystone/token.ts';
import { actOnVolume } from './actions.ts';
import type { Cinder } from './cinder.ts';
import { filtersOf } from './filters.ts';
import { volumesSeen } from './list-volumes.ts';
import { checkQuota, limitsView, quotaView } from './quota.ts';
import { updateVolume } from './update-volume.ts';
import { attachmentSummary, attachmentView, typeView, volumeSummary, volumeView } from './views.ts';
import type { CinderAttachment, Volume } from './volume.ts';
import {
  addMetadata,
  deleteMetadata,
  listMetadata,
  replaceMetadata,
  setMetadata,
  showMetadata,
} from './volume-metadata.ts';
import { readWish, typeNamed } from './wish.ts';

const MAX_MINOR = 71;
const errorKeys = new Map([
  [400, 'badRequest'],
  [403, 'forbidden'],
  [404, 'itemNotFound'],
  [409, 'conflictingRequest'],
  [413, 'overLimit'],
  [501, 'notImplemented'],
]);

interface Call {
  readonly exchange: Exchange;
  readonly token: Token;
  readonly minor: number;
  readonly body: Json | undefined;
}

/** What the block storage service shares with the others. */
export interface Neighbours {
  readonly keystone: Keystone;
  readonly quota: Required<Quota>;
  /** The image that volumes can be made of. */
  readonly image: Image;
  /** Whether a server of Nova still has this attachment. */
  readonly inUse: (attachmentId: string) => boolean;
}

/** The block storage service: volumes, types, attachments and limits of Cinder v3. */
export function cinderService(cinder: Cinder, { keystone, quota, image, inUse }: Neighbours): Service {
  const base = '/volume/v3/:project_id';
  const route = (method: Route['method'], path: string, answer: (call: Call) => Reply): Route => ({
    method,
    path: base + path,
    handle: exchange => guarded(keystone, exchange, answer),
  });
  const withVolume = (answer: (volume: Volume, call: Call) => Reply) => (call: Call) =>
    answer(cinder.volume(call.token, call.exchange.params.id ?? ''), call);
  const versions = versionsView(cinder.url);
  return {
    type: 'block-storage',
    prefix: '/volume',
    head: false,
    unrouted: exchange =>
      keystoneChallenge(keystone, exchange) ??
      webobNotFound(exchange, [['x-openstack-request-id', exchange.requestId]]),
    routes: [
      { method: 'GET', path: '/volume', handle: () => jsonReply(300, versions) },
      { method: 'GET', path: '/volume/', handle: () => jsonReply(300, versions) },
      { method: 'GET', path: '/volume/v3', handle: () => jsonReply(200, versions) },
      { method: 'GET', path: '/volume/v3/', handle: () => jsonReply(200, versions) },
      route('GET', '/volumes', ({ token, exchange, minor }) => {
        const { items, links } = volumesSeen(cinder, token, exchange, minor);
        return jsonReply(200, { volumes: items.map(volume => volumeSummary(cinder, token, volume)), ...links });
      }),
      route('GET', '/volumes/detail', ({ token, exchange, minor }) => {
        const { items, links } = volumesSeen(cinder, token, exchange, minor);
        return jsonReply(200, { volumes: items.map(volume => volumeView(cinder, token, volume, minor)), ...links });
      }),
      route('POST', '/volumes', call => {
        const wish = readWish(cinder, call.token, image, call.body);
        checkQuota(cinder, call.token, quota, wish.size);
        const made = cinder.create(call.token, wish);
        return jsonReply(202, { volume: volumeView(cinder, call.token, made, call.minor) });
      }),
      route(
        'GET',
        '/volumes/:id',
        withVolume((volume, call) => jsonReply(200, { volume: volumeView(cinder, call.token, volume, call.minor) })),
      ),
      route(
        'PUT',
        '/volumes/:id',
        withVolume((volume, call) => {
          updateVolume(volume, call.body);
          return jsonReply(200, { volume: volumeView(cinder, call.token, volume, call.minor) });
        }),
      ),
      route('GET', '/volumes/:id/metadata', withVolume(listMetadata)),
      route(
        'POST',
        '/volumes/:id/metadata',
        withVolume((volume, { body }) => addMetadata(volume, body)),
      ),
      route(
        'PUT',
        '/volumes/:id/metadata',
        withVolume((volume, { body }) => replaceMetadata(volume, body)),
      ),
      route(
        'GET',
        '/volumes/:id/metadata/:key',
        withVolume((volume, call) => showMetadata(volume, keyOf(call))),
      ),
      route(
        'PUT',
        '/volumes/:id/metadata/:key',
        withVolume((volume, call) => setMetadata(volume, keyOf(call), call.body)),
      ),
      route(
        'DELETE',
        '/volumes/:id/metadata/:key',
        withVolume((volume, call) => deleteMetadata(volume, keyOf(call))),
      ),
      route(
        'DELETE',
        '/volumes/:id',
        withVolume(volume => {
          cinder.delete(volume);
          return emptyReply(202, [['Content-Type', 'text/html; charset=UTF-8']]);
        }),
      ),
      route(
        'POST',
        '/volumes/:id/action',
        withVolume((volume, call) => actOnVolume(cinder, call.token, volume, call.body)),
      ),
      route('GET', '/types', ({ exchange, minor }) => {
        filtersOf(exchange.query, ['is_public'], minor);
        return jsonReply(200, { volume_types: cinder.types.map(typeView) });
      }),
      route('GET', '/types/default', () => jsonReply(200, { volume_type: typeView(typeNamed(cinder, null)) })),
      route('GET', '/types/:id', call =>
        jsonReply(200, { volume_type: typeView(typeNamed(cinder, call.exchange.params.id ?? '')) }),
      ),
      route('GET', '/attachments', call =>
        jsonReply(200, { attachments: attachmentsSeen(cinder, call).map(attachmentSummary) }),
      ),
      route('GET', '/attachments/detail', call =>
        jsonReply(200, { attachments: attachmentsSeen(cinder, call).map(attachmentView) }),
      ),
      route('GET', '/attachments/:id', call =>
        jsonReply(200, { attachment: attachmentView(attachmentSeen(cinder, call)) }),
      ),
      // Only Nova may take an attachment of a server away; anybody may, once no server has it.
      route('DELETE', '/attachments/:id', call => {
        const { id, serverId } = attachmentSeen(cinder, call);
        if (inUse(id)) {
          throw new ApiError(
            409,
            `ConflictNovaUsingAttachment: Detach volume from instance ${serverId} using the Compute API`,
          );
        }
        cinder.remove(id);
        return jsonReply(200, { attachments: [] });
      }),
      route('GET', '/limits', call => jsonReply(200, limitsView(cinder, call.token, quota))),
      route('GET', '/os-quota-sets/:id', call => {
        if (call.exchange.params.id !== call.token.project?.id && !call.token.roles.includes('admin')) {
          throw new ApiError(403, "Policy doesn't allow volume_extension:quotas:show to be performed.");
        }
        const usage = /^(1|true)$/i.test(queryValue(call.exchange.query, 'usage') ?? '');
        return jsonReply(200, { quota_set: quotaView(cinder, call.exchange.params.id ?? '', quota, usage) });
      }),
      // No project has a quota of its own.
      route('GET', '/os-quota-sets/:id/defaults', call =>
        jsonReply(200, { quota_set: quotaView(cinder, call.exchange.params.id ?? '', quota, false) }),
      ),
      route('GET', '/os-availability-zone', () =>
        jsonReply(200, { availabilityZoneInfo: [{ zoneName: 'nova', zoneState: { available: true } }] }),
      ),
    ],
  };
}

function guarded(keystone: Keystone, exchange: Exchange, answer: (call: Call) => Reply): Reply {
  const refused = keystoneChallenge(keystone, exchange);
  const token = keystone.validate(exchange.headers['x-auth-token']?.toString());
  if (refused !== undefined || token === undefined) return refused ?? emptyReply(401);
  if (exchange.body === undefined) return webobTooLarge(exchange);
  const version = /volume\s+3\.(\d+)/.exec(exchange.headers['openstack-api-version']?.toString() ?? '')?.[1] ?? '0';
  const common: Reply['headers'] = [
    ['x-compute-request-id', exchange.requestId],
    ['OpenStack-API-Version', `volume 3.${version}`],
    ['Vary', 'OpenStack-API-Version'],
    ['x-openstack-request-id', exchange.requestId],
  ];
  let reply: Reply;
  try {
    const minor = Number(version);
    if (minor > MAX_MINOR) {
      throw new ApiError(
        406,
        `Version 3.${version} is not supported by the API. Minimum is 3.0 and maximum is 3.${MAX_MINOR}.`,
      );
    }
    if (exchange.params.project_id !== token.project?.id) throw new ApiError(400, 'Malformed request url');
    const text = exchange.body.toString();
    const body = text === '' ? undefined : parseJson(text);
    if (text !== '' && body === undefined) throw new ApiError(400, 'Malformed request body');
    reply = answer({ exchange, token, minor, body });
  } catch (error) {
    const code = error instanceof ApiError ? error.status : 500;
    const message =
      error instanceof ApiError
        ? error.message
        : 'The server has either erred or is incapable of performing the requested operation.';
    const retry = code === 413 ? { retryAfter: '0' } : {};
    const body = { [errorKeys.get(code) ?? 'computeFault']: { code, message, ...retry } };
    reply = jsonReply(code, body, code === 413 ? [['Retry-After', '0']] : []);
  }
  return { ...reply, headers: [...reply.headers, ...common] };
}

function keyOf({ exchange }: Call): string {
  return exchange.params.key ?? '';
}

function attachmentsSeen(cinder: Cinder, call: Call): CinderAttachment[] {
  needAttachments(call);
  const { token, exchange } = call;
  const wanted = filtersOf(exchange.query, ['volume_id', 'status', 'instance_id', 'attach_status'], call.minor);
  const all = token.roles.includes('admin') && queryValue(exchange.query, 'all_tenants') !== undefined;
  return [...cinder.attachments.values()]
    .filter(({ volumeId }) => all || cinder.volumes.get(volumeId)?.projectId === token.project?.id)
    .filter(({ volumeId }) => volumeId === (wanted.get('volume_id') ?? volumeId))
    .filter(({ serverId }) => serverId === (wanted.get('instance_id') ?? serverId))
    .filter(({ status }) => status === (wanted.get('status') ?? wanted.get('attach_status') ?? status));
}

function attachmentSeen(cinder: Cinder, call: Call): CinderAttachment {
  needAttachments(call);
  const id = call.exchange.params.id ?? '';
  const found = cinder.attachments.get(id);
  const owner = found && cinder.volumes.get(found.volumeId)?.projectId;
  if (found !== undefined && (call.token.roles.includes('admin') || owner === call.token.project?.id)) return found;
  throw new ApiError(404, `Volume attachment could not be found with filter: attachment_id = ${id}.`);
}

function needAttachments({ minor }: Call): void {
  if (minor < 27) throw new ApiError(404, 'The resource could not be found.');
}

function versionsView(url: string): Json {
  return {
    versions: [
      {
        id: 'v3.0',
        status: 'CURRENT',
        version: `3.${MAX_MINOR}`,
        min_version: '3.0',
        updated: '2023-08-31T00:00:00Z',
        links: [
          { rel: 'describedby', type: 'text/html', href: 'https://docs.openstack.org/' },
          { rel: 'self', href: `${url}/volume/v3/` },
        ],
        'media-types': [{ base: 'application/json', type: 'application/vnd.openstack.volume+json;version=3' }],
      },
    ],
  };
}
