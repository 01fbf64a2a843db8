import { ClientRequest, IncomingMessage } from 'node:http';
import supertest from 'supertest';
import { Agents } from './agents.ts';
import { errorCode } from './error-code.ts';
import { explainFailure } from './failure.ts';
import { Gate } from './gate.ts';
import { now } from './now.ts';
import { Rate } from './rate.ts';
import type { Redactor } from './redact.ts';
import type { HttpSettings, Tls } from './resolved.ts';
import { countSent } from './sent.ts';

/** One request as it goes out. */
export interface WireRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: Buffer;
}

/** One answer as it came in, not redacted. */
export interface WireAnswer {
  status: number;
  /** Lower-case names; repeated headers joined by `, `. */
  headers: Record<string, string>;
  body: string;
  /** Milliseconds since the epoch, to the microsecond; then milliseconds. */
  startedAt: number;
  durationMs: number;
}

/** Why no complete answer came. */
export interface Failure {
  error: unknown;
  /** The server had closed a socket that was used before, without a byte of an answer. */
  staleSocket: boolean;
}

/** Sends single requests through supertest; follows no redirects, keeps no cookies. */
export class Client {
  readonly redactor: Redactor;
  readonly options: HttpSettings;
  readonly #agents: Agents;
  readonly #gate: Gate;
  readonly #rate: Rate;

  constructor(options: HttpSettings, redactor: Redactor) {
    this.options = options;
    this.#rate = new Rate(options.rate);
    this.redactor = redactor;
    this.#agents = new Agents(options.concurrency, options.proxied);
    this.#gate = new Gate(options.concurrency);
  }

  /**
   * Sends one request; its time limit begins when it is its turn. A GET or HEAD that met an idle socket just closed by
   * the server is sent once more; nothing else ever is.
   * @throws TargetError where no complete answer came
   */
  async send(request: WireRequest, tls: Tls): Promise<WireAnswer> {
    let outcome = await this.#attempt(request, tls);
    if ('error' in outcome && outcome.staleSocket && isSafe(request.method)) {
      outcome = await this.#attempt(request, tls);
    }
    if (!('error' in outcome)) return outcome;
    throw await explainFailure(outcome, request, this.options, this.redactor);
  }

  close(): Promise<void> {
    return this.#agents.close();
  }

  #attempt(request: WireRequest, tls: Tls): Promise<WireAnswer | Failure> {
    return this.#gate.run(async () => {
      const agent = await this.#agents.get(new URL(request.url), tls);
      const test = this.#prepare(request, tls).agent(agent);
      await this.#rate.turn();
      countSent(this.options.sent);
      const startedAt = now();
      return await new Promise(resolve => {
        test.end((error: unknown, response) => {
          const { req: sent, res: incoming } = test;
          if (error || !(incoming instanceof IncomingMessage)) {
            const reused = sent instanceof ClientRequest && sent.reusedSocket;
            resolve({ error, staleSocket: reused && errorCode(error) === 'ECONNRESET' && incoming === undefined });
            return;
          }
          const body: unknown = response.body;
          resolve({
            status: response.status,
            headers: joinHeaders(incoming.rawHeaders),
            body: Buffer.isBuffer(body) ? body.toString('utf8') : '',
            startedAt,
            durationMs: Math.round((now() - startedAt) * 1000) / 1000,
          });
        });
      });
    });
  }

  #prepare(request: WireRequest, tls: Tls): supertest.Test {
    const { timeoutMs, maxBodyBytes } = this.options;
    const test = new supertest.Test(request.url, request.method, '')
      .ok(() => true)
      .timeout({ deadline: timeoutMs })
      .maxResponseSize(maxBodyBytes)
      .unset('Accept-Encoding')
      .buffer(true)
      .parse(collect);
    // proxy-agent takes the certificates from the request, the plain agents from their own options.
    if (tls.insecure) test.disableTLSCerts();
    if (tls.ca !== undefined) test.ca(tls.ca);
    if (tls.cert !== undefined) test.cert(tls.cert);
    if (tls.key !== undefined) test.key(tls.key);
    for (const [name, value] of Object.entries(request.headers)) test.set(name, value);
    // A Buffer with an identity serializer is the one way to send bytes without superagent choosing a Content-Type.
    if (request.body) test.serialize(keep).send(request.body);
    return test;
  }
}

/** Whether a repetition does no harm (RFC 9110, 9.2.1). */
export function isSafe(method: string): boolean {
  return method === 'GET' || method === 'HEAD';
}

function collect(response: supertest.Response, done: (error: Error | null, body: Buffer) => void): void {
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => done(null, Buffer.concat(chunks)));
}

// superagent types a serializer's result as text, but passes a Buffer on as it is.
const keep = (body: string): string => body;

/** From the raw list, as Node keeps only the first of some repeated headers. */
function joinHeaders(raw: string[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] ?? '').toLowerCase();
    const value = raw[index + 1] ?? '';
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}
