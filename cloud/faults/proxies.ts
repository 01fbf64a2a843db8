import type { Intermediary } from '../behaviour/proxy.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Reply } from '../http/reply.ts';
import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';

/** Milliseconds that a proxy gives an answer again. */
const KEPT_MS = 2000;

/** What a proxy or load balancer in front of Nova can do to the attachments; a table. */
export const proxyFaults: readonly Fault[] = [
  fault('proxy-strips-vary', 'A proxy takes Vary away.', ['headers.vary', 'headers.vary.success'], () =>
    rewriting(reply => without(reply, /^vary$/i)),
  ),
  fault(
    'proxy-strips-microversion',
    'A proxy takes both microversion headers away.',
    ['headers.microversion', 'version.range'],
    () => rewriting(reply => without(reply, /api-version$/i)),
  ),
  fault(
    'proxy-drops-content-type',
    'A proxy takes Content-Type away.',
    ['headers.content-type.success', 'headers.content-type.error'],
    () => rewriting(reply => without(reply, /^content-type$/i)),
  ),
  fault(
    'proxy-keeps-last-header',
    'Of several header lines of one name a proxy passes only the last one on.',
    ['headers.vary', 'headers.vary.success'],
    () =>
      rewriting(reply => ({
        ...reply,
        headers: [...new Map(reply.headers.map(line => [line[0].toLowerCase(), line])).values()],
      })),
  ),
  fault(
    'proxy-html-errors',
    'A proxy puts a page of HTML in the place of each refusal.',
    ['headers.content-type.error', 'access.server.unknown', 'attach.volume.unknown'],
    () => rewriting(reply => (reply.status < 400 ? reply : page(reply))),
  ),
  fault(
    'proxy-fills-empty',
    'A proxy gives every answer without a body one.',
    ['headers.content-length.empty', 'update.flag', 'detach.success'],
    () => rewriting(reply => (reply.body === '' ? { ...reply, body: '{}' } : reply)),
  ),
  fault('proxy-202-as-200', 'A proxy makes 200 of each 202.', ['update.flag', 'detach.success'], () =>
    rewriting(reply => (reply.status === 202 ? { ...reply, status: 200 } : reply)),
  ),
  fault(
    'proxy-drops-query',
    'A proxy drops the query.',
    ['list.paging.limit', 'list.paging.skips', 'list.query.invalid'],
    () => (exchange, pass) => pass({ ...exchange, query: '' }),
  ),
  fault(
    'proxy-drops-version',
    'A proxy passes OpenStack-API-Version of a request on to nobody.',
    ['version.range'],
    () => (exchange, pass) =>
      pass({ ...exchange, headers: { ...exchange.headers, 'openstack-api-version': undefined } }),
  ),
  fault(
    'proxy-refuses-put',
    'A proxy lets no PUT through.',
    ['update.flag'],
    () => (exchange, pass) =>
      exchange.method === 'PUT' ? page({ status: 405, headers: [], body: '' }) : pass(exchange),
  ),
  fault(
    'proxy-repeats-post',
    'A proxy sends each POST twice and gives the second answer.',
    ['attach.success'],
    () => async (exchange, pass) => {
      if (exchange.method === 'POST') await pass(exchange);
      return pass(exchange);
    },
  ),
  fault(
    'proxy-redirects-slash',
    'A proxy redirects a path with a trailing slash to the one without.',
    ['route.suffix.unknown'],
    () => (exchange, pass) =>
      exchange.path.endsWith('/')
        ? { status: 301, headers: [['Location', exchange.path.slice(0, -1)]], body: '' }
        : pass(exchange),
  ),
  fault('proxy-caches-list', 'A proxy gives the same list for two seconds.', ['attach.async.listed'], () =>
    caching(exchange => !isItem(exchange)),
  ),
  fault(
    'proxy-caches-404',
    'A proxy answers for two seconds that an attachment is not there once it was not.',
    ['attach.async.show'],
    () => caching((exchange, { status }) => isItem(exchange) && status === 404),
  ),
  fault(
    'proxy-cache-ignores-version',
    'A proxy gives the same list for two seconds whatever the microversion.',
    ['headers.microversion', 'list.success'],
    () =>
      caching(
        () => true,
        ({ path, query, headers }) => JSON.stringify([path, query, headers['x-auth-token']]),
      ),
  ),
];

/** Elsewhere in Nova it would only hinder those who look for it. */
function fault(id: string, sentence: string, breaks: string[], proxy: () => Intermediary): Fault {
  return ofKind('proxy')(id, sentence, breaks, b => {
    const own = proxy();
    b.proxy = (exchange, pass) =>
      exchange.path.includes('/os-volume_attachments') ? own(exchange, pass) : pass(exchange);
  });
}

function rewriting(change: (reply: Reply) => Reply): Intermediary {
  return async (exchange, pass) => change(await pass(exchange));
}

function without(reply: Reply, name: RegExp): Reply {
  return { ...reply, headers: reply.headers.filter(([header]) => !name.test(header)) };
}

function page({ status, headers }: Reply): Reply {
  const kept = headers.filter(([name]) => name.toLowerCase() !== 'content-type');
  return {
    status,
    headers: [['Content-Type', 'text/html'], ...kept],
    body: `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>`,
  };
}

function isItem({ path }: Exchange): boolean {
  return !path.endsWith('/os-volume_attachments');
}

/** Gives the answer to a GET again, for a while, to who asks the same. */
function caching(keeps: (exchange: Exchange, reply: Reply) => boolean, key = wholeKey): Intermediary {
  const kept = new Map<string, { readonly reply: Reply; readonly until: number }>();
  return async (exchange, pass) => {
    if (exchange.method !== 'GET') return pass(exchange);
    const name = key(exchange);
    const found = kept.get(name);
    if (found !== undefined && Date.now() < found.until) return found.reply;
    kept.delete(name);
    const reply = await pass(exchange);
    if (keeps(exchange, reply)) kept.set(name, { reply, until: Date.now() + KEPT_MS });
    return reply;
  };
}

function wholeKey({ path, query, headers }: Exchange): string {
  const named = ['x-auth-token', 'openstack-api-version', 'x-openstack-nova-api-version', 'accept', 'content-type'];
  return JSON.stringify([path, query, ...named.map(name => headers[name])]);
}
