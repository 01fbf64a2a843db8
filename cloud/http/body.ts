import type { IncomingMessage } from 'node:http';

/** The largest body that is read, in bytes: oslo.middleware's default. */
const MAX_BODY_BYTES = 114_688;

/** So much of a larger body is drained, to keep its connection usable; whoever sends more loses it. */
const MAX_DRAINED_BYTES = 8 * 1024 * 1024;

/** A request without a body. */
const nothing = Buffer.alloc(0);

/** What came: the body, undefined for one that is too large, with what has to happen to the connection then. */
export interface Received {
  readonly body: Buffer | undefined;
  /** Whether more is still on its way, so that the connection is good for nothing else. */
  readonly unfinished: boolean;
}

/** Calls back once the body of a request is there; never where its client goes away before. */
export function receiveBody(incoming: IncomingMessage, then: (received: Received) => void): void {
  const { headers } = incoming;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    then({ body: nothing, unfinished: false });
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  let told = false;
  const tell = (received: Received): void => {
    if (told) return;
    told = true;
    then(received);
  };
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (size > MAX_DRAINED_BYTES) tell({ body: undefined, unfinished: true });
  });
  incoming.on('end', () => {
    const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    tell({ body: size <= MAX_BODY_BYTES ? body : undefined, unfinished: false });
  });
  // A client that goes away in the middle of its body is no news.
  incoming.on('error', () => undefined);
}
