import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { newRequestId } from '../ids.ts';

/** One request as the services see it: headers as received, the body as bytes, path parameters decoded. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  /** The query string, still encoded, without the question mark. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly params: Readonly<Record<string, string>>;
  /** Undefined where the body is larger than the services read. */
  readonly body: Buffer | undefined;
  readonly requestId: string;
}

/** The largest body that is read, in bytes: oslo.middleware's default. */
const MAX_BODY_BYTES = 114_688;

/** Reads one request; a body over the limit is drained and dropped so that the connection stays usable. */
export async function readExchange(c: Context<{ Bindings: HttpBindings }>): Promise<Exchange> {
  const { incoming } = c.env;
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: incoming.headers,
    params: c.req.param(),
    body: await readBody(incoming),
    requestId: newRequestId(),
  };
}

const NOTHING = Buffer.alloc(0);

function readBody(incoming: IncomingMessage): Promise<Buffer | undefined> | Buffer {
  const { headers } = incoming;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) return NOTHING;
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) chunks.push(chunk);
      else chunks.length = 0;
    });
    incoming.on('end', () => resolve(size <= MAX_BODY_BYTES ? Buffer.concat(chunks) : undefined));
    incoming.on('error', reject);
  });
}
