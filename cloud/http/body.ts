import type { IncomingMessage } from 'node:http';

/** The largest body that is read, in bytes: oslo.middleware's default. */
const MAX_BODY_BYTES = 114_688;

/** Nobody waits longer than this for the end of a body that is too large already. */
const PATIENCE_BYTES = 8 * 1024 * 1024;

/** So much is drained, to keep a connection usable; whoever sends more loses it. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024;

/** A request without a body. */
const nothing = Buffer.alloc(0);

/** Calls back with the body, undefined for one that is too large; never where its client goes away before. */
export function receiveBody(incoming: IncomingMessage, then: (body: Buffer | undefined) => void): void {
  const { headers } = incoming;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    then(nothing);
    return;
  }
  const chunks: Buffer[] = [];
  let size = 0;
  let told = false;
  const tell = (body: Buffer | undefined): void => {
    if (told) return;
    told = true;
    then(body);
  };
  incoming.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
    if (size > PATIENCE_BYTES) tell(undefined);
    if (size > MAX_DRAINED_BYTES) incoming.socket.destroy();
  });
  incoming.on('end', () => {
    const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
    tell(size <= MAX_BODY_BYTES ? body : undefined);
  });
  // A client that goes away in the middle of its body is no news.
  incoming.on('error', () => undefined);
}
