import { createHash } from 'node:crypto';
import { ApiError } from '../http/api-error.ts';
import { emptyReply, jsonReply, type Reply } from '../http/reply.ts';
import { isObject, type Json, objectAt } from '../json.ts';
import { repr, str } from '../python.ts';
import type { Volume } from './volume.ts';

/** Answers `GET /volumes/{id}/metadata`, with the digest that makes a change of it safe, and in the framework's own type. */
export function showAllMetadata({ metadata }: Volume): Reply {
  const body = JSON.stringify({ metadata });
  const etag = createHash('md5').update(body).digest('hex');
  const headers: Reply['headers'] = [
    ['Content-Type', 'text/html; charset=UTF-8'],
    ['ETag', etag],
  ];
  return { status: 200, headers, body };
}

function told({ metadata }: Volume): Reply {
  return jsonReply(200, { metadata });
}

/** Answers `POST /volumes/{id}/metadata`, which keeps the other keys. */
export function addMetadata(volume: Volume, body: Json | undefined): Reply {
  volume.metadata = { ...volume.metadata, ...texts(body, 'metadata') };
  return told(volume);
}

/** Answers `PUT /volumes/{id}/metadata`, which forgets the other keys. */
export function replaceMetadata(volume: Volume, body: Json | undefined): Reply {
  volume.metadata = texts(body, 'metadata');
  return told(volume);
}

/** Answers `GET /volumes/{id}/metadata/{key}`. */
export function showMetadata(volume: Volume, key: string): Reply {
  return jsonReply(200, { meta: { [key]: known(volume, key) } });
}

/** Answers `PUT /volumes/{id}/metadata/{key}`; ApiError 400 where the body names another key. */
export function setMetadata(volume: Volume, key: string, body: Json | undefined): Reply {
  const meta = texts(body, 'meta');
  if (!Object.hasOwn(meta, key)) throw new ApiError(400, 'Request body and URI mismatch');
  volume.metadata = { ...volume.metadata, ...meta };
  return jsonReply(200, { meta });
}

/** Answers `DELETE /volumes/{id}/metadata/{key}`. */
export function deleteMetadata(volume: Volume, key: string): Reply {
  known(volume, key);
  const { [key]: _, ...rest } = volume.metadata;
  volume.metadata = rest;
  return emptyReply(200, [['Content-Type', 'text/html; charset=UTF-8']]);
}

/** An object of texts in a body; ApiError 400 where it is missing or holds anything else. */
export function texts(body: Json | undefined, key: string): Record<string, string> {
  if (!isObject(body) || !isObject(body[key])) throw new ApiError(400, `${repr(key)} is a required property`);
  const entries = Object.entries(objectAt(body, key));
  return Object.fromEntries(
    entries.map(([name, value]) => {
      if (typeof value === 'string') return [name, value];
      throw new ApiError(
        400,
        `Invalid input for field/attribute ${name}. Value: ${str(value)}. ${repr(value)} is not of type 'string'`,
      );
    }),
  );
}

function known({ id, metadata }: Volume, key: string): string {
  const value = Object.hasOwn(metadata, key) ? metadata[key] : undefined;
  if (value === undefined) throw new ApiError(404, `Volume ${id} has no metadata with key ${key}.`);
  return value;
}
