import type { Exchange } from './exchange.ts';
import type { Reply } from './reply.ts';

/** What answers one method and path; the path is in hono's syntax and counts from the root of the server. */
export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'PATCH';
  readonly path: string;
  readonly handle: (exchange: Exchange) => Reply | Promise<Reply>;
}

/** One service under its path prefix. */
export interface Service {
  /** First path segment, with its slash. */
  readonly prefix: string;
  readonly routes: readonly Route[];
  /** Answers what no route matches; a request whose HEAD no route serves comes here too. */
  readonly unrouted: (exchange: Exchange) => Reply | Promise<Reply>;
  /** Answers HEAD like GET where true; Nova, Cinder and Glance know no HEAD here. */
  readonly head: boolean;
}
