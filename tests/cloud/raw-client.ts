import { connect, type Socket } from 'node:net';

/** A connection on which a test says what it likes. */
export interface RawConnection {
  readonly socket: Socket;
  readonly send: (text: string | Buffer) => void;
  /** All that has come so far. */
  readonly received: () => string;
  /** Resolves once what has come matches; rejects where the connection ends before. */
  readonly says: (pattern: RegExp) => Promise<string>;
  /** Resolves with all that has come once the other side has closed. */
  readonly closed: () => Promise<string>;
}

/** Connects to a cloud. */
export async function connectRaw(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = connect({ host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port) });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve).once('error', reject);
  });
  let text = '';
  let over = false;
  const waiting = new Set<() => void>();
  const tell = (): void => {
    for (const look of waiting) look();
  };
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    tell();
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    over = true;
    tell();
  });
  const when = (done: () => boolean, impossible: () => boolean): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (!done() && !impossible()) return;
        waiting.delete(look);
        if (done()) resolve(text);
        else reject(new Error(`the connection was closed after: ${text}`));
      };
      waiting.add(look);
      look();
    });
  return {
    socket,
    send: data => void socket.write(data),
    received: () => text,
    says: pattern =>
      when(
        () => pattern.test(text),
        () => over,
      ),
    closed: () =>
      when(
        () => over,
        () => false,
      ),
  };
}
