import { ApiError } from '../http/api-error.ts';
import type { Exchange } from '../http/exchange.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import type { Route, Service } from '../http/route.ts';
import { knownRoutes, notModelled } from '../unmodelled/not-modelled.ts';
import { novaPaths } from '../unmodelled/nova.ts';
import type { World } from '../world.ts';
import type { Call, Operation } from './api/call.ts';
import { bodySchemaStep, commonSteps, openSteps } from './api/common-steps.ts';
import {
  actionsQuery,
  flavorQuery,
  limitsQuery,
  noQuery,
  queryNamesStep,
  quotaQuery,
  serverQuery,
} from './api/query-names.ts';
import { novaJson, novaUnrouted, respond, respondToAnybody } from './api/respond.ts';
import type { Step } from './api/step.ts';
import { findServer } from './attachments/guards.ts';
import { listExtensions, showExtension } from './extensions.ts';
import { detailZones, listZones } from './servers/availability-zones.ts';
import { createServer } from './servers/create-server.ts';
import { detailFlavors, listFlavors, showFlavor } from './servers/flavor-view.ts';
import { listActions, showAction } from './servers/instance-actions.ts';
import { links } from './servers/links.ts';
import { detailServers, listServers } from './servers/list-servers.ts';
import { defaultQuotaSet, detailQuotaSet, showLimits, showQuotaSet } from './servers/quotas.ts';
import { deleteServer, serverAction } from './servers/server-actions.ts';
import { listAddresses, showAddresses } from './servers/server-addresses.ts';
import {
  addMetadata,
  deleteMetadata,
  listMetadata,
  replaceMetadata,
  setMetadata,
  showMetadata,
} from './servers/server-metadata.ts';
import { metadataItemSchemas, metadataSchemas, tagsSchemas, updateSchemas } from './servers/server-schemas.ts';
import { addTag, deleteTag, deleteTags, listTags, replaceTags, showTag } from './servers/server-tags.ts';
import { serverView } from './servers/server-view.ts';
import { updateServer } from './servers/update-server.ts';
import { apiDocument, apiList } from './versions.ts';

/** The compute service. */
export function novaService(world: World): Service {
  const { routing, sequences } = world.behaviour;
  const attachments = '/servers/:server_id/os-volume_attachments';
  return {
    type: 'compute',
    prefix: '/compute',
    head: routing.head,
    others: () =>
      knownRoutes(novaPaths).flatMap(({ method, path, name, until }) =>
        operation(world, method, path, 'other', [
          ...commonSteps,
          {
            name: 'not modelled',
            run: call => {
              throw call.minor > until
                ? new ApiError(404, 'The resource could not be found.')
                : notModelled('Nova', name);
            },
          },
        ]),
      ),
    unrouted: behind(world, exchange => novaUnrouted(world, exchange)),
    routes: [
      ...['', '/'].map(end => open(`/compute${end}`, () => jsonReply(200, apiList(world)))),
      ...['', '/'].map(end => open(`/compute/v2.1${end}`, exchange => documentReply(world, exchange))),
      ...routing.collection.flatMap(([method, name]) => operation(world, method, attachments, name, sequences[name])),
      ...routing.item.flatMap(([method, name]) =>
        operation(world, method, `${attachments}/:volume_id`, name, sequences[name]),
      ),
      ...plain(world, 'GET', '/servers', listServers),
      ...plain(world, 'GET', '/servers/detail', detailServers),
      ...plain(world, 'POST', '/servers', createServer),
      ...plain(
        world,
        'GET',
        '/servers/:server_id',
        call => novaJson(call, 200, { server: serverView(call, call.server) }),
        [findServer],
      ),
      ...plain(world, 'PUT', '/servers/:server_id', updateServer, [bodySchemaStep(() => updateSchemas), findServer]),
      ...plain(world, 'DELETE', '/servers/:server_id', deleteServer, [findServer]),
      ...plain(world, 'GET', '/servers/:server_id/ips', listAddresses, [findServer]),
      ...plain(world, 'GET', '/servers/:server_id/ips/:network', showAddresses, [findServer]),
      ...metadataRoutes(world),
      ...tagRoutes(world),
      ...plain(world, 'POST', '/servers/:server_id/action', serverAction, [findServer]),
      ...plain(world, 'GET', '/servers/:server_id/os-instance-actions', listActions),
      ...plain(world, 'GET', '/servers/:server_id/os-instance-actions/:request_id', showAction),
      ...plain(world, 'GET', '/flavors', listFlavors),
      ...plain(world, 'GET', '/flavors/detail', detailFlavors),
      ...plain(world, 'GET', '/flavors/:id', showFlavor),
      ...plain(world, 'GET', '/flavors/:id/os-extra_specs', call => novaJson(call, 200, { extra_specs: {} })),
      ...plain(world, 'GET', '/images', images),
      ...plain(world, 'GET', '/images/detail', images),
      ...plain(world, 'GET', '/extensions', listExtensions),
      ...plain(world, 'GET', '/extensions/:alias', showExtension),
      ...plain(world, 'GET', '/limits', showLimits),
      ...plain(world, 'GET', '/os-quota-sets/:id', showQuotaSet),
      ...plain(world, 'GET', '/os-quota-sets/:id/detail', detailQuotaSet),
      ...plain(world, 'GET', '/os-quota-sets/:id/defaults', defaultQuotaSet),
      ...plain(world, 'GET', '/os-availability-zone', listZones),
      ...plain(world, 'GET', '/os-availability-zone/detail', detailZones),
    ],
  };
}

/** What answers a request, behind the proxy. */
function behind({ behaviour }: World, handle: Route['handle']): Route['handle'] {
  return exchange => behaviour.proxy(exchange, handle);
}

function open(path: string, answer: Route['handle']): Route {
  return { method: 'GET', path, handle: answer };
}

function documentReply(world: World, exchange: Exchange): Promise<Reply> {
  const answer: Step = { name: 'answer', run: call => novaJson(call, 200, apiDocument(world)) };
  return respondToAnybody(world, exchange, [...openSteps, answer]);
}

/** Routes with and without the project in the URL. */
function operation(
  world: World,
  method: Route['method'],
  path: string,
  name: Operation,
  steps: readonly Step[],
): Route[] {
  const handle = behind(world, exchange => respond(world, exchange, name, steps));
  return ['/compute/v2.1', '/compute/v2.1/:project_id{[0-9a-f-]+}'].flatMap(base =>
    world.behaviour.routing.suffixes.map(suffix => ({ method, path: base + path + suffix, handle })),
  );
}

function plain(
  world: World,
  method: Route['method'],
  path: string,
  answer: (call: Call) => Reply,
  checks: readonly Step[] = [],
): Route[] {
  const query = method === 'GET' ? [queryNamesStep(queries.get(path) ?? noQuery)] : [];
  return operation(world, method, path, 'other', [
    ...commonSteps,
    ...query,
    ...checks,
    { name: 'answer', run: answer },
  ]);
}

/** What is known of the queries of reads; of all others nothing. */
const queries = new Map([
  ['/servers', serverQuery],
  ['/servers/detail', serverQuery],
  ['/servers/:server_id/os-instance-actions', actionsQuery],
  ['/flavors', flavorQuery],
  ['/flavors/detail', flavorQuery],
  ['/limits', limitsQuery],
  ['/os-quota-sets/:id', quotaQuery],
  ['/os-quota-sets/:id/detail', quotaQuery],
]);

function metadataRoutes(world: World): Route[] {
  const all = '/servers/:server_id/metadata';
  const body = bodySchemaStep(() => metadataSchemas);
  return [
    ...plain(world, 'GET', all, listMetadata, [findServer]),
    ...plain(world, 'POST', all, addMetadata, [body, findServer]),
    ...plain(world, 'PUT', all, replaceMetadata, [body, findServer]),
    ...plain(world, 'GET', `${all}/:key`, showMetadata, [findServer]),
    ...plain(world, 'PUT', `${all}/:key`, setMetadata, [bodySchemaStep(() => metadataItemSchemas), findServer]),
    ...plain(world, 'DELETE', `${all}/:key`, deleteMetadata, [findServer]),
  ];
}

function tagRoutes(world: World): Route[] {
  const all = '/servers/:server_id/tags';
  const checks = [since(26), findServer];
  return [
    ...plain(world, 'GET', all, listTags, checks),
    ...plain(world, 'PUT', all, replaceTags, [since(26), bodySchemaStep(() => tagsSchemas), findServer]),
    ...plain(world, 'DELETE', all, deleteTags, checks),
    ...plain(world, 'GET', `${all}/:tag`, showTag, checks),
    ...plain(world, 'PUT', `${all}/:tag`, addTag, checks),
    ...plain(world, 'DELETE', `${all}/:tag`, deleteTag, checks),
  ];
}

/** Hides an operation from older microversions. */
function since(minor: number): Step {
  return {
    name: 'since',
    run: call => {
      if (call.minor < minor) throw new ApiError(404, 'The resource could not be found.');
    },
  };
}

/** The proxy to the image service, closed from 2.36 on. */
function images(call: Call): Reply {
  if (call.minor >= 36) throw new ApiError(404, 'The resource could not be found.');
  const { id, name } = call.world.image;
  const href = `${call.world.url}/image/images/${id}`;
  const alternate = { rel: 'alternate', type: 'application/vnd.openstack.image', href };
  return novaJson(call, 200, { images: [{ id, name, links: [...links(call.world.url, 'images', id), alternate] }] });
}
