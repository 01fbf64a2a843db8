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
import { cinderPaths } from '../unmodelled/cinder.ts';
import { knownRoutes, notModelled } from '../unmodelled/not-modelled.ts';
import { actOnVolume } from './actions.ts';
import type { Cinder } from './cinder.ts';
import { filtersOf } from './filters.ts';
import { volumesSeen } from './list-volumes.ts';
import { needMember } from './policy.ts';
import { checkQuota, limitsView, quotaView } from './quota.ts';
import { updateVolume } from './update-volume.ts';
import { attachmentSummary, attachmentView, madeVolumeView, typeView, volumeSummary, volumeView } from './views.ts';
import type { CinderAttachment, Volume, VolumeType } from './volume.ts';
import {
  addMetadata,
  deleteMetadata,
  replaceMetadata,
  setMetadata,
  showAllMetadata,
  showMetadata,
} from './volume-metadata.ts';
import { readWish, typeNamed } from './wish.ts';

/** Cinder's words for what it cannot read at all. */
const malformed = 'The server could not comply with the request since it is either malformed or otherwise incorrect.';

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
    handle: exchange => guarded(cinder, keystone, exchange, answer),
  });
  const withVolume = (answer: (volume: Volume, call: Call) => Reply) => (call: Call) =>
    answer(cinder.volume(call.token, call.exchange.params.id ?? ''), call);
  const versions = versionsView(cinder.url, cinder.release.cinderMinor);
  return {
    type: 'block-storage',
    prefix: '/volume',
    head: false,
    others: () =>
      knownRoutes(cinderPaths).map(({ method, path, name }) =>
        route(method, path, () => {
          throw notModelled('Cinder', name);
        }),
      ),
    unrouted: exchange =>
      keystoneChallenge(keystone, exchange) ??
      webobNotFound(exchange, [['x-openstack-request-id', exchange.requestId]]),
    routes: [
      ...['/volume', '/volume/', '/volume/v3', '/volume/v3/'].map(
        (path): Route => ({
          method: 'GET',
          path,
          handle: exchange => {
            // The list of versions is for everybody, the document of one is not.
            const refused = path.includes('v3') ? keystoneChallenge(keystone, exchange) : undefined;
            if (refused !== undefined) return refused;
            const reply = jsonReply(path.includes('v3') ? 200 : 300, versions);
            return { ...reply, headers: [...reply.headers, ...commonHeaders(exchange, '0')] };
          },
        }),
      ),
      route('GET', '/volumes', ({ token, exchange, minor }) => {
        const { items, links } = volumesSeen(cinder, token, exchange, minor);
        return jsonReply(200, { volumes: items.map(volume => volumeSummary(cinder, token, volume)), ...links });
      }),
      route('GET', '/volumes/detail', ({ token, exchange, minor }) => {
        const { items, links } = volumesSeen(cinder, token, exchange, minor);
        return jsonReply(200, { volumes: items.map(volume => volumeView(cinder, token, volume, minor)), ...links });
      }),
      route('POST', '/volumes', call => {
        needMember(cinder, call.token, 'volume:create');
        const wish = readWish(cinder, call.token, image, call.body);
        checkQuota(cinder, call.token, quota, wish.size);
        const made = cinder.create(call.token, wish);
        return jsonReply(202, { volume: madeVolumeView(cinder, call.token, made, call.minor) });
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
          needMember(cinder, call.token, 'volume:update');
          updateVolume(volume, call.body);
          return jsonReply(200, { volume: madeVolumeView(cinder, call.token, volume, call.minor) });
        }),
      ),
      route('GET', '/volumes/:id/metadata', withVolume(showAllMetadata)),
      route(
        'POST',
        '/volumes/:id/metadata',
        withVolume((volume, { body, token }) => {
          needMember(cinder, token, 'volume:create_volume_metadata');
          return addMetadata(volume, body);
        }),
      ),
      route(
        'PUT',
        '/volumes/:id/metadata',
        withVolume((volume, { body, token }) => {
          needMember(cinder, token, 'volume:update_volume_metadata');
          return replaceMetadata(volume, body);
        }),
      ),
      route(
        'GET',
        '/volumes/:id/metadata/:key',
        withVolume((volume, call) => showMetadata(volume, keyOf(call))),
      ),
      route(
        'PUT',
        '/volumes/:id/metadata/:key',
        withVolume((volume, call) => {
          needMember(cinder, call.token, 'volume:update_volume_metadata');
          return setMetadata(volume, keyOf(call), call.body);
        }),
      ),
      route(
        'DELETE',
        '/volumes/:id/metadata/:key',
        withVolume((volume, call) => {
          // A key that is not there is told first.
          if (keyOf(call) in volume.metadata) needMember(cinder, call.token, 'volume:delete_volume_metadata');
          return deleteMetadata(volume, keyOf(call));
        }),
      ),
      route(
        'DELETE',
        '/volumes/:id',
        withVolume((volume, { token }) => {
          needMember(cinder, token, 'volume:delete');
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
        return jsonReply(200, { volume_types: cinder.types.map(type => typeView(type, true)) });
      }),
      route('GET', '/types/default', () => jsonReply(200, { volume_type: typeView(typeNamed(cinder, null), false) })),
      route('GET', '/types/:id', call =>
        jsonReply(200, { volume_type: typeView(typeOf(cinder, call.exchange.params.id ?? ''), false) }),
      ),
      route('GET', '/attachments', call =>
        jsonReply(200, { attachments: attachmentsSeen(cinder, call).map(attachmentSummary) }),
      ),
      route('GET', '/attachments/detail', call =>
        jsonReply(200, { attachments: attachmentsSeen(cinder, call).map(one => attachmentView(cinder, one)) }),
      ),
      route('GET', '/attachments/:id', call =>
        jsonReply(200, { attachment: attachmentView(cinder, attachmentSeen(cinder, call)) }),
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

function guarded(cinder: Cinder, keystone: Keystone, exchange: Exchange, answer: (call: Call) => Reply): Reply {
  const refused = keystoneChallenge(keystone, exchange);
  const token = keystone.validate(exchange.headers['x-auth-token']?.toString());
  if (refused !== undefined || token === undefined) return refused ?? emptyReply(401);
  if (exchange.body === undefined) return webobTooLarge(exchange);
  const version = /volume\s+3\.(\d+)/.exec(exchange.headers['openstack-api-version']?.toString() ?? '')?.[1] ?? '0';
  const asked = exchange.headers['openstack-api-version'];
  const common = commonHeaders(exchange, asked === '' ? undefined : version);
  let reply: Reply;
  try {
    const minor = Number(version);
    if (asked === '') throw new ApiError(400, malformed);
    if (minor > cinder.release.cinderMinor) {
      throw new ApiError(
        406,
        `Version 3.${version} is not supported by the API. Minimum is 3.0 and maximum is 3.${cinder.release.cinderMinor}.`,
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
  // What is no JSON is a response of the controller's own, to which nobody adds this one.
  const own = reply.headers.some(([, value]) => value.startsWith('text/html'));
  return {
    ...reply,
    headers: [...reply.headers, ...common.filter(([name]) => !own || name !== 'x-compute-request-id')],
  };
}

/** What every answer carries; no version where the request's cannot be read. */
function commonHeaders({ requestId }: Exchange, version: string | undefined): Reply['headers'] {
  const versions: Reply['headers'] =
    version === undefined
      ? []
      : [
          ['OpenStack-API-Version', `volume 3.${version}`],
          ['Vary', 'OpenStack-API-Version'],
        ];
  return [['x-compute-request-id', requestId], ...versions, ['x-openstack-request-id', requestId]];
}

/** A type by its id alone: names are for creations. */
function typeOf(cinder: Cinder, id: string): VolumeType {
  const type = cinder.types.find(each => each.id === id);
  if (type === undefined) throw new ApiError(404, `Volume type ${id} could not be found.`);
  return type;
}

function keyOf({ exchange }: Call): string {
  return exchange.params.key ?? '';
}

function attachmentsSeen(cinder: Cinder, call: Call): CinderAttachment[] {
  needAttachments(call);
  const { token, exchange } = call;
  const wanted = filtersOf(exchange.query, ['volume_id', 'status', 'instance_id', 'attach_status'], call.minor);
  const all = token.roles.includes('admin') && queryValue(exchange.query, 'all_tenants') !== undefined;
  return (
    [...cinder.attachments.values()]
      .filter(({ volumeId }) => all || cinder.volumes.get(volumeId)?.projectId === token.project?.id)
      .filter(({ volumeId }) => volumeId === (wanted.get('volume_id') ?? volumeId))
      .filter(({ serverId }) => serverId === (wanted.get('instance_id') ?? serverId))
      // An attachment has no column of the name `status`: Cinder lets the filter through and finds nothing.
      .filter(({ status }) => !wanted.has('status') && status === (wanted.get('attach_status') ?? status))
  );
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

function versionsView(url: string, cinderMinor: number): Json {
  return {
    versions: [
      {
        id: 'v3.0',
        status: 'CURRENT',
        version: `3.${cinderMinor}`,
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
