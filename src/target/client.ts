import { ClientRequest, IncomingMessage } from 'node:http';
import supertest from 'supertest';
import { Agents } from './agents.ts';
import { errorCode } from './error-code.ts';
import { explainFailure } from './failure.ts';
import { Gate } from './gate.ts';
import { now } from './now.ts';
import { type ProxyServer, proxyFor, proxySecrets, shownProxy } from './proxies.ts';
import { Rate } from './rate.ts';
import type { Redactor } from './redact.ts';
import type { HttpSettings, Tls } from './resolved.ts';
import { countSent } from './sent.ts';

/** Proxy Authentication Required, and the status that opens a tunnel (RFC 9110, 9.3.6). */
const proxyAuthentication = 407;
const connected = 200;

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
  /** The proxy that it came through, without credentials. */
  proxy?: string;
  /** Milliseconds since the epoch, to the microsecond; then milliseconds. */
  startedAt: number;
  durationMs: number;
}

/** Why no complete answer came. */
export interface Failure {
  error: unknown;
  /** The proxy that it was to go through, whether that was reached, and the status by which it refused to pass it on. */
  proxied: { proxy: ProxyServer; reached: boolean; refusal?: number } | null;
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
    this.#agents = new Agents(options.concurrency);
    for (const secret of proxySecrets(options.proxies)) redactor.add(secret);
    this.#gate = new Gate(options.concurrency);
  }

  /**
   * Sends one request; its time limit begins when it is its turn. A GET or HEAD that met an idle socket just closed by
   * the server is sent again, as the next idle one may be closed, too, until a new one is opened; nothing else ever is.
   * @throws TargetError where no complete answer came
   */
  async send(request: WireRequest, tls: Tls): Promise<WireAnswer> {
    let outcome = await this.#attempt(request, tls);
    while ('error' in outcome && outcome.staleSocket && isSafe(request.method)) {
      outcome = await this.#attempt(request, tls);
    }
    if (!('error' in outcome)) return outcome;
    throw await explainFailure(outcome, request, this.options, this.redactor, tls.cert !== undefined);
  }

  close(): Promise<void> {
    return this.#agents.close();
  }

  #attempt(request: WireRequest, tls: Tls): Promise<WireAnswer | Failure> {
    return this.#gate.run(async () => {
      const url = new URL(request.url);
      const proxy = proxyFor(url, this.options.proxies);
      const agent = await this.#agents.get(url, proxy, tls);
      const test = this.#prepare(request, tls).agent(agent);
      await this.#rate.turn();
      countSent(this.options.sent);
      const startedAt = now();
      return await new Promise(resolve => {
        const proxied: Failure['proxied'] = proxy === null ? null : { proxy, reached: false };
        test.end((error: unknown, response) => {
          const { req: sent, res: incoming } = test;
          // No service answers 407: it is the proxy's word about itself (RFC 9110, 15.5.8).
          if (proxied && response?.status === proxyAuthentication) proxied.refusal = proxyAuthentication;
          if (proxied?.refusal !== undefined || error || !(incoming instanceof IncomingMessage)) {
            const reused = sent instanceof ClientRequest && sent.reusedSocket;
            if (proxied && reused) proxied.reached = true;
            const staleSocket = reused && errorCode(error) === 'ECONNRESET' && incoming === undefined;
            resolve({ error, proxied, staleSocket });
            return;
          }
          const body: unknown = response.body;
          resolve({
            status: response.status,
            headers: joinHeaders(incoming.rawHeaders),
            body: Buffer.isBuffer(body) ? body.toString('utf8') : '',
            ...(proxy === null ? {} : { proxy: shownProxy(proxy) }),
            startedAt,
            durationMs: Math.round((now() - startedAt) * 1000) / 1000,
          });
        });
        if (proxied && test.req instanceof ClientRequest) followProxy(test.req, proxied);
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
    // Agents of proxies take the certificates from the request, the plain ones from their own options.
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

/** What a proxy answers to CONNECT comes as if the target had said it; its agent tells the difference. */
function followProxy(request: ClientRequest, proxied: NonNullable<Failure['proxied']>): void {
  request.once('proxy', () => {
    proxied.reached = true;
  });
  request.once('proxyConnect', ({ statusCode }: { statusCode?: number }) => {
    if (statusCode !== undefined && statusCode !== connected) proxied.refusal = statusCode;
  });
}

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
