import type { ExchangeLog, LoggedExchange } from '../exchange-log.ts';
import type { Exchange } from '../http/exchange.ts';
import type { Reply } from '../http/reply.ts';
import { redactedBody, redactedHeader, redactedText } from './redact.ts';

/** What is kept of an exchange until somebody reads the log: references only, because most are never read. */
interface Entry {
  readonly service: string | null;
  readonly exchange: Exchange;
  readonly reply: Reply | undefined;
  readonly time: number;
  readonly duration: number;
  readonly bytes: number;
}

/** The last exchanges, limited in number and in bytes of bodies and paths: a ring, so that the oldest goes at no cost. */
export class Log {
  readonly #most: number;
  readonly #mostBytes: number;
  readonly #ring: (Entry | undefined)[] = [];
  #first = 0;
  #held = 0;
  #bytes = 0;
  #dropped = 0;

  constructor(most: number, mostBytes: number) {
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  /** Notes an exchange; without a reply its connection was cut. */
  note(entry: Omit<Entry, 'bytes'>): void {
    const { exchange, reply } = entry;
    const { path, query, body } = exchange;
    const bytes = path.length + query.length + (body?.length ?? 0) + (reply?.body.length ?? 0);
    if (this.#held >= this.#most) this.#drop();
    while (this.#held > 0 && this.#bytes + bytes > this.#mostBytes) this.#drop();
    if (this.#most === 0) return;
    this.#ring[(this.#first + this.#held) % this.#most] = { ...entry, bytes };
    this.#held += 1;
    this.#bytes += bytes;
  }

  /** All that is held, for readers. */
  read(): ExchangeLog {
    const held = [...this.#ring.slice(this.#first), ...this.#ring.slice(0, this.#first)];
    const entries = held.filter(entry => entry !== undefined);
    return {
      dropped: this.#dropped,
      exchanges: entries.map((entry, index) => logged(entry, this.#dropped + index + 1)),
    };
  }

  #drop(): void {
    this.#dropped += 1;
    if (this.#held === 0) return;
    this.#bytes -= this.#ring[this.#first]?.bytes ?? 0;
    this.#ring[this.#first] = undefined;
    this.#first = (this.#first + 1) % this.#most;
    this.#held -= 1;
  }
}

function logged({ service, exchange, reply, time, duration }: Entry, id: number): LoggedExchange {
  const { method, path, query, headers, body } = exchange;
  return {
    id,
    time: new Date(time).toISOString(),
    duration: Math.round(duration * 1000) / 1000,
    service,
    request: {
      method,
      path: redactedText(query === '' ? path : `${path}?${query}`),
      headers: Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, Array.isArray(value) ? value : redactedHeader(name, value)]],
        ),
      ),
      body: redactedBody(body?.toString() ?? ''),
    },
    response: reply === undefined ? null : responseOf(reply),
  };
}

function responseOf({ status, headers, body }: Reply): LoggedExchange['response'] {
  return {
    status,
    headers: headers.map(([name, value]) => [name, redactedHeader(name, value)] as const),
    body: redactedBody(body),
  };
}
