import { createServer, type IncomingHttpHeaders, request as send } from 'node:http';
import { listen } from '../target/support.ts';

/** One request that passes. */
export interface Passing {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
}

/** What a proxy changes; all are optional. */
export interface ProxyRules {
  /** Answers instead of the cloud; `stall`: nobody ever answers; `cut`: the connection is cut; undefined: the cloud does. */
  answer?(passing: Passing): { status: number; body: unknown } | 'stall' | 'cut' | undefined;
  /** The text of an answer of the cloud, as it is passed on. */
  edit?(text: string, passing: Passing): string;
  /** The value of a header of a request, as it is passed on. */
  ask?(value: string): string;
  /** The value of a header of an answer, as it is passed on. */
  tell?(value: string, passing: Passing): string;
}

/** Stands before a cloud, also in its catalog and links, and changes what it says; returns its URL. */
export async function startProxy(cloud: string, rules: ProxyRules): Promise<string> {
  let own = '';
  const server = createServer((incoming, outgoing) => {
    const { method = '', url: path = '', headers } = incoming;
    const passing = { method, path, headers };
    const answer = rules.answer?.(passing);
    if (answer === 'stall') return;
    if (answer === 'cut') {
      incoming.socket.resetAndDestroy();
      return;
    }
    if (answer) {
      incoming.resume();
      outgoing.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
      return;
    }
    const asked = Object.entries(headers).map(([name, value]) => [name, rules.ask?.(String(value)) ?? value]);
    const forwarded = send(cloud + path, { method, headers: Object.fromEntries(asked) }, received => {
      const chunks: Buffer[] = [];
      received.on('data', (chunk: Buffer) => chunks.push(chunk));
      received.on('end', () => {
        const text = Buffer.concat(chunks).toString().replaceAll(cloud, own);
        const body = Buffer.from(rules.edit?.(text, passing) ?? text);
        const raw = received.rawHeaders.flatMap((name, index, all) =>
          index % 2 === 0 && !/^(content-length|transfer-encoding|connection|keep-alive)$/i.test(name)
            ? [name, rules.tell?.(all[index + 1] ?? '', passing) ?? all[index + 1] ?? '']
            : [],
        );
        if (received.headers['content-length'] !== undefined) raw.push('Content-Length', String(body.length));
        outgoing.writeHead(received.statusCode ?? 502, raw).end(body);
      });
    });
    forwarded.on('error', () => outgoing.destroy());
    incoming.pipe(forwarded);
  });
  own = `http://${await listen(server)}`;
  return own;
}
