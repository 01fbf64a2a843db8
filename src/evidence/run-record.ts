import { rmSync } from 'node:fs';
import { getSystemErrorMap } from 'node:util';
import { beginHar, endHar } from './har-file.ts';
import { pagesFile, Recorder } from './recorder.ts';

/** A record that another thread adds to; structured-cloneable. */
export interface SharedRecord {
  file: string;
  /** The number of the system's error that keeps it from being complete; 0 where there is none. */
  trouble: SharedArrayBuffer;
}

/** A recorder of another thread for the same file; it may be used while nobody else adds to it. */
export function openShared({ file, trouble }: SharedRecord): Recorder {
  const number = new Int32Array(trouble);
  return new Recorder(file, error => void Atomics.store(number, 0, error.errno ?? -1));
}

/** The HAR of a run, from its beginning to its end. Never throws: what is lost is told by `lost`. */
export class RunRecord {
  readonly shared: SharedRecord;
  /** For what this thread asks. */
  readonly recorder: Recorder;
  private readonly number: Int32Array;

  constructor(file: string, creator: { name: string; version: string }, runId: string) {
    this.shared = { file, trouble: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) };
    this.number = new Int32Array(this.shared.trouble);
    this.recorder = openShared(this.shared);
    this.attempt(() => beginHar(file, creator, runId));
  }

  /** Why the record is not complete, or null. */
  get lost(): string | null {
    const number = Atomics.load(this.number, 0);
    return number === 0 ? null : (getSystemErrorMap().get(number)?.[1] ?? 'it could not be written');
  }

  /** Makes the file whole. One that cannot be is removed: it may have taken the room that the reports need. */
  end(): void {
    const { file } = this.shared;
    this.recorder.close();
    if (this.lost === null) this.attempt(() => endHar(file));
    if (this.lost !== null) for (const part of [file, pagesFile(file)]) rmSync(part, { force: true });
  }

  private attempt(write: () => void): void {
    try {
      write();
    } catch (error) {
      Atomics.compareExchange(this.number, 0, 0, (error as NodeJS.ErrnoException).errno ?? -1);
    }
  }
}
