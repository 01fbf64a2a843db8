import type { Exchange } from '../http/exchange.ts';
import type { Reply } from '../http/reply.ts';

/** Lets a request through to Nova and gives its answer back, or does something else with either. */
export type Intermediary = (
  exchange: Exchange,
  pass: (exchange: Exchange) => Reply | Promise<Reply>,
) => Reply | Promise<Reply>;

/** A proxy that nobody notices. */
export function createProxy(): Intermediary {
  return (exchange, pass) => pass(exchange);
}
