import { appendFileSync, existsSync, readFileSync } from 'node:fs';

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

type Entry = Resource & { event: 'creating' | 'created' | 'removed' | 'borrowing' };

/**
 * The list of what a run made, one JSON line an event, written before each creation: a kill at any moment loses nothing.
 * Nothing is ever deleted on the target that does not stand here.
 */
export class Ledger {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
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

  private append(entry: Entry): void {
    // Synchronous on purpose: the line must be out before the request is. A line that a kill cut short ends first.
    const cut = existsSync(this.file) && !/(^|\n)$/.test(readFileSync(this.file, 'utf8'));
    appendFileSync(this.file, `${cut ? '\n' : ''}${JSON.stringify(entry)}\n`);
  }

  private read(): Entry[] {
    if (!existsSync(this.file)) return [];
    const lines = readFileSync(this.file, 'utf8').split('\n');
    // A line that a kill cut short was never acted on.
    return lines.flatMap(line => (line.endsWith('}') ? [JSON.parse(line) as Entry] : []));
  }
}
