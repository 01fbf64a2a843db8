import type { Quota } from '../deployment.ts';
import type { Image } from '../glance/glance.ts';
import { ApiError } from '../http/api-error.ts';
import { queryValue } from '../http/query.ts';
import { emptyReply, jsonReply, type Reply } from '../http/reply.ts';
import type { Route, Service } from '../http/route.ts';
import { webobNotFound } from '../http/webob.ts';
import type { Json } from '../json.ts';
import { keystoneChallenge } from '../keystone/challenge.ts';
import type { Keystone } from '../keystone/keystone.ts';
import { cinderPaths } from '../unmodelled/cinder.ts';
import { knownRoutes, notModelled } from '../unmodelled/not-modelled.ts';
import { actOnVolume } from './actions.ts';
import { attachmentSeen, attachmentsSeen } from './attachments-seen.ts';
import type { Cinder } from './cinder.ts';
import { filtersOf } from './filters.ts';
import { volumesSeen } from './list-volumes.ts';
import { needMember } from './policy.ts';
import { checkQuota, limitsView, quotaView } from './quota.ts';
import { type Call, commonHeaders, respond } from './respond.ts';
import { updateVolume } from './update-volume.ts';
import { attachmentSummary, attachmentView, madeVolumeView, typeView, volumeSummary, volumeView } from './views.ts';
import type { Volume, VolumeType } from './volume.ts';
import {
  addMetadata,
  deleteMetadata,
  replaceMetadata,
  setMetadata,
  showAllMetadata,
  showMetadata,
} from './volume-metadata.ts';
import { readWish, typeNamed } from './wish.ts';

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
    handle: exchange => respond(cinder, keystone, exchange, answer),
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

/** A type by its id alone: names are for creations. */
function typeOf(cinder: Cinder, id: string): VolumeType {
  const type = cinder.types.find(each => each.id === id);
  if (type === undefined) throw new ApiError(404, `Volume type ${id} could not be found.`);
  return type;
}

function keyOf({ exchange }: Call): string {
  return exchange.params.key ?? '';
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
