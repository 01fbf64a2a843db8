import { closeSync, ftruncateSync, openSync, readSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { pagesFile } from './recorder.ts';

/** Begins a HAR; recorders add to it, and `endHar` makes it whole. @throws Error of the file system */
export function beginHar(file: string, creator: { name: string; version: string }, runId: string): void {
  const log = JSON.stringify({ version: '1.2', creator, _runId: runId }).slice(0, -1);
  writeFileSync(file, `{"log":${log},"entries":[\n`);
  writeFileSync(pagesFile(file), '');
}

/** Ends a HAR: adds the pages and closes what is open. @throws Error of the file system */
export function endHar(file: string): void {
  const descriptor = openSync(file, 'r+');
  try {
    const end = withoutComma(descriptor, statSync(file).size);
    ftruncateSync(descriptor, end);
    let at = end + writeSync(descriptor, '\n],"pages":[\n', end);
    at += copyPages(pagesFile(file), descriptor, at);
    writeSync(descriptor, '\n]}}\n', at);
  } finally {
    closeSync(descriptor);
  }
  rmSync(pagesFile(file), { force: true });
}

/** Copies in pieces, without the last comma. Gives the number of bytes. */
function copyPages(from: string, to: number, at: number): number {
  const source = openSync(from, 'r');
  try {
    const end = withoutComma(source, statSync(from).size);
    const piece = Buffer.alloc(256 * 1024);
    for (let done = 0; done < end; ) {
      const read = readSync(source, piece, 0, Math.min(piece.length, end - done), done);
      if (read === 0) break;
      for (let written = 0; written < read; )
        written += writeSync(to, piece, written, read - written, at + done + written);
      done += read;
    }
    return end;
  } finally {
    closeSync(source);
  }
}

/** Where a file of lines ends before the comma of its last line. */
function withoutComma(descriptor: number, size: number): number {
  const tail = Buffer.alloc(Math.min(2, size));
  readSync(descriptor, tail, 0, tail.length, size - tail.length);
  return tail.toString() === ',\n' ? size - tail.length : size;
}
