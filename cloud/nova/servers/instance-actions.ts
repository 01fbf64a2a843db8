import { micros } from '../../dates.ts';
import { ApiError } from '../../http/api-error.ts';
import type { Reply } from '../../http/reply.ts';
import type { Json, JsonObject } from '../../json.ts';
import type { Call } from '../api/call.ts';
import { novaJson } from '../api/respond.ts';
import type { InstanceAction, Server } from '../server.ts';
import { type Page, pageOf, queryOf } from './page.ts';
import { momentOf } from './server-filters.ts';
import { hostIdOf } from './server-view.ts';

/** Answers `GET /servers/{id}/os-instance-actions`. */
export function listActions(call: Call): Reply {
  const server = actedServer(call);
  const { items, links } = selected(call, server);
  return novaJson(call, 200, { instanceActions: items.map(action => actionView(call, server, action)), ...links });
}

/** The actions as the query wants them, which older microversions did not look at. */
function selected(call: Call, { actions }: Server): Page<InstanceAction> {
  if (call.minor < 58) return { items: actions, links: {} };
  const query = queryOf(call);
  const [since, before] = [query.get('changes-since'), call.minor >= 66 ? query.get('changes-before') : undefined];
  const from = since === undefined ? Number.NEGATIVE_INFINITY : momentOf('changes-since', since);
  const to = before === undefined ? Number.POSITIVE_INFINITY : momentOf('changes-before', before);
  const found = actions.filter(({ updatedAt }) => updatedAt.getTime() >= from && updatedAt.getTime() <= to);
  return pageOf(call, 'links', found, ({ requestId }) => requestId);
}

/** Answers `GET /servers/{id}/os-instance-actions/{request_id}`. */
export function showAction(call: Call): Reply {
  const server = actedServer(call);
  const id = call.exchange.params.request_id ?? '';
  const action = server.actions.find(({ requestId }) => requestId === id);
  if (action === undefined) throw new ApiError(404, `Action ${id} not found`);
  const events = seesEvents(call) ? { events: eventViews(call, server, action) } : {};
  return novaJson(call, 200, { instanceAction: { ...actionView(call, server, action), ...events } });
}

/** The server, a deleted one included from 2.21 on. */
function actedServer(call: Call): Server {
  const { nova, behaviour } = call.world;
  const server = nova.servers.get(call.serverId) ?? (call.minor >= 21 ? nova.deleted.get(call.serverId) : undefined);
  if (server === undefined || !behaviour.policy.finds(call.token, server.projectId)) {
    throw new ApiError(404, `Instance ${call.serverId} could not be found.`);
  }
  return server;
}

function seesEvents(call: Call): boolean {
  return call.minor >= 51 || call.token.roles.includes('admin');
}

function actionView(call: Call, server: Server, action: InstanceAction): JsonObject {
  return {
    action: action.action,
    instance_uuid: server.id,
    request_id: action.requestId,
    user_id: action.userId,
    project_id: action.projectId,
    start_time: micros(action.startTime),
    message: action.message,
    ...(call.minor >= 58 ? { updated_at: micros(action.updatedAt) } : {}),
  };
}

function eventViews(call: Call, server: Server, { events }: InstanceAction): Json {
  const admin = call.token.roles.includes('admin');
  return events.map(({ event, startTime, finishTime, result, host }) => ({
    event,
    start_time: micros(startTime),
    finish_time: finishTime === null ? null : micros(finishTime),
    result,
    ...(admin ? { traceback: null } : {}),
    ...(admin && call.minor >= 62 ? { host } : {}),
    ...(call.minor >= 62 ? { hostId: hostIdOf({ projectId: server.projectId, host }) } : {}),
    ...(admin && call.minor >= 84 ? { details: null } : {}),
  }));
}
