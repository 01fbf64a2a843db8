import type { Exchange } from '../target/exchange.ts';
import { Appender } from './appender.ts';
import { ownEntry } from './own-entry.ts';
import type { OwnPage } from './own-har.ts';
import { type Notebook, Scope, type Unanswered } from './scope.ts';

/** The page of what the stage asks for itself. */
export const stagePage = 'stage';

/** The page of what is asked before and after the cases: what the target is like, and the clean-up. */
export const targetPage = 'target';

/** The file beside a HAR that holds its pages until it is complete. */
export function pagesFile(file: string): string {
  return `${file}.pages`;
}

/**
 * Writes exchanges into a HAR that `beginHar` began, as they come: nothing is held in memory. Main process and worker each have
 * one for the same file, by turns. What cannot be written is dropped, and told.
 */
export class Recorder implements Notebook {
  private readonly entries: Appender;
  private readonly pages: Appender;
  private readonly numbers = new Map<string, number>();

  constructor(file: string, onLost: (error: NodeJS.ErrnoException) => void) {
    this.entries = new Appender(file, onLost);
    this.pages = new Appender(pagesFile(file), onLost);
  }

  scope(id: string): Scope {
    return new Scope(id, this);
  }

  /** The next of several scopes of one name: `NAME~1`, `NAME~2` ... */
  nextScope(name: string): Scope {
    const number = (this.numbers.get(name) ?? 0) + 1;
    this.numbers.set(name, number);
    return this.scope(`${name}~${number}`);
  }

  note(page: string, number: number, persona: string, service: string, exchange: Exchange): void {
    // A comma behind each: the last one is taken away when the file is complete.
    this.entries.add(`${JSON.stringify(ownEntry(page, exchange, { number, persona, service }))},`);
  }

  noteUnanswered(
    page: string,
    number: number,
    persona: string,
    service: string,
    { method, path, kind, message, startedAt }: Unanswered,
  ): void {
    const nothing: Exchange = {
      request: { method, url: path, headers: {} },
      response: { status: 0, headers: {}, body: '' },
      startedAt,
      durationMs: 0,
    };
    const notes = { number, persona, service, error: { kind, message } };
    this.entries.add(`${JSON.stringify(ownEntry(page, nothing, notes))},`);
  }

  /** Notes what a scope was for, and the facts that judging it again needs. */
  page({ id, startedAt }: Pick<Scope, 'id' | 'startedAt'>, facts?: unknown): void {
    const page: OwnPage = {
      id,
      title: id,
      startedDateTime: new Date(startedAt).toISOString(),
      pageTimings: {},
      ...(facts === undefined ? {} : { _novaspec: facts }),
    };
    this.pages.add(`${JSON.stringify(page)},`);
  }

  flush(): void {
    this.entries.flush();
    this.pages.flush();
  }

  close(): void {
    this.entries.close();
    this.pages.close();
  }
}
