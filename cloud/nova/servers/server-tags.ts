import { ApiError } from '../../http/api-error.ts';
import { emptyReply, type Reply } from '../../http/reply.ts';
import { bodyObject, type Call } from '../api/call.ts';
import { novaJson } from '../api/respond.ts';
import type { VmState } from '../server.ts';
import { violation } from '../validation/validate.ts';
import { needPolicy, needReader, needState } from './server-guards.ts';
import { tagSchema } from './server-schemas.ts';

const MOST_TAGS = 50;

/** Where tags can be changed (`nova/api/openstack/compute/server_tags.py@34`). */
const open: readonly VmState[] = ['active', 'paused', 'suspended', 'stopped'];

/** Answers `GET /servers/{id}/tags`. */
export function listTags(call: Call): Reply {
  needReader(call, 'os-server-tags:index');
  return novaJson(call, 200, { tags: call.server.tags });
}

/** Answers `PUT /servers/{id}/tags`. */
export function replaceTags(call: Call): Reply {
  needPolicy(call, 'os-server-tags:update_all');
  needState(call, 'update tags', open);
  const { tags } = bodyObject(call);
  const wanted = [...new Set(Array.isArray(tags) ? tags.map(String) : [])];
  needRoom(wanted);
  call.server.tags = wanted;
  return novaJson(call, 200, { tags: wanted });
}

/** Answers `DELETE /servers/{id}/tags`. */
export function deleteTags(call: Call): Reply {
  needPolicy(call, 'os-server-tags:delete_all');
  needState(call, 'delete tags', open);
  call.server.tags = [];
  return gone();
}

/** Answers `GET /servers/{id}/tags/{tag}`, which is only a yes or no. */
export function showTag(call: Call): Reply {
  needReader(call, 'os-server-tags:show');
  const { id, tags } = call.server;
  if (!tags.includes(tagOf(call))) throw new ApiError(404, `Server ${id} has no tag '${tagOf(call)}'`);
  return gone();
}

/** Answers `PUT /servers/{id}/tags/{tag}`. */
export function addTag(call: Call): Reply {
  const tag = tagOf(call);
  needPolicy(call, 'os-server-tags:update');
  const found = violation(tagSchema, tag, call.world.behaviour.release.emptyString);
  if (found !== undefined) {
    throw new ApiError(
      400,
      `Tag '${tag}' is invalid. It must be a non empty string without characters '/' and ','. Validation error message: ${found.text}`,
    );
  }
  needState(call, 'update tag', open);
  const { server, world } = call;
  const html: Reply['headers'] = [['Content-Type', 'text/html; charset=UTF-8']];
  if (server.tags.includes(tag)) return emptyReply(204, html);
  needRoom([...server.tags, tag]);
  server.tags = [...server.tags, tag];
  return emptyReply(201, [...html, ['Location', `${world.url}/compute/v2.1/servers/${server.id}/tags/${tag}`]]);
}

/** Answers `DELETE /servers/{id}/tags/{tag}`. */
export function deleteTag(call: Call): Reply {
  needPolicy(call, 'os-server-tags:delete');
  needState(call, 'delete tag', open);
  const { server } = call;
  if (!server.tags.includes(tagOf(call))) {
    throw new ApiError(404, `Instance ${server.id} has no tag '${tagOf(call)}'`);
  }
  server.tags = server.tags.filter(tag => tag !== tagOf(call));
  return gone();
}

function tagOf(call: Call): string {
  return call.exchange.params.tag ?? '';
}

function needRoom(tags: readonly string[]): void {
  if (tags.length > MOST_TAGS) {
    throw new ApiError(400, `The number of tags exceeded the per-server limit ${MOST_TAGS}`);
  }
}

function gone(): Reply {
  return emptyReply(204, [['Content-Type', 'application/json']]);
}
