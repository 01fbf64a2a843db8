import { zulu } from '../dates.ts';
import type { Exchange } from '../http/exchange.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import type { Route, Service } from '../http/route.ts';
import { webobError, webobNotFound } from '../http/webob.ts';
import type { JsonObject } from '../json.ts';
import { keystoneChallenge } from '../keystone/challenge.ts';
import type { Keystone } from '../keystone/keystone.ts';
import { glancePaths } from '../unmodelled/glance.ts';
import { knownRoutes, notModelled } from '../unmodelled/not-modelled.ts';
import { IMAGE_BYTES, IMAGE_CHECKSUM, IMAGE_HASH, type Image } from './glance.ts';
import { imagesFor } from './list-images.ts';

/** The image service: enough of Glance v2 to find the one image. */
export function glanceService(image: Image, keystone: Keystone): Service {
  // Whoever set the cloud up owns its image.
  const owner = keystone.identities.projects.find(({ name }) => name === 'admin')?.id ?? null;
  const view = imageView(image, owner);
  const versions = (): Reply =>
    jsonReply(300, {
      versions: [{ id: 'v2.17', status: 'CURRENT', links: [{ rel: 'self', href: `${keystone.url}/image/v2/` }] }],
    });
  const signedIn = (path: string, answer: (exchange: Exchange) => Reply): Route => ({
    method: 'GET',
    path,
    handle: exchange => {
      const reply = refused(keystone, exchange);
      if (reply !== undefined) return reply;
      const { headers, ...rest } = answer(exchange);
      return { ...rest, headers: [...headers, ['x-openstack-request-id', exchange.requestId]] };
    },
  });
  return {
    type: 'image',
    prefix: '/image',
    head: false,
    others: () =>
      knownRoutes(glancePaths).map(({ method, path, name }) => ({
        ...signedIn(`/image/v2${path}`, exchange =>
          webobError(exchange, '501 Not Implemented', notModelled('Glance', name).message),
        ),
        method,
      })),
    unrouted: exchange => refused(keystone, exchange) ?? webobNotFound(exchange),
    routes: [
      { method: 'GET', path: '/image', handle: versions },
      { method: 'GET', path: '/image/', handle: versions },
      { method: 'GET', path: '/image/versions', handle: versions },
      signedIn('/image/v2/images', exchange => {
        const found = imagesFor(view, exchange.query);
        if ('refused' in found) return webobError(exchange, '400 Bad Request', found.refused);
        return jsonReply(200, { images: found, first: '/v2/images', schema: '/v2/schemas/images' });
      }),
      signedIn('/image/v2/images/:id', exchange =>
        exchange.params.id === image.id
          ? jsonReply(200, view)
          : webobError(exchange, '404 Not Found', `No image found with ID ${exchange.params.id ?? ''}`),
      ),
    ],
  };
}

/** Glance's own 401, in place of the token middleware's. */
function refused(keystone: Keystone, exchange: Exchange): Reply | undefined {
  const challenge = keystoneChallenge(keystone, exchange)?.headers.filter(([name]) => name === 'WWW-Authenticate');
  return challenge && webobError(exchange, '401 Unauthorized', unauthorized, challenge);
}

const unauthorized =
  'This server could not verify that you are authorized to access the document you requested. Either you supplied the wrong credentials (e.g., bad password), or your browser does not understand how to supply the credentials required.';

function imageView({ id, name, createdAt }: Image, owner: string | null): JsonObject {
  return {
    name,
    disk_format: 'raw',
    container_format: 'bare',
    visibility: 'public',
    size: IMAGE_BYTES,
    virtual_size: IMAGE_BYTES,
    status: 'active',
    checksum: IMAGE_CHECKSUM,
    protected: false,
    min_ram: 0,
    min_disk: 0,
    owner,
    os_hidden: false,
    os_hash_algo: IMAGE_HASH.algo,
    os_hash_value: IMAGE_HASH.value,
    id,
    created_at: zulu(createdAt),
    updated_at: zulu(createdAt),
    tags: [],
    self: `/v2/images/${id}`,
    file: `/v2/images/${id}/file`,
    schema: '/v2/schemas/image',
  };
}
