import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
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

/** Starts a cloud behind a loopback proxy that records what was on the wire, headers in their spelling. */
export async function recordedCloud(options: CloudOptions): Promise<RecordedCloud> {
  const entries: HarEntry[] = [];
  const cloud = await startCloud(options);
  let url = '';
  const server = createServer((incoming, outgoing) => {
    passOn(incoming, outgoing, cloud.url, () => url).then(
      entry => entries.push(entry),
      () => outgoing.destroy(),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await cloud.stop();
  };
  const creator = { name: 'recorder', version: '1' };
  const har = () => JSON.stringify({ log: { version: '1.2', creator, entries } });
  return { cloud, url, entries, stop, har };
}

async function passOn(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  cloud: string,
  own: () => string,
): Promise<HarEntry> {
  const started = new Date();
  const { method = '', url: path = '', headers, rawHeaders } = incoming;
  const sent = await buffer(incoming);
  const forwarded = request(cloud + path, { method, headers }).end(sent);
  const [received] = (await once(forwarded, 'response')) as [IncomingMessage];
  const body = await buffer(received);
  const told = Buffer.from(body.toString().replaceAll(cloud, own()));
  const answered = pairs(received.rawHeaders).map(({ name, value }) => ({
    name,
    value: name.toLowerCase() === 'content-length' && told.length !== body.length ? `${told.length}` : value,
  }));
  const status = received.statusCode ?? 502;
  outgoing
    .writeHead(
      status,
      answered.flatMap(({ name, value }) => [name, value]),
    )
    .end(told);
  const type = headers['content-type'] ?? '';
  return {
    startedDateTime: started.toISOString(),
    time: Date.now() - started.getTime(),
    request: {
      method,
      url: `${own()}${path}`,
      httpVersion: 'HTTP/1.1',
      headers: pairs(rawHeaders),
      ...(sent.length > 0 ? { postData: { mimeType: type, text: sent.toString() } } : {}),
      bodySize: sent.length,
    },
    response: {
      status,
      httpVersion: 'HTTP/1.1',
      headers: answered,
      content: { size: told.length, mimeType: received.headers['content-type'] ?? '', text: told.toString() },
      bodySize: told.length,
    },
  };
}

function pairs(raw: readonly string[]): HarPair[] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [{ name, value: raw[index + 1] ?? '' }] : []));
}
