import type { ServerResponse } from 'node:http';
import type { Json } from '../json.ts';

/** One answer, complete down to repeated header lines; `Content-Length` is added when it is sent. */
export interface Reply {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

/** An answer with a JSON body; `headers` come after the content type. */
export function jsonReply(status: number, body: Json, headers: Reply['headers'] = []): Reply {
  return { status, headers: [['Content-Type', 'application/json'], ...headers], body: JSON.stringify(body) };
}

/** An answer without a body. */
export function emptyReply(status: number, headers: Reply['headers'] = []): Reply {
  return { status, headers, body: '' };
}

/** Writes the answer; a HEAD request gets the headers only. */
export function send(outgoing: ServerResponse, reply: Reply, method: string): void {
  const headers: string[] = [];
  for (const [name, value] of reply.headers) headers.push(name, value);
  const body = method === 'HEAD' ? '' : reply.body;
  if (reply.status !== 204) headers.push('Content-Length', String(Buffer.byteLength(body)));
  outgoing.writeHead(reply.status, headers);
  outgoing.end(body);
}
