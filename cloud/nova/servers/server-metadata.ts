import { ApiError } from '../../http/api-error.ts';
import { emptyReply, type Reply } from '../../http/reply.ts';
import { objectAt } from '../../json.ts';
import { str } from '../../python.ts';
import { bodyObject, type Call } from '../api/call.ts';
import { novaJson } from '../api/respond.ts';
import type { VmState } from '../server.ts';
import { needIdle, needPolicy, needReader, needState, needUnlocked } from './server-guards.ts';

/** Where metadata can be changed (`nova/compute/api.py@34`, `update_instance_metadata`). */
const open: readonly VmState[] = ['active', 'paused', 'suspended', 'stopped'];

/** Answers `GET /servers/{id}/metadata`. */
export function listMetadata(call: Call): Reply {
  needReader(call, 'server-metadata:index');
  return novaJson(call, 200, { metadata: call.server.metadata });
}

/** Answers `POST /servers/{id}/metadata`, which keeps the other keys. */
export function addMetadata(call: Call): Reply {
  changing(call, 'create', 'update');
  call.server.metadata = { ...call.server.metadata, ...texts(call, 'metadata') };
  return novaJson(call, 200, { metadata: call.server.metadata });
}

/** Answers `PUT /servers/{id}/metadata`, which forgets the other keys. */
export function replaceMetadata(call: Call): Reply {
  changing(call, 'update_all', 'update');
  call.server.metadata = texts(call, 'metadata');
  return novaJson(call, 200, { metadata: call.server.metadata });
}

/** Answers `GET /servers/{id}/metadata/{key}`. */
export function showMetadata(call: Call): Reply {
  needReader(call, 'server-metadata:show');
  const key = keyOf(call);
  return novaJson(call, 200, { meta: { [key]: known(call, key) } });
}

/** Answers `PUT /servers/{id}/metadata/{key}`; ApiError 400 where the body names another key. */
export function setMetadata(call: Call): Reply {
  const meta = texts(call, 'meta');
  if (!Object.hasOwn(meta, keyOf(call))) throw new ApiError(400, 'Request body and URI mismatch');
  changing(call, 'update', 'update');
  call.server.metadata = { ...call.server.metadata, ...meta };
  return novaJson(call, 200, { meta });
}

/** Answers `DELETE /servers/{id}/metadata/{key}`. */
export function deleteMetadata(call: Call): Reply {
  needPolicy(call, 'server-metadata:delete');
  const key = keyOf(call);
  known(call, key);
  changing(call, 'delete', 'delete');
  const { [key]: _, ...rest } = call.server.metadata;
  call.server.metadata = rest;
  return emptyReply(204, [['Content-Type', 'application/json']]);
}

function changing(call: Call, rule: string, verb: 'update' | 'delete'): void {
  needPolicy(call, `server-metadata:${rule}`);
  needUnlocked(call);
  needState(call, `${verb} metadata`, open);
  needIdle(call, `${verb} metadata`);
}

function keyOf(call: Call): string {
  return call.exchange.params.key ?? '';
}

function known(call: Call, key: string): string {
  const value = Object.hasOwn(call.server.metadata, key) ? call.server.metadata[key] : undefined;
  if (value === undefined) throw new ApiError(404, 'Metadata item was not found');
  return value;
}

function texts(call: Call, key: string): Record<string, string> {
  const entries = Object.entries(objectAt(bodyObject(call), key));
  return Object.fromEntries(entries.map(([name, value]) => [name, str(value)]));
}
