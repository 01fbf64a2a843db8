import http from 'node:http';
import net from 'node:net';
import { listenAt } from './front.ts';

/** What a proxy does. */
export interface ForwarderOptions {
  /** Names that only the proxy knows, as `host:port`, and the port of this machine that each stands for. */
  hosts?: Record<string, number>;
  /** `user:password` that it wants. */
  credentials?: string;
}

/** A proxy that listens. */
export interface Forwarder {
  /** `127.0.0.1:PORT`. */
  host: string;
  /** What it was asked for: `GET http://…`, `CONNECT host:port`. */
  seen: string[];
  /** As in the options; more may be told. */
  hosts: Record<string, number>;
}

/** A forward proxy (RFC 9110, 7.6 and 9.3.6) that lets nobody out but to the named hosts; it ends with the test. */
export async function startForwarder({ hosts = {}, credentials }: ForwarderOptions): Promise<Forwarder> {
  const seen: string[] = [];
  const wanted = credentials === undefined ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  const refusal = (headers: http.IncomingHttpHeaders, port: number | undefined) => {
    if (wanted !== undefined && headers['proxy-authorization'] !== wanted) return 407;
    return port === undefined ? 503 : undefined;
  };
  const server = http.createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    seen.push(`${method} ${url}`);
    const { host, hostname, pathname, search } = new URL(url);
    const port = hosts[host === hostname ? `${hostname}:80` : host];
    const status = refusal(headers, port);
    if (status !== undefined) {
      incoming.resume();
      outgoing.writeHead(status, { 'content-type': 'text/html' }).end('<html>ERR_ACCESS_DENIED</html>');
      return;
    }
    const { 'proxy-authorization': _, 'proxy-connection': __, ...passed } = headers;
    const inner = http.request({ method, port, path: pathname + search, headers: passed }, received => {
      outgoing.writeHead(received.statusCode ?? 502, received.rawHeaders);
      received.pipe(outgoing);
    });
    inner.on('error', () => outgoing.destroy());
    incoming.pipe(inner);
  });
  server.on('connect', (incoming, socket, head) => {
    seen.push(`CONNECT ${incoming.url}`);
    const port = hosts[incoming.url ?? ''];
    const status = refusal(incoming.headers, port);
    if (status !== undefined || port === undefined) {
      socket.end(`HTTP/1.1 ${status} No\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    const inner = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connected\r\n\r\n');
      inner.write(head);
      inner.pipe(socket).pipe(inner);
    });
    inner.on('error', () => socket.destroy());
    socket.on('error', () => inner.destroy());
  });
  return { host: `127.0.0.1:${await listenAt(server)}`, seen, hosts };
}

/** A SOCKS proxy (RFC 1928) without credentials, for names; the same. */
export async function startSocks(hosts: Record<string, number>): Promise<Forwarder> {
  const seen: string[] = [];
  const server = net.createServer(socket => {
    socket.on('error', () => undefined);
    socket.once('data', () => {
      socket.write(Buffer.from([5, 0]));
      socket.once('data', request => {
        const end = 5 + request.readUInt8(4);
        const host = `${request.toString('latin1', 5, end)}:${request.readUInt16BE(end)}`;
        seen.push(`SOCKS ${host}`);
        const inner = net.connect(hosts[host] ?? 0, '127.0.0.1', () => {
          socket.write(Buffer.from([5, 0, 0, 1, 0, 0, 0, 0, 0, 0]));
          inner.pipe(socket).pipe(inner);
        });
        inner.on('error', () => socket.destroy());
      });
    });
  });
  return { host: `127.0.0.1:${await listenAt(server)}`, seen, hosts };
}
