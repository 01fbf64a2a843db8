import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';

/** Answers one request, its body not yet read. */
export type Serve = (incoming: IncomingMessage, outgoing: ServerResponse) => void;

/** Where to listen, and for how long clients may take. */
export interface ListenOptions {
  /** An address of this machine; 127.0.0.1 by default. */
  readonly address?: string;
  /** 0, the default, takes any free one. */
  readonly port?: number;
  /** Milliseconds until the headers of a request must be there; 20 s by default. */
  readonly headersMs?: number;
  /** Milliseconds until a whole request must be there; a minute by default. */
  readonly requestMs?: number;
}

/** A listening server. */
export interface Listener {
  /** `http://ADDRESS:PORT`. */
  readonly url: string;
  readonly port: number;
  stop(): Promise<void>;
}

/** How long an idle connection is kept, as by common proxies; a shorter time meets clients that are about to use it. */
const keepAliveMs = 75_000;

/** Listens; an Error of Node where the address or the port cannot be had. */
export async function listen(options: ListenOptions, serve: Serve): Promise<Listener> {
  const { address = '127.0.0.1', port = 0, headersMs = 20_000, requestMs = 60_000 } = options;
  const server = createServer(
    {
      keepAliveTimeout: keepAliveMs,
      headersTimeout: headersMs,
      requestTimeout: requestMs,
      // How often Node looks for connections whose time is up.
      connectionsCheckingInterval: Math.min(headersMs, 5000),
    },
    serve,
  );
  // A tunnel is asked for of a proxy; without a word Node would cut the connection.
  server.on('connect', (_incoming, socket) => {
    socket.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
    socket.on('error', () => undefined);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, address, resolve);
  });
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('the server has no port');
  return {
    url: `http://${isIPv6(address) ? `[${address}]` : address}:${bound.port}`,
    port: bound.port,
    stop: () =>
      new Promise(resolve => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
