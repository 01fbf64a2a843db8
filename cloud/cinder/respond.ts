import { ApiError } from '../http/api-error.ts';
import type { Exchange } from '../http/exchange.ts';
import { emptyReply, jsonReply, type Reply } from '../http/reply.ts';
import { webobTooLarge } from '../http/webob.ts';
import { type Json, parseJson } from '../json.ts';
import { keystoneChallenge } from '../keystone/challenge.ts';
import type { Keystone } from '../keystone/keystone.ts';
import type { Token } from '../keystone/token.ts';
import type { Cinder } from './cinder.ts';

/** One request of a signed-in caller; `minor` is the microversion's minor number, `body` undefined where there is none. */
export interface Call {
  readonly exchange: Exchange;
  readonly token: Token;
  readonly minor: number;
  readonly body: Json | undefined;
}

/** Cinder's words for what it cannot read at all. */
export const malformed =
  'The server could not comply with the request since it is either malformed or otherwise incorrect.';

const errorKeys = new Map([
  [400, 'badRequest'],
  [403, 'forbidden'],
  [404, 'itemNotFound'],
  [409, 'conflictingRequest'],
  [413, 'overLimit'],
  [501, 'notImplemented'],
]);

/** Takes one request through Cinder's pipeline: token, microversion, project, body, and its errors in Cinder's envelope. */
export function respond(cinder: Cinder, keystone: Keystone, exchange: Exchange, answer: (call: Call) => Reply): Reply {
  const refused = keystoneChallenge(keystone, exchange);
  const token = keystone.validate(exchange.headers['x-auth-token']?.toString());
  if (refused !== undefined || token === undefined) return refused ?? emptyReply(401);
  if (exchange.body === undefined) return webobTooLarge(exchange);
  const version = /volume\s+3\.(\d+)/.exec(exchange.headers['openstack-api-version']?.toString() ?? '')?.[1] ?? '0';
  const asked = exchange.headers['openstack-api-version'];
  const common = commonHeaders(exchange, asked === '' ? undefined : version);
  let reply: Reply;
  try {
    const minor = Number(version);
    if (asked === '') throw new ApiError(400, malformed);
    if (minor > cinder.release.cinderMinor) {
      throw new ApiError(
        406,
        `Version 3.${version} is not supported by the API. Minimum is 3.0 and maximum is 3.${cinder.release.cinderMinor}.`,
      );
    }
    if (exchange.params.project_id !== token.project?.id) throw new ApiError(400, 'Malformed request url');
    const text = exchange.body.toString();
    const body = text === '' ? undefined : parseJson(text);
    if (text !== '' && body === undefined) throw new ApiError(400, 'Malformed request body');
    reply = answer({ exchange, token, minor, body });
  } catch (error) {
    const code = error instanceof ApiError ? error.status : 500;
    const message =
      error instanceof ApiError
        ? error.message
        : 'The server has either erred or is incapable of performing the requested operation.';
    const retry = code === 413 ? { retryAfter: '0' } : {};
    const body = { [errorKeys.get(code) ?? 'computeFault']: { code, message, ...retry } };
    reply = jsonReply(code, body, code === 413 ? [['Retry-After', '0']] : []);
  }
  // What is no JSON is a response of the controller's own, to which nobody adds this one.
  const own = reply.headers.some(([, value]) => value.startsWith('text/html'));
  return {
    ...reply,
    headers: [...reply.headers, ...common.filter(([name]) => !own || name !== 'x-compute-request-id')],
  };
}

/** What every answer carries; no version where the request's cannot be read. */
export function commonHeaders({ requestId }: Exchange, version: string | undefined): Reply['headers'] {
  const versions: Reply['headers'] =
    version === undefined
      ? []
      : [
          ['OpenStack-API-Version', `volume 3.${version}`],
          ['Vary', 'OpenStack-API-Version'],
        ];
  return [['x-compute-request-id', requestId], ...versions, ['x-openstack-request-id', requestId]];
}
