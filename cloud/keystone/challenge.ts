import type { Exchange } from '../http/exchange.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import type { Keystone } from './keystone.ts';

/** The 401 that the token middleware answers in front of a service, or undefined for a good token. */
export function keystoneChallenge(keystone: Keystone, exchange: Exchange): Reply | undefined {
  if (keystone.validate(exchange.headers['x-auth-token']?.toString()) !== undefined) return undefined;
  const reply = challenge(keystone);
  return { ...reply, headers: [...reply.headers, ['x-openstack-request-id', exchange.requestId]] };
}

/** The middleware's 401, without a request id. */
export function challenge(keystone: Keystone): Reply {
  const message = 'The request you have made requires authentication.';
  return jsonReply(401, { error: { code: 401, title: 'Unauthorized', message } }, [
    ['WWW-Authenticate', `Keystone uri="${keystone.url}/identity/v3"`],
  ]);
}
