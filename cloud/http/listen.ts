import { createServer } from 'node:http';
import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { type Context, Hono } from 'hono';
import type { Interruption } from '../environment.ts';
import { type Exchange, readExchange } from './exchange.ts';
import { emptyReply, type Reply, send } from './reply.ts';
import type { Service } from './route.ts';

type Env = { Bindings: HttpBindings };

/** How long an idle connection is kept, as by common proxies; a shorter time meets clients that are about to use it. */
const keepAliveMs = 75_000;

/** A listening server on the loopback address. */
export interface Listener {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * Listens on the loopback address and gives each service its prefix. The services are made once the port is known,
 * because their catalog and links name it. An interruption comes before all of them.
 */
export async function listen(
  port: number,
  services: (url: string) => readonly Service[],
  interrupt: Interruption,
): Promise<Listener> {
  const app = new Hono<Env>();
  const serve = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((incoming, outgoing) => void serve(incoming, outgoing));
  server.keepAliveTimeout = keepAliveMs;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const bound = address.port;
  // A client that goes away in the middle of its body is no news.
  app.onError((_error, c) => c.text('Internal Server Error', 500));
  // The CORS middleware of the services answers every OPTIONS before anything else looks at it.
  app.options('*', c => answer(c, () => emptyReply(200)));
  const all = services(`http://127.0.0.1:${bound}`);
  for (const service of all) {
    for (const route of service.routes) {
      app.on(route.method, route.path, c =>
        answer(
          c,
          exchange =>
            exchange.method === 'HEAD' && !service.head ? service.unrouted(exchange) : route.handle(exchange),
          interrupt,
        ),
      );
    }
  }
  app.notFound(c =>
    answer(c, exchange => {
      const service = all.find(({ prefix }) => exchange.path === prefix || exchange.path.startsWith(`${prefix}/`));
      return service === undefined ? emptyReply(404) : service.unrouted(exchange);
    }),
  );
  return {
    port: bound,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  c: Context<Env>,
  handle: (exchange: Exchange) => Reply | Promise<Reply>,
  interrupt?: Interruption,
): Promise<Response> {
  const exchange = await readExchange(c);
  const interruption = interrupt?.(exchange);
  if (interruption === 'lost') await handle(exchange);
  // Written directly: a Headers object would join the two Vary lines and lose their order.
  if (interruption === 'reset' || interruption === 'lost') c.env.incoming.socket.resetAndDestroy();
  else send(c.env.outgoing, interruption ?? (await handle(exchange)), exchange.method);
  return RESPONSE_ALREADY_SENT;
}
