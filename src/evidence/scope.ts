import type { Exchange } from '../target/exchange.ts';

/** One request that was never answered, as far as it is known. */
export interface Unanswered {
  method: string;
  path: string;
  kind: string;
  message: string;
  /** Milliseconds since the epoch. */
  startedAt: number;
}

/** Where what a scope sees is written down. */
export interface Notebook {
  note(page: string, number: number, persona: string, service: string, exchange: Exchange): void;
  noteUnanswered(page: string, number: number, persona: string, service: string, request: Unanswered): void;
}

/** Everything that is asked for one purpose, e.g. a case: numbers its requests in the order in which they are sent. */
export class Scope {
  /** The page of the record. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly startedAt = Date.now();
  /** For each wait, in the order in which they ended, how many times it looked. */
  readonly waits: number[] = [];
  private sent = 0;
  private readonly notebook: Notebook;

  constructor(id: string, notebook: Notebook) {
    this.id = id;
    this.notebook = notebook;
  }

  /** Sends a request and notes what comes of it. */
  async sending(
    persona: string,
    service: string,
    request: { method: string; path: string },
    send: () => Promise<Exchange>,
  ): Promise<Exchange> {
    const number = this.sent++;
    const startedAt = Date.now();
    try {
      const exchange = await send();
      this.notebook.note(this.id, number, persona, service, exchange);
      this.numbers.set(exchange, number);
      return exchange;
    } catch (error) {
      const { kind = 'error', message = String(error) } = error as { kind?: string; message?: string };
      const { method, path } = request;
      this.notebook.noteUnanswered(this.id, number, persona, service, { method, path, kind, message, startedAt });
      throw error;
    }
  }

  /** The number of one of its exchanges. */
  numberOf(exchange: Exchange): number | undefined {
    return this.numbers.get(exchange);
  }

  private readonly numbers = new WeakMap<Exchange, number>();
}
