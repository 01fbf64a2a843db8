import type { Reply } from '../../http/reply.ts';
import type { Call } from '../api/call.ts';
import { novaJson } from '../api/respond.ts';
import type { Server } from '../server.ts';
import { type Page, pageOf, queryOf } from './page.ts';
import { filtersOf, strictly } from './server-filters.ts';
import { refusePolicy } from './server-guards.ts';
import { sorted } from './server-order.ts';
import { listedServerView, serverSummary } from './server-view.ts';

/** Answers `GET /servers`. */
export function listServers(call: Call): Reply {
  const { items, links } = selected(call, 'index');
  return novaJson(call, 200, { servers: items.map(server => serverSummary(call.world.url, server)), ...links });
}

/** Answers `GET /servers/detail`. */
export function detailServers(call: Call): Reply {
  const { items, links } = selected(call, 'detail');
  return novaJson(call, 200, { servers: items.map(server => listedServerView(call, server)), ...links });
}

/** The caller's servers, newest first, as the filters and the page want them. */
function selected(call: Call, rule: 'index' | 'detail'): Page<Server> {
  const query = queryOf(call);
  const admin = call.token.roles.includes('admin');
  const all = query.has('all_tenants') && strictly(query.get('all_tenants') ?? '');
  if (all && !admin) refusePolicy(`servers:${rule}:get_all_tenants`);
  const filters = filtersOf(call, query);
  const deletedSoftly = admin && (query.get('status')?.toUpperCase() === 'SOFT_DELETED' || query.has('deleted'));
  const { servers, deleted } = call.world.nova;
  // What has changed since then includes what is gone since then.
  const gone = query.has('changes-since') ? [...deleted.values()] : [];
  const found = [...gone, ...servers.values()]
    .toReversed()
    .filter(server => all || server.projectId === call.token.project?.id)
    .filter(server => (server.vmState === 'soft-delete') === deletedSoftly)
    .filter(server => filters.every(filter => filter(server)));
  return pageOf(call, 'servers_links', sorted(call, found), ({ id }) => id);
}
