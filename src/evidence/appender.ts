import { closeSync, openSync, writeSync } from 'node:fs';

/** Characters that are gathered before they are written. */
const batch = 256 * 1024;

/** Adds lines to a file, in batches of whole lines; where that fails, the rest is dropped and the reason told. */
export class Appender {
  private isLost = false;
  private readonly file: string;
  private readonly onLost: (error: NodeJS.ErrnoException) => void;
  private descriptor: number | null = null;
  private lines: string[] = [];
  private size = 0;

  constructor(file: string, onLost: (error: NodeJS.ErrnoException) => void) {
    this.file = file;
    this.onLost = onLost;
  }

  add(line: string): void {
    if (this.isLost) return;
    this.lines.push(line, '\n');
    this.size += line.length;
    if (this.size >= batch) this.flush();
  }

  /** Writes what was gathered. Synchronous, so that the memory in use has a bound however fast lines come. */
  flush(): void {
    if (this.isLost || this.lines.length === 0) return;
    const bytes = Buffer.from(this.lines.join(''), 'utf8');
    this.lines = [];
    this.size = 0;
    try {
      this.descriptor ??= openSync(this.file, 'a');
      for (let at = 0; at < bytes.length; ) at += writeSync(this.descriptor, bytes, at);
    } catch (error) {
      this.isLost = true;
      this.onLost(error as NodeJS.ErrnoException);
    }
  }

  close(): void {
    this.flush();
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }
}
