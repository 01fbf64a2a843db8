import { appendFileSync, existsSync, readFileSync, statSync } from 'node:fs';
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

  constructor(file: string) {
    this.file = file;
  }

  /** Notes the run, before all else. */
  begin(run: LedgerRun): void {
    this.append({ event: 'run', run });
  }

  /** The run that was noted, or null. */
  run(): LedgerRun | null {
    return this.lines().flatMap(line => (line.event === 'run' ? [line.run] : []))[0] ?? null;
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
    const entries = this.read();
    const distinct = (event: Entry['event']) => new Set(entries.filter(e => e.event === event).map(e => e.name)).size;
    return { created: distinct('creating'), removed: distinct('removed') };
  }

  /** Notes a volume that the user lent: it is put to use, and must outlive the run. */
  borrowing(volumeId: string): void {
    this.append({ event: 'borrowing', kind: 'volume', name: volumeId, persona: 'member', id: volumeId });
  }

  /** Ids of the volumes that the user lent. */
  borrowed(): Set<string> {
    return new Set(this.read().flatMap(({ event, name }) => (event === 'borrowing' ? [name] : [])));
  }

  /** What was made and not removed yet, newest first. */
  open(): Resource[] {
    const open = new Map<string, Resource>();
    for (const { event, ...resource } of this.read()) {
      if (event === 'removed' || event === 'borrowing') open.delete(resource.name);
      else open.set(resource.name, resource);
    }
    return [...open.values()].toReversed();
  }

  private append(entry: Line): void {
    // Synchronous on purpose: the line must be out before the request is. A line that a kill cut short ends first.
    const cut = existsSync(this.file) && !/(^|\n)$/.test(readFileSync(this.file, 'utf8'));
    appendFileSync(this.file, `${cut ? '\n' : ''}${JSON.stringify(entry)}\n`);
  }

  private read(): Entry[] {
    return this.lines().flatMap(line => (line.event === 'run' ? [] : [line]));
  }

  private lines(): Line[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8').split('\n');
    // A line that a kill cut short was never acted on.
    return lines.flatMap((line, index) => {
      if (!line.endsWith('}')) return [];
      try {
        return [JSON.parse(line) as Line];
      } catch {
        throw new Error(`${this.file}:${index + 1} is not JSON`);
      }
    });
  }
}
