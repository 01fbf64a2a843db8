import type { Interruption } from '../environment.ts';
import type { Exchange } from '../http/exchange.ts';
import { jsonReply, type Reply } from '../http/reply.ts';
import type { Trouble } from './trouble.ts';

/** Troubles that stop a request before any service acts on it. */
export const requestTroubles: readonly Trouble[] = [
  trouble('rate-limited', 'Every 17th request to Nova or Cinder is answered 429 with a Retry-After of 0 or 1 s.', () =>
    every(17, isService, count => refusal(429, 'overLimit', 'Too many requests.', String(count % 2))),
  ),
  trouble('unavailable', 'Every 19th request to Nova or Cinder is answered 503 with a Retry-After of 1 s.', () =>
    every(19, isService, () => refusal(503, 'serviceUnavailable', 'The service is overloaded.', '1')),
  ),
  trouble('unavailable-silent', 'Every 29th request to Nova or Cinder is answered 503 by a proxy, in HTML.', () =>
    every(29, isService, () => ({
      status: 503,
      headers: [['Content-Type', 'text/html']],
      body: '<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n',
    })),
  ),
  trouble('connection-resets', 'Every 23rd GET to Nova or Cinder is cut without an answer.', () =>
    every(
      23,
      exchange => isService(exchange) && exchange.method === 'GET',
      () => 'reset',
    ),
  ),
  trouble('answers-lost', 'Every seventh creation of a server or volume is carried out, but its answer is lost.', () =>
    every(
      7,
      ({ method, path }) => method === 'POST' && /^\/(?:compute|volume)\/.*\/(?:servers|volumes)$/.test(path),
      () => 'lost',
    ),
  ),
  trouble('deletes-fail-twice', 'The first two deletions of each server and volume are answered 500.', () => {
    const tries = new Map<string, number>();
    return exchange => {
      const resource = deletedResource(exchange);
      if (resource === undefined) return undefined;
      const count = (tries.get(resource) ?? 0) + 1;
      tries.set(resource, count);
      return count > 2 ? undefined : refusal(500, 'computeFault', 'The deletion failed.');
    };
  }),
  trouble('deletes-never-work', 'Every deletion of a server is answered 500.', () => exchange => {
    const resource = deletedResource(exchange);
    return resource?.includes('/servers/') ? refusal(500, 'computeFault', 'The deletion failed.') : undefined;
  }),
];

function trouble(id: string, sentence: string, interruption: () => Interruption): Trouble {
  return { id, sentence, patch: environment => void environment.interruptions.push(interruption()) };
}

/** Interrupts every nth of the requests that are meant; tells how many interruptions there were before. */
function every(
  nth: number,
  meant: (exchange: Exchange) => boolean,
  answer: (count: number) => Reply | 'reset' | 'lost',
): Interruption {
  let seen = 0;
  return exchange => {
    if (!meant(exchange)) return undefined;
    seen++;
    return seen % nth === 0 ? answer(seen / nth - 1) : undefined;
  };
}

function isService({ path }: Exchange): boolean {
  return path.startsWith('/compute/') || path.startsWith('/volume/');
}

/** The path of the server or volume that a request is to delete. */
function deletedResource({ method, path, body }: Exchange): string | undefined {
  const [resource, end] = /^\/(?:compute|volume)\/.*\/(?:servers|volumes)\/[^/]+(\/action)?$/.exec(path) ?? [];
  if (resource === undefined) return undefined;
  if (end === undefined) return method === 'DELETE' ? resource : undefined;
  const forced = method === 'POST' && body?.includes('"forceDelete"') === true;
  return forced ? resource.slice(0, -end.length) : undefined;
}

function refusal(status: number, key: string, message: string, retryAfter?: string): Reply {
  const retry = retryAfter === undefined ? {} : { retryAfter };
  const headers: Reply['headers'] = retryAfter === undefined ? [] : [['Retry-After', retryAfter]];
  return jsonReply(status, { [key]: { code: status, message, ...retry } }, headers);
}
