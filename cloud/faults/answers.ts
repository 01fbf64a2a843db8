import { emptyReply, type Reply } from '../http/reply.ts';
import type { Call } from '../nova/api/call.ts';
import { novaJson } from '../nova/api/respond.ts';
import { bodyOf } from '../nova/attachments/read.ts';
import type { Row } from '../nova/server.ts';

/** The answer to an attach that was accepted and whose row this is. */
export function attached(call: Call, row: Row): Reply {
  const { views, headers, effects } = call.world.behaviour;
  if (call.minor >= effects.asyncSince) {
    return emptyReply(views.codes.createAsync, [['Content-Type', headers.empty.create]]);
  }
  const source = { body: call.wanted, serverId: call.serverId, row };
  return novaJson(call, views.codes.create, { [views.wrap.create]: bodyOf(views.create, call.minor, source) });
}

/** The answer to a detach that was accepted. */
export function detached({ world }: Call): Reply {
  const { views, headers } = world.behaviour;
  return emptyReply(views.codes.delete, [['Content-Type', headers.empty.delete]]);
}
