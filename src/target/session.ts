import { setTimeout as sleep } from 'node:timers/promises';
import { Client, isSafe, type WireAnswer, type WireRequest } from './client.ts';
import { TargetError } from './errors.ts';
import type { Exchange, RequestSpec } from './exchange.ts';
import { parseJson } from './json.ts';
import { authenticate } from './keystone.ts';
import { Redactor } from './redact.ts';
import type { ResolvedPersona, ResolvedTarget, Service } from './resolved.ts';
import { retryAfterMs } from './retry-after.ts';
import { userAgent } from './user-agent.ts';

/** A token that no Keystone issued. */
const invalidToken = 'novaspec-invalid-token';

/** How often Retry-After is honoured for one request. */
const maxWaits = 3;

/** One persona's way to the target. */
export interface Session {
  readonly persona: string;
  /** Role names; null where no Keystone told them. */
  readonly roles: string[] | null;
  readonly projectId: string | null;
  readonly userId: string | null;
  /**
   * Sends one request. A 401 to the persona's own token: the token is renewed and the request repeated, once. 429 and 503 with
   * Retry-After are waited for within the time limit (unsafe methods: 429 only, as nothing was done, unless `patient`).
   * @throws TargetError where no complete answer came, or the token could not be renewed
   */
  send(service: Service, request: RequestSpec): Promise<Exchange>;
  /** How many requests were sent so far, with those that renewed a token or were repeated after a wait. */
  readonly requests: number;
  /** How many times a Retry-After was waited for. */
  readonly waits: number;
}

/** The sessions of all personas over one set of keep-alive sockets. */
export interface Sessions {
  /** Always the same object for the same persona. @throws TargetError for a persona that the target does not have */
  session(persona: string): Session;
  /** Whether the target has a persona. */
  has(persona: string): boolean;
  /** Closes all sockets; requests in flight fail. */
  close(): Promise<void>;
}

/** Opens sessions on a resolved target; sends nothing by itself. */
export function openSessions(target: ResolvedTarget): Sessions {
  const secrets = Object.values(target.personas).flatMap(persona => persona.secrets);
  const client = new Client(target.http, new Redactor(secrets, target.http.redact));
  const sessions = new Map(
    Object.entries(target.personas).map(([name, persona]) => [name, new PersonaSession(name, persona, client)]),
  );
  return {
    session(persona) {
      const session = sessions.get(persona);
      if (session) return session;
      const known = [...sessions.keys()].join(', ');
      throw new TargetError(
        'config',
        `no persona ${persona}`,
        `name its cloud by --persona ${persona}=CLOUD; known are ${known}`,
      );
    },
    has: persona => sessions.has(persona),
    close: () => client.close(),
  };
}

class PersonaSession implements Session {
  readonly persona: string;
  readonly roles: string[] | null;
  readonly projectId: string | null;
  readonly userId: string | null;
  requests = 0;
  waits = 0;
  readonly #resolved: ResolvedPersona;
  readonly #client: Client;
  #token: string | null;
  #renewal: Promise<void> | null = null;

  constructor(name: string, resolved: ResolvedPersona, client: Client) {
    this.persona = name;
    this.roles = resolved.roles;
    this.projectId = resolved.projectId;
    this.userId = resolved.userId;
    this.#resolved = resolved;
    this.#client = client;
    this.#token = resolved.token;
  }

  async send(service: Service, spec: RequestSpec): Promise<Exchange> {
    const endpoint = this.#resolved.endpoints[service];
    if (endpoint === null) {
      const text = `${spec.method} ${spec.path}: ${this.#resolved.cloud} has no ${service} endpoint`;
      throw new TargetError('config', text);
    }
    const token = this.#token;
    const request = toWire(endpoint, spec, token);
    const patient = spec.patient === true || isSafe(spec.method);
    const answer = await this.#patiently(request, patient);
    if (answer.status !== 401 || !this.#renewable(spec)) return this.#record(request, answer);
    await this.#renew(token);
    const repeated = toWire(endpoint, spec, this.#token);
    return this.#record(repeated, await this.#patiently(repeated, patient));
  }

  /** Sends a request and waits as the target asks for by Retry-After. */
  async #patiently(request: WireRequest, patient: boolean): Promise<WireAnswer> {
    const deadline = Date.now() + this.#client.options.timeoutMs;
    for (let waited = 0; ; waited += 1) {
      this.requests += 1;
      const answer = await this.#client.send(request, this.#resolved.tls);
      const busy = answer.status === 429 || (answer.status === 503 && patient);
      const pause = busy && waited < maxWaits ? retryAfterMs(answer.headers['retry-after'], Date.now()) : null;
      if (pause === null || Date.now() + pause > deadline) return answer;
      this.waits += 1;
      await sleep(pause);
    }
  }

  #renewable(spec: RequestSpec): boolean {
    const ownHeader = Object.keys(spec.headers ?? {}).some(name => name.toLowerCase() === 'x-auth-token');
    return (spec.token ?? 'own') === 'own' && !ownHeader && this.#resolved.credentials.kind === 'keystone';
  }

  /** Many requests may meet the end of one token: whoever comes first renews it for all. */
  async #renew(refused: string | null): Promise<void> {
    if (this.#token !== refused) return;
    this.#renewal ??= this.#authenticate().finally(() => {
      this.#renewal = null;
    });
    await this.#renewal;
  }

  async #authenticate(): Promise<void> {
    const { credentials, tls } = this.#resolved;
    if (credentials.kind === 'fixed') return;
    this.requests += 1;
    const { token } = await authenticate(this.#client, credentials, tls);
    this.#token = token;
  }

  #record(request: WireRequest, answer: WireAnswer): Exchange {
    const { redactor } = this.#client;
    const json = parseJson(answer.body);
    const body = redactor.text(answer.body);
    // Text without escapes that holds no secret cannot hold one when it is parsed.
    const clean = body === answer.body && !body.includes('\\');
    return {
      request: {
        method: request.method,
        url: redactor.text(request.url),
        headers: redactor.headers(request.headers),
        ...(request.body ? { body: redactor.text(request.body.toString('utf8')) } : {}),
      },
      response: {
        status: answer.status,
        headers: redactor.headers(answer.headers),
        body,
        ...(json === undefined ? {} : { json: clean ? json : redactor.json(json) }),
      },
      startedAt: answer.startedAt,
      durationMs: answer.durationMs,
    };
  }
}

function toWire(endpoint: string, spec: RequestSpec, ownToken: string | null): WireRequest {
  const text = spec.raw ?? (spec.body === undefined ? undefined : JSON.stringify(spec.body));
  const tokens = { own: ownToken, none: null, invalid: invalidToken };
  const token = tokens[spec.token ?? 'own'];
  const headers: Record<string, string> = {
    Accept: 'application/json',
    'User-Agent': userAgent,
    ...(text === undefined ? {} : { 'Content-Type': 'application/json' }),
    ...(token === null ? {} : { 'X-Auth-Token': token }),
  };
  for (const [name, value] of Object.entries(spec.headers ?? {})) {
    const ours = Object.keys(headers).find(known => known.toLowerCase() === name.toLowerCase());
    if (ours !== undefined) delete headers[ours];
    // An empty Content-Type stands for none at all.
    if (value !== '' || name.toLowerCase() !== 'content-type') headers[name] = value;
  }
  return {
    method: spec.method,
    url: `${endpoint}${spec.path}${spec.query === undefined ? '' : `?${spec.query}`}`,
    headers,
    ...(text === undefined ? {} : { body: Buffer.from(text, 'utf8') }),
  };
}
