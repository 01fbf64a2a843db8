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
  /** Its type in the catalog, the name of its exchanges in the log. */
  readonly type: string;
  /** First path segment, with its slash. */
  readonly prefix: string;
  readonly routes: readonly Route[];
  /** What the real service serves beside that: made and looked at only once none of the routes matches. */
  readonly others?: () => readonly Route[];
  /** Answers what no route matches; a request whose HEAD no route serves comes here too. */
  readonly unrouted: (exchange: Exchange) => Reply | Promise<Reply>;
  /** Answers HEAD like GET where true; Nova, Cinder and Glance know no HEAD here. */
  readonly head: boolean;
}
