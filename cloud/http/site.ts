import { TrieRouter } from 'hono/router/trie-router';
import type { Exchange, Request } from './exchange.ts';
import { emptyReply } from './reply.ts';
import type { Route, Service } from './route.ts';

/** What a request meets: the service that it belongs to, and its answer. */
export interface Site {
  /** Gives a request its exchange, and says who answers it. */
  meet(request: Request): Meeting;
}

/** A request that has found whom it is for. */
export interface Meeting {
  readonly exchange: Exchange;
  /** Undefined where no service has the path. */
  readonly service: Service | undefined;
  readonly handle: Route['handle'];
}

type Router = TrieRouter<Target>;

type Found = [target: Target, params: Record<string, string>];

interface Target {
  readonly service: Service;
  readonly handle: Route['handle'];
}

/** Gives each service its routes. Only a router is taken from hono: its Request and Context cost more than an answer. */
export function createSite(services: readonly Service[]): Site {
  const routes = routerOf(services, service => service.routes);
  let others: Router | undefined;
  const findOther = (method: string, path: string): Found | undefined => {
    others ??= routerOf(services, service => service.others?.() ?? []);
    return find(others, method, path);
  };
  return {
    meet: request => {
      const { method, path } = request;
      // The CORS middleware of the services answers every OPTIONS before anything else looks at it.
      if (method === 'OPTIONS') return met(request, serviceOf(services, path), () => emptyReply(200));
      const decoded = decodedPath(path);
      const wanted = method === 'HEAD' ? 'GET' : method;
      const [target, params] = find(routes, wanted, decoded) ?? findOther(wanted, decoded) ?? [];
      if (target !== undefined && params !== undefined) {
        const { service } = target;
        const handle = method === 'HEAD' && !service.head ? service.unrouted : target.handle;
        return { exchange: { ...request, params }, service, handle };
      }
      const service = serviceOf(services, path);
      return met(request, service, service?.unrouted ?? (() => emptyReply(404)));
    },
  };
}

function met(request: Request, service: Service | undefined, handle: Route['handle']): Meeting {
  return { exchange: { ...request, params: {} }, service, handle };
}

function serviceOf(services: readonly Service[], path: string): Service | undefined {
  return services.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
}

function routerOf(services: readonly Service[], routesOf: (service: Service) => readonly Route[]): Router {
  // hono's faster router knows no `detail` beside an `:id`.
  const router: Router = new TrieRouter();
  for (const service of services) {
    for (const { method, path, handle } of routesOf(service)) router.add(method, path, { service, handle });
  }
  return router;
}

function find(router: Router, method: string, path: string): Found | undefined {
  const [[first]] = router.match(method, path);
  return first as Found | undefined;
}

/**
 * The path as WSGI servers hand it on: decoded before it is routed, so that a `%2F` is a slash, with bytes that are no
 * UTF-8 read as Latin-1.
 */
function decodedPath(path: string): string {
  if (!path.includes('%')) return path;
  try {
    return decodeURIComponent(path);
  } catch {
    return path.replaceAll(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}
