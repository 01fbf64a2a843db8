import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { constants, createGunzip } from 'node:zlib';
import { HarError } from './har-error.ts';

/** How other encodings and compressions begin, of which we only say that we do not read them. */
const unread: readonly [beginning: number[], what: string][] = [
  [[0x28, 0xb5, 0x2f, 0xfd], 'compressed by zstd; gzip and plain files are read'],
  [[0x50, 0x4b, 0x03, 0x04], 'a ZIP archive; gzip and plain files are read'],
  [[0xff, 0xfe], 'UTF-16; UTF-8 is read'],
  [[0xfe, 0xff], 'UTF-16; UTF-8 is read'],
];

const gzip = [0x1f, 0x8b];

/**
 * The bytes of a file, or of standard input where it is called `-`; decompressed where they begin as gzip does.
 * Ends with an error where the file cannot be read or its compression is broken.
 */
export async function* harBytes(file: string): AsyncGenerator<Uint8Array> {
  const source: AsyncIterable<Buffer> = file === '-' ? process.stdin : createReadStream(file);
  const bytes = source[Symbol.asyncIterator]();
  try {
    const first = await firstBytes(bytes);
    for (const [beginning, what] of unread) {
      if (beginsWith(first, beginning)) throw new HarError('unreadable', `${file} is ${what}`);
    }
    const whole = rest(first, bytes);
    yield* beginsWith(first, gzip) ? unzipped(whole) : whole;
  } finally {
    // Whoever has read enough leaves nothing open.
    await bytes.return?.();
  }
}

/** At least as many bytes as a beginning has, if there are so many. */
async function firstBytes(bytes: AsyncIterator<Buffer>): Promise<Buffer> {
  let first = Buffer.alloc(0);
  while (first.length < 4) {
    const { value, done } = await bytes.next();
    if (done) break;
    first = Buffer.concat([first, value]);
  }
  return first;
}

async function* rest(first: Buffer, bytes: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield first;
  for (let next = await bytes.next(); !next.done; next = await bytes.next()) yield next.value;
}

function unzipped(bytes: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  // Of a file that breaks off, what is there is wanted: whether the document is whole is found out later.
  const gunzip = createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  // The stream that is read tells of errors; the callback is there because a pipeline wants one.
  return pipeline(bytes, gunzip, () => undefined);
}

function beginsWith(bytes: Uint8Array, beginning: readonly number[]): boolean {
  return beginning.every((byte, index) => bytes[index] === byte);
}
