import { once } from 'node:events';
import { createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { type Cloud, type CloudOptions, startCloud } from '../../cloud/cloud.ts';
import type { HarEntry, HarPair } from '../../src/evidence/har.ts';

/** A cloud whose clients all go through a recorder; its catalog leads there too. */
export interface RecordedCloud {
  cloud: Cloud;
  /** Of the recorder. */
  url: string;
  /** Everything since the start, in the order of the answers. */
  entries: HarEntry[];
  /** The HAR of it. */
  har(): string;
  stop(): Promise<void>;
}

/** Starts a cloud behind a loopback proxy that records as a proxy does: what was on the wire, headers in their spelling. */
export async function recordedCloud(options: CloudOptions): Promise<RecordedCloud> {
  const entries: HarEntry[] = [];
  const cloud = await startCloud(options);
  const server = createServer((incoming, outgoing) => {
    const { method = '', url: path = '', headers, rawHeaders } = incoming;
    const started = new Date();
    const forward = async () => {
      const sent = await buffer(incoming);
      const forwarded = send(cloud.url + path, { method, headers }, received => {
        void buffer(received).then(body => {
          const seen = Buffer.from(body.toString().replaceAll(cloud.url, url));
          const entry = {
            startedDateTime: started.toISOString(),
            time: Date.now() - started.getTime(),
            request: {
              method,
              url: `http://${headers.host}${path}`,
              httpVersion: 'HTTP/1.1',
              headers: pairs(rawHeaders),
              ...(sent.length > 0
                ? { postData: { mimeType: headers['content-type'] ?? '', text: sent.toString() } }
                : {}),
              bodySize: sent.length,
            },
            response: {
              status: received.statusCode ?? 0,
              statusText: received.statusMessage ?? '',
              httpVersion: 'HTTP/1.1',
              headers: pairs(received.rawHeaders),
              content: { size: seen.length, mimeType: received.headers['content-type'] ?? '', text: seen.toString() },
              bodySize: seen.length,
            },
          };
          entries.push(entry);
          const changed = seen.length !== body.length;
          const raw = received.rawHeaders.filter((_, at, all) => !changed || !isLength(all[at - (at % 2)]));
          outgoing.writeHead(received.statusCode ?? 502, raw).end(seen);
        });
      });
      forwarded.on('error', () => outgoing.destroy());
      forwarded.end(sent);
    };
    void forward();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const creator = { name: 'recorder', version: '1' };
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await cloud.stop();
  };
  return { cloud, url, entries, stop, har: () => JSON.stringify({ log: { version: '1.2', creator, entries } }) };
}

function isLength(name: string | undefined): boolean {
  return name?.toLowerCase() === 'content-length';
}

function pairs(raw: readonly string[]): HarPair[] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [{ name, value: raw[index + 1] ?? '' }] : []));
}
