import type { ServerResponse } from 'node:http';
import type { Log } from './control/log.ts';
import type { Environment } from './environment.ts';
import { receiveBody } from './http/body.ts';
import type { Exchange } from './http/exchange.ts';
import { requestOf } from './http/exchange.ts';
import type { Serve } from './http/listen.ts';
import { emptyReply, type Reply, send } from './http/reply.ts';
import type { Meeting, Site } from './http/site.ts';

/** Whom a request meets that is complete now. */
export interface Present {
  readonly site: Site;
  readonly environment: Environment;
  readonly log: Log;
}

/**
 * Answers every request by the cloud of the moment in which its body is there. What it has met stays with it: a request
 * that a reset overtakes can touch nothing of the new cloud.
 */
export function createServe(present: () => Present, silent: string): Serve {
  return (incoming, outgoing) =>
    receiveBody(incoming, body => {
      const { site, environment, log } = present();
      const request = requestOf(incoming, body);
      const meeting = site.meet(request);
      const time = Date.now();
      const start = performance.now();
      const { exchange, service } = meeting;
      const note = (reply: Reply | undefined): void => {
        if (service?.prefix === silent) return;
        log.note({ service: service?.type ?? null, exchange, reply, time, duration: performance.now() - start });
      };
      const end = (reply: Reply): void => {
        note(reply);
        send(outgoing, reply, exchange.method);
      };
      const cut = (): void => {
        note(undefined);
        incoming.socket.resetAndDestroy();
      };
      const interruption = interrupted(environment, exchange);
      if (interruption === 'reset') cut();
      else if (interruption === 'lost') settle(meeting, cut, cut);
      else if (interruption !== undefined) end(interruption);
      else settle(meeting, end, () => failed(outgoing, end));
    });
}

function interrupted(environment: Environment, exchange: Exchange): Reply | 'reset' | 'lost' | undefined {
  for (const interruption of environment.interruptions) {
    const answer = interruption(exchange);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** Hands the answer on, at once where nobody has to wait for it. */
function settle({ handle, exchange }: Meeting, end: (reply: Reply) => void, fail: () => void): void {
  let reply: Reply | Promise<Reply>;
  try {
    reply = handle(exchange);
  } catch {
    fail();
    return;
  }
  if (reply instanceof Promise) reply.then(end, fail);
  else end(reply);
}

/** The services answer their own failures; this is for what even they did not expect. */
function failed(outgoing: ServerResponse, end: (reply: Reply) => void): void {
  if (outgoing.headersSent) outgoing.destroy();
  else end(emptyReply(500));
}
