import type { Reply } from '../../http/reply.ts';
import { type JsonObject, objectAt, stringAt } from '../../json.ts';
import { bodyObject, type Call } from '../api/call.ts';
import { novaJson } from '../api/respond.ts';
import type { Server } from '../server.ts';
import { needPolicy } from './server-guards.ts';
import { changedServerView } from './server-view.ts';

/** Answers `PUT /servers/{id}`. */
export function updateServer(call: Call): Reply {
  needPolicy(call, 'servers:update');
  changeDetails(call.server, objectAt(bodyObject(call), 'server'));
  call.server.updatedAt = new Date();
  return novaJson(call, 200, { server: changedServerView(call, call.server) });
}

/** Writes the details that a request names into a server; a rebuild changes the same ones. */
export function changeDetails(server: Server, wanted: JsonObject): void {
  server.name = stringAt(wanted, 'name') ?? server.name;
  if ('description' in wanted) server.description = stringAt(wanted, 'description') ?? null;
  server.hostname = stringAt(wanted, 'hostname') ?? server.hostname;
  server.accessIPv4 = stringAt(wanted, 'accessIPv4') ?? server.accessIPv4;
  server.accessIPv6 = stringAt(wanted, 'accessIPv6') ?? server.accessIPv6;
  const disk = stringAt(wanted, 'OS-DCF:diskConfig');
  if (disk !== undefined) server.diskConfig = disk === 'AUTO' ? 'AUTO' : 'MANUAL';
}
