import { STATUS_CODES } from 'node:http';
import type { Exchange } from '../target/exchange.ts';
import { parseJson } from '../target/json.ts';
import type { HarPair } from './har.ts';
import type { EntryNotes, OwnEntry } from './own-har.ts';

/** An exchange as an entry of a HAR. */
export function ownEntry(
  pageref: string,
  { request, response, startedAt, durationMs }: Exchange,
  notes: Omit<EntryNotes, 'at'>,
): OwnEntry {
  const { body } = request;
  const query = request.url.indexOf('?');
  return {
    pageref,
    startedDateTime: new Date(startedAt).toISOString(),
    time: durationMs,
    request: {
      method: request.method,
      url: request.url,
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairsOf(request.headers),
      queryString: query < 0 ? [] : queryPairs(request.url.slice(query + 1)),
      ...(body === undefined ? {} : { postData: { mimeType: typeOf(request.headers), text: body } }),
      headersSize: -1,
      bodySize: body === undefined ? 0 : Buffer.byteLength(body),
    },
    response: {
      status: response.status,
      statusText: STATUS_CODES[response.status] ?? '',
      httpVersion: 'HTTP/1.1',
      cookies: [],
      headers: pairsOf(response.headers),
      content: { size: Buffer.byteLength(response.body), mimeType: typeOf(response.headers), text: response.body },
      redirectURL: response.headers.location ?? '',
      headersSize: -1,
      bodySize: -1,
    },
    cache: {},
    timings: { send: 0, wait: durationMs, receive: 0 },
    _novaspec: { ...notes, at: startedAt },
  };
}

/** The exchange that an entry of one of our own HARs was made of. */
export function exchangeOf({ time, startedDateTime, request, response, _novaspec: notes }: OwnEntry): Exchange {
  const body = response.content.text ?? '';
  const json = parseJson(body);
  return {
    request: {
      method: request.method,
      url: request.url,
      headers: recordOf(request.headers),
      ...(request.postData ? { body: request.postData.text } : {}),
    },
    response: {
      status: response.status,
      headers: recordOf(response.headers),
      body,
      ...(json === undefined ? {} : { json }),
    },
    startedAt: notes?.at ?? Date.parse(startedDateTime),
    durationMs: time,
  };
}

function pairsOf(headers: Record<string, string>): HarPair[] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}

function recordOf(pairs: readonly HarPair[]): Record<string, string> {
  return Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
}

/** As they were sent: what is not encoded as a query should be stands as it is. */
function queryPairs(query: string): HarPair[] {
  return query
    .split('&')
    .filter(part => part !== '')
    .map(part => {
      const [name = '', ...value] = part.split('=');
      return { name, value: value.join('=') };
    });
}

function typeOf(headers: Record<string, string>): string {
  const name = Object.keys(headers).find(each => each.toLowerCase() === 'content-type');
  return name === undefined ? '' : (headers[name] ?? '');
}
