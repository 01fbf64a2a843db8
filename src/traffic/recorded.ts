import type { HarEntry, HarPair } from '../evidence/har.ts';
import type { Exchange } from '../target/exchange.ts';
import { parseJson } from '../target/json.ts';

/** An exchange as somebody recorded it. Recorders leave things out, and what is not known is judged by nothing. */
export interface Recorded {
  /** Names of its request's headers in lower case. Secrets are still in it. */
  exchange: Exchange;
  known: {
    requestHeaders: boolean;
    /** False where the text may be another than what was sent. */
    requestBody: boolean;
    responseHeaders: boolean;
    responseBody: boolean;
    /** Whether the answer had to say its length. */
    sized: boolean;
  };
}

/** Fields by which browsers mark what came from their cache, or from a program of the page. */
const unsent = ['_fromCache', '_fetchedViaServiceWorker'] as const;

/** What an entry of a HAR says of an exchange; the reason where no exchange of Nova's can be made of it. */
export function recordedFrom(entry: HarEntry, url: string): Recorded | string {
  const { request, response } = entry;
  const { status = 0 } = response ?? {};
  if (!Number.isInteger(status) || status <= 0) return 'it has no answer';
  // The request of such an entry was never sent, and its headers are the browser's guess.
  if (unsent.some(mark => Boolean(entry[mark]))) return 'the browser answered it itself';
  const sent = headersOf(request?.headers);
  const received = headersOf(response?.headers);
  const requestBody = sentBody(entry, sent);
  const responseBody = receivedBody(entry, received);
  const json = responseBody === undefined || responseBody === '' ? undefined : parseJson(responseBody);
  return {
    exchange: {
      request: {
        method: request?.method?.toUpperCase() ?? '',
        url,
        headers: sent,
        ...(requestBody === undefined || requestBody === '' ? {} : { body: requestBody }),
      },
      response: {
        status,
        headers: received,
        body: responseBody ?? '',
        ...(json === undefined ? {} : { json }),
      },
      startedAt: Date.parse(entry.startedDateTime ?? '') || 0,
      durationMs: entry.time ?? 0,
    },
    known: {
      requestHeaders: Object.keys(sent).length > 0,
      requestBody: requestBody !== undefined,
      responseHeaders: Object.keys(received).length > 0,
      responseBody: responseBody !== undefined,
      sized: /^http\/1/i.test(response?.httpVersion ?? '') && !('transfer-encoding' in received),
    },
  };
}

/** Headers by lower-case name, repeated ones joined; without HTTP/2's own, which begin with a colon. */
function headersOf(pairs: readonly HarPair[] = []): Record<string, string> {
  const headers = new Map<string, string>();
  for (const { name, value } of pairs) {
    if (name.startsWith(':')) continue;
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}

/** The body that was sent; undefined where the recording does not tell, or where its length is not the one that was sent. */
function sentBody({ request }: HarEntry, headers: Record<string, string>): string | undefined {
  const { postData, bodySize } = request ?? {};
  const length = lengthOf(headers);
  if (typeof postData?.text !== 'string') {
    const nothing = postData === undefined && (bodySize ?? 0) <= 0;
    return nothing && (length ?? 0) === 0 ? '' : undefined;
  }
  const bytes = Buffer.from(postData.text, encodingOf(postData.encoding));
  return length === undefined || length === bytes.length ? bytes.toString() : undefined;
}

/** The body that came; undefined where the recording does not have it, or not all of it. */
function receivedBody({ response }: HarEntry, headers: Record<string, string>): string | undefined {
  const { content, bodySize } = response ?? {};
  if (typeof content?.text !== 'string') {
    const sizes = [content?.size, bodySize, lengthOf(headers)].filter(size => size !== undefined && size >= 0);
    return sizes.length > 0 && sizes.every(size => size === 0) ? '' : undefined;
  }
  const bytes = Buffer.from(content.text, encodingOf(content.encoding));
  // An empty text beside a size: the recorder has thrown the body away. A shorter one: a part of it.
  return bytes.length < (content.size ?? 0) && parseJson(bytes.toString()) === undefined ? undefined : bytes.toString();
}

function encodingOf(encoding: unknown): 'base64' | 'utf8' {
  return encoding === 'base64' ? 'base64' : 'utf8';
}

function lengthOf(headers: Record<string, string>): number | undefined {
  const length = headers['content-length'];
  return length !== undefined && /^\d+$/.test(length) ? Number(length) : undefined;
}
