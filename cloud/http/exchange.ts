import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { newRequestId } from '../ids.ts';

/** One request as the services see it: headers as received, the body as bytes, path parameters decoded. */
export interface Exchange {
  readonly method: string;
  /** Still encoded. */
  readonly path: string;
  /** The query string, still encoded, without the question mark. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  readonly params: Readonly<Record<string, string>>;
  /** Undefined where the body is larger than the services read. */
  readonly body: Buffer | undefined;
  readonly requestId: string;
}

/** A request without the parameters of its path, which only its route knows. */
export type Request = Omit<Exchange, 'params'>;

/** One request, its body read before. */
export function requestOf(incoming: IncomingMessage, body: Buffer | undefined): Request {
  const url = originForm(incoming.url ?? '/');
  const mark = url.indexOf('?');
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark + 1),
    headers: incoming.headers,
    body,
    requestId: newRequestId(),
  };
}

/** A client that takes us for a proxy sends the whole URL. */
function originForm(url: string): string {
  if (url.startsWith('/')) return url;
  const [whole] = /^https?:\/\/[^/?]*/i.exec(url) ?? [];
  const rest = whole === undefined ? url : url.slice(whole.length);
  return rest.startsWith('?') || rest === '' ? `/${rest}` : rest;
}
