import http from 'node:http';
import https from 'node:https';
import type { AddressInfo, Server } from 'node:net';
import { onTestFinished } from 'vitest';

/** What stands before a cloud. */
export interface FrontOptions {
  /** Address of this machine; 127.0.0.1 by default. */
  address?: string;
  /** Certificate, key and what is asked of clients; without: plain HTTP. */
  tls?: https.ServerOptions;
  /** URL of the cloud. */
  cloud: string;
  /** Paths here, and where they lead in the cloud; the first that fits counts. */
  paths: [here: string, there: string][];
  /** The text of an answer, as it is passed on. */
  edit?: (text: string) => string;
}

/** A front end that listens. */
export interface Front {
  /** Scheme, host and port. */
  origin: string;
  port: number;
  /** Method and path of each request, in their order. */
  seen: string[];
}

/** A web server before a cloud, as operators have them; it ends with the test. */
export async function startFront({ address = '127.0.0.1', tls, cloud, paths, edit }: FrontOptions): Promise<Front> {
  const seen: string[] = [];
  const serve: http.RequestListener = (incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    seen.push(`${method} ${url}`);
    const [here, there] = paths.find(([prefix]) => url.startsWith(prefix)) ?? [];
    if (here === undefined || there === undefined) {
      incoming.resume();
      outgoing.writeHead(404, { 'content-type': 'text/html' }).end('<html>Not here</html>');
      return;
    }
    const inner = http.request(`${cloud}${there}${url.slice(here.length)}`, { method, headers }, received => {
      const chunks: Buffer[] = [];
      received.on('data', (chunk: Buffer) => chunks.push(chunk));
      received.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const raw = received.rawHeaders.flatMap((name, index, all) =>
          index % 2 === 0 && !/^(content-length|transfer-encoding|connection|keep-alive)$/i.test(name)
            ? [name, all[index + 1] ?? '']
            : [],
        );
        const body = Buffer.from(edit?.(text) ?? text);
        if (body.length > 0 || received.headers['content-length'] !== undefined)
          raw.push('Content-Length', String(body.length));
        outgoing.writeHead(received.statusCode ?? 502, raw).end(body);
      });
    });
    inner.on('error', () => outgoing.destroy());
    incoming.pipe(inner);
  };
  const server = tls === undefined ? http.createServer(serve) : https.createServer(tls, serve);
  const port = await listenAt(server, address);
  const host = address.includes(':') ? `[${address}]` : address;
  return { origin: `${tls === undefined ? 'http' : 'https'}://${host}:${port}`, port, seen };
}

/** Lets a server listen until the test ends; gives its port. */
export async function listenAt(server: Server, address = '127.0.0.1'): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  // Clients that break off a handshake are part of the tests.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, address, resolve);
  });
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise(resolve => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}
