import type { ExchangeLog, LoggedExchange } from '../exchange-log.ts';
import type { Exchange } from '../http/exchange.ts';
import { queryValue } from '../http/query.ts';
import { emptyReply, jsonReply, type Reply } from '../http/reply.ts';
import type { Service } from '../http/route.ts';
import type { Json } from '../json.ts';
import { packageVersion } from './version.ts';

/** What can be asked of a cloud as a whole. */
export interface Controls {
  readonly url: string;
  readonly release: string;
  /** How much it holds. */
  readonly held: () => Readonly<Record<'servers' | 'volumes' | 'attachments' | 'tokens', number>>;
  readonly log: () => ExchangeLog;
  readonly reset: () => void;
}

/** Where the controls are. */
export const CONTROL_PREFIX = '/_novaspec';

/** The controls over HTTP; they are for whoever started the cloud, and ask for no token. */
export function controlService(controls: Controls): Service {
  return {
    type: 'novaspec',
    prefix: CONTROL_PREFIX,
    head: true,
    unrouted: ({ method, path }) =>
      jsonReply(404, { error: `no ${method} ${path} here`, known: Object.values(endpoints(controls.url)) }),
    routes: [
      ...['', '/'].map(end => ({
        method: 'GET' as const,
        path: CONTROL_PREFIX + end,
        handle: () => jsonReply(200, overview(controls)),
      })),
      { method: 'GET', path: `${CONTROL_PREFIX}/log`, handle: exchange => showLog(controls, exchange) },
      {
        method: 'POST',
        path: `${CONTROL_PREFIX}/reset`,
        handle: () => {
          controls.reset();
          return emptyReply(204);
        },
      },
    ],
  };
}

function endpoints(url: string): Readonly<Record<'log' | 'reset', string>> {
  return { log: `GET ${url}${CONTROL_PREFIX}/log`, reset: `POST ${url}${CONTROL_PREFIX}/reset` };
}

function overview({ url, release, held }: Controls): Json {
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  return {
    name: 'novaspec',
    version: packageVersion(),
    release,
    identity: `${url}/identity/v3`,
    ...endpoints(url),
    held: held(),
    memory: { rss, heapTotal, heapUsed, external },
  };
}

function showLog({ log }: Controls, { query }: Exchange): Reply {
  const service = queryValue(query, 'service');
  const method = queryValue(query, 'method');
  const since = Number(queryValue(query, 'since') ?? 0);
  const { dropped, exchanges } = log();
  const wanted = (one: LoggedExchange): boolean =>
    one.id > since &&
    (service === undefined || one.service === service) &&
    (method === undefined || one.request.method === method);
  return jsonReply(200, { dropped, exchanges: exchanges.filter(wanted) as unknown as Json });
}
