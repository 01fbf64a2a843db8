import { appendFileSync, closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import type { Service } from '../target/resolved.ts';

/** Something that a run made on the target. */
export interface Resource {
  kind: 'server' | 'volume';
  /** Unique within the run; carries the run's id. */
  name: string;
  /** Who made it, and therefore removes it. */
  persona: string;
  /** The situation that a server was built for, where it must be brought out of it before its deletion. */
  situation?: string;
  /** Absent when the run ended before the cloud told the id: then the name finds it. */
  id?: string;
}

/** The run that a ledger belongs to: what another process must know to finish its clean-up on the right cloud. */
export interface LedgerRun {
  id: string;
  /** ISO 8601. */
  startedAt: string;
  /** Where the run goes on, if it still does. */
  process: { host: string; pid: number };
  /** The compute endpoint; null for the embedded cloud, which ends with its run. */
  compute: string | null;
  /** Persona -> id of its project; null where nobody told it. */
  projects: Record<string, string | null>;
  /** The command that finishes the clean-up; null where none is needed. */
  cleanUp: string | null;
}

type Entry = Resource & { event: 'creating' | 'created' | 'removed' | 'borrowing' };
type Line = Entry | { event: 'run'; run: LedgerRun };

/** The service that a kind of resource belongs to. */
export function serviceOf(kind: Resource['kind']): Service {
  return kind === 'server' ? 'compute' : 'volume';
}

/**
 * The list of what a run made, one JSON line an event, written before each creation: a kill at any moment loses nothing.
 * Nothing is ever deleted on the target that does not stand here.
 */
export class Ledger {
  readonly file: string;
  /** Bytes of the file that were read, and what they say; whoever writes it only ever adds to it. */
  private offset = 0;
  private lineCount = 0;
  private endsWithLine = true;
  private noted: LedgerRun | null = null;
  private readonly unremoved = new Map<string, Resource>();
  private readonly lent = new Set<string>();
  private readonly counts = { created: 0, removed: 0 };

  constructor(file: string) {
    this.file = file;
  }

  /** Notes the run, before all else. */
  begin(run: LedgerRun): void {
    this.append({ event: 'run', run });
  }

  /** The run that was noted, or null. */
  run(): LedgerRun | null {
    this.catchUp();
    return this.noted;
  }

  /** When the last line was written, in milliseconds since the epoch; 0 where there is none. */
  changedAt(): number {
    return existsSync(this.file) ? statSync(this.file).mtimeMs : 0;
  }

  creating(resource: Resource): void {
    this.append({ event: 'creating', ...resource });
  }

  created(resource: Resource): void {
    this.append({ event: 'created', ...resource });
  }

  removed(resource: Resource): void {
    this.append({ event: 'removed', ...resource });
  }

  /** How many resources there were and are no more. */
  count(): { created: number; removed: number } {
    this.catchUp();
    return { ...this.counts };
  }

  /** Notes a volume that the user lent: it is put to use, and must outlive the run. */
  borrowing(volumeId: string): void {
    this.append({ event: 'borrowing', kind: 'volume', name: volumeId, persona: 'member', id: volumeId });
  }

  /** Ids of the volumes that the user lent. */
  borrowed(): Set<string> {
    this.catchUp();
    return new Set(this.lent);
  }

  /** What was made and not removed yet, newest first. */
  open(): Resource[] {
    this.catchUp();
    return [...this.unremoved.values()].toReversed();
  }

  private append(entry: Line): void {
    this.catchUp();
    // Synchronous on purpose: the line must be out before the request is. A line that a kill cut short ends first.
    const size = existsSync(this.file) ? statSync(this.file).size : 0;
    const isCut = size > this.offset || (size > 0 && this.offset === size && !this.endsWithLine);
    appendFileSync(this.file, `${isCut ? '\n' : ''}${JSON.stringify(entry)}\n`);
  }

  /** Reads what was added since the last time, by whomever. */
  private catchUp(): void {
    const size = existsSync(this.file) ? statSync(this.file).size : 0;
    if (size <= this.offset) return;
    const bytes = Buffer.alloc(size - this.offset);
    const descriptor = openSync(this.file, 'r');
    try {
      readSync(descriptor, bytes, 0, bytes.length, this.offset);
    } finally {
      closeSync(descriptor);
    }
    const whole = bytes.lastIndexOf('\n') + 1;
    for (const line of bytes.toString('utf8', 0, whole).split('\n').slice(0, -1)) this.take(line);
    this.offset += whole;
    this.endsWithLine = true;
    // A line that a kill cut just before its end is as good as whole; any other was never acted on.
    const rest = bytes.toString('utf8', whole);
    if (!rest.endsWith('}')) return;
    this.take(rest);
    this.offset = size;
    this.endsWithLine = false;
  }

  private take(text: string): void {
    this.lineCount += 1;
    if (!text.endsWith('}')) return;
    if (!isJson(text)) throw new Error(`${this.file}:${this.lineCount} is not JSON`);
    const line = JSON.parse(text) as Line;
    if (line.event === 'run') {
      this.noted ??= line.run;
      return;
    }
    const { event, ...resource } = line;
    const { name } = resource;
    if (event === 'borrowing') this.lent.add(name);
    else if (event === 'removed') this.counts.removed += this.unremoved.delete(name) ? 1 : 0;
    else {
      this.counts.created += event === 'creating' && !this.unremoved.has(name) ? 1 : 0;
      this.unremoved.set(name, resource);
    }
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
