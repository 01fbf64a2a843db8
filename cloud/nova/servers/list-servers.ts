import { ApiError } from '../../http/api-error.ts';
import { parseQuery } from '../../http/query.ts';
import type { Reply } from '../../http/reply.ts';
import type { Call } from '../api/call.ts';
import { novaJson } from '../api/respond.ts';
import type { Server } from '../server.ts';
import { serverSummary, serverView, statusOf } from './server-view.ts';

/** Answers `GET /servers`. */
export function listServers(call: Call): Reply {
  return novaJson(call, 200, { servers: selected(call).map(server => serverSummary(call.world.url, server)) });
}

/** Answers `GET /servers/detail`. */
export function detailServers(call: Call): Reply {
  return novaJson(call, 200, { servers: selected(call).map(server => serverView(call, server)) });
}

/** The caller's servers, newest first, as the filters and the page want them. */
function selected(call: Call): Server[] {
  const query = new Map(parseQuery(call.exchange.query) ?? []);
  const admin = call.token.roles.includes('admin');
  const all = admin && /^(1|true)?$/i.test(query.get('all_tenants') ?? 'no');
  const name = query.get('name');
  const status = query.get('status')?.toUpperCase();
  const found = [...call.world.nova.servers.values()]
    .toReversed()
    .filter(server => all || server.projectId === call.token.project?.id)
    .filter(
      server => (server.vmState === 'soft-delete') === (admin && (status === 'SOFT_DELETED' || query.has('deleted'))),
    )
    .filter(server => status === undefined || statusOf(server) === status)
    .filter(server => name === undefined || server.name.includes(name));
  const marker = query.get('marker');
  const after = marker === undefined ? 0 : found.findIndex(({ id }) => id === marker) + 1;
  if (marker !== undefined && after === 0) throw new ApiError(400, `marker [${marker}] not found`);
  return found.slice(after, after + Number(query.get('limit') ?? 1000));
}
