import type { Contract } from '../contract/contract.ts';
import { compareMicroversions } from '../contract/microversion.ts';
import type { BodyFrom, StageData } from '../contract/stage-data.ts';
import type { Scope } from '../evidence/scope.ts';
import { fill } from '../plan/placeholders.ts';
import { isSafe } from '../target/client.ts';
import { TargetError } from '../target/errors.ts';
import type { Exchange, RequestSpec } from '../target/exchange.ts';
import type { Service } from '../target/resolved.ts';
import type { Session, Sessions } from '../target/session.ts';
import { isUnavailable } from '../target/unavailable.ts';
import type { Pace } from './poll.ts';
import { StageCounts } from './stage-counts.ts';
import { interrupted, StageError } from './stage-error.ts';
import { type Time, wallTime } from './time.ts';

/** How often a read is sent, at most, and for how many milliseconds it is repeated. */
const reads = 4;
const patienceMs = 5000;

/** What the stage itself asks of the cloud, at the newest microversion that both sides know. */
export class CloudApi {
  readonly data: StageData;
  readonly microversion: string;
  /** The oldest microversion of the contract. */
  readonly oldest: string;
  readonly hasVolumes: boolean;
  /** What was made and done so far. */
  readonly counts: StageCounts;
  private readonly contract: Contract;
  private readonly sessions: Sessions;
  /** Whether the run is to end. */
  readonly isCancelled: () => boolean;
  readonly time: Time;
  /** Where what is asked is noted. */
  readonly scope: Scope | null;
  private readonly targetMax: string;

  constructor(
    contract: Contract,
    sessions: Sessions,
    targetMax: string,
    hasVolumes: boolean,
    isCancelled: () => boolean = () => false,
    counts = new StageCounts(),
    { time = wallTime, scope = null }: { time?: Time; scope?: Scope | null } = {},
  ) {
    this.counts = counts;
    this.time = time;
    this.scope = scope;
    this.targetMax = targetMax;
    this.contract = contract;
    this.isCancelled = isCancelled;
    this.sessions = sessions;
    this.data = contract.data.stage;
    this.oldest = contract.oldest;
    this.hasVolumes = hasVolumes;
    this.microversion = compareMicroversions(targetMax, contract.newest) > 0 ? contract.newest : targetMax;
  }

  /** The same cloud, for one purpose: what is asked of it is noted there. */
  within(scope: Scope | null): CloudApi {
    if (scope === this.scope) return this;
    const { contract, sessions, targetMax, hasVolumes, isCancelled, counts, time } = this;
    return new CloudApi(contract, sessions, targetMax, hasVolumes, isCancelled, counts, { time, scope });
  }

  session(persona: string): Session {
    return this.sessions.session(persona);
  }

  /** Sends a persona's request, once. @throws TargetError where no complete answer came */
  send(persona: string, service: Service, request: RequestSpec): Promise<Exchange> {
    const send = () => this.session(persona).send(service, request);
    return this.scope === null ? send() : this.scope.sending(persona, service, request, send);
  }

  hasPersona(persona: string): boolean {
    return this.sessions.has(persona);
  }

  /** Sends a request at a microversion and gives whatever comes back; reads that meet a busy or broken way are repeated. */
  ask(
    persona: string,
    service: Service,
    method: string,
    path: string,
    body?: unknown,
    microversion = this.microversion,
  ): Promise<Exchange> {
    const { negotiation } = this.contract.documentAt(microversion)['x-novaspec'];
    const headers = service === 'compute' ? { [negotiation.header]: fill(negotiation.value, { microversion }) } : {};
    const request: RequestSpec = { method, path, headers, patient: true, ...(body === undefined ? {} : { body }) };
    const send = () => this.send(persona, service, request);
    return isSafe(method) ? this.readPatiently(send) : send();
  }

  /** What was on its way when it broke may have been carried out: nothing but a read is repeated here. */
  private async readPatiently(send: () => Promise<Exchange>): Promise<Exchange> {
    const { first, growth } = this.data.poll;
    // Time limits that were used up are not begun again, so only what fails at once is repeated.
    const end = this.time.now() + patienceMs;
    for (let attempt = 1; ; attempt += 1) {
      const isLast = () => attempt === reads || this.time.now() > end || this.isCancelled();
      try {
        const exchange = await send();
        if (!isUnavailable(exchange.response.status) || isLast()) return exchange;
      } catch (error) {
        if (!(error instanceof TargetError) || error.kind !== 'unreachable' || isLast()) throw error;
      }
      await this.time.sleep(first * growth ** attempt);
    }
  }

  /** For whoever is about to begin something new. @throws StageError once the run is to end */
  mustGoOn(): void {
    if (this.isCancelled()) throw interrupted();
  }

  /** Like `ask`, but anything other than a success is a StageError that says what was tried. */
  async must(
    purpose: string,
    persona: string,
    service: Service,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<Record<string, unknown>> {
    const exchange = await this.ask(persona, service, method, path, body);
    if (!succeeded(exchange)) throw new StageError(`${purpose}: ${describe(exchange)}`);
    return (exchange.response.json ?? {}) as Record<string, unknown>;
  }

  /** Asks until `ask` gives something other than undefined; undefined when the limit is over. */
  async wait<T>(
    ask: () => Promise<T | undefined>,
    seconds: number,
    pace: Pace = this.data.poll,
  ): Promise<T | undefined> {
    let looks = 0;
    const look = () => {
      looks += 1;
      return ask();
    };
    try {
      return await this.counts.waiting(this.time.poll(look, seconds * 1000, pace, this.isCancelled));
    } finally {
      this.scope?.waits.push(looks);
    }
  }

  /** The newest of several bodies that the target's microversion allows. */
  bodyFor(bodies: BodyFrom[], values: Record<string, string>): unknown {
    const fitting = bodies.filter(({ from }) => compareMicroversions(from, this.microversion) <= 0);
    return fill(fitting.at(-1)?.body, values);
  }
}

/** Whether an answer is a success (2xx). */
export function succeeded({ response }: Exchange): boolean {
  return Math.floor(response.status / 100) === 2;
}

/** Whether an answer says that the request was wrong, or not allowed (4xx): nothing was done. */
export function isRefused({ response }: Exchange): boolean {
  return Math.floor(response.status / 100) === 4;
}

/** Whether an answer says that there is no such thing. */
export function isGone({ data }: CloudApi, { response }: Exchange): boolean {
  return data.answers.gone.includes(response.status);
}

/** An answer in a few words, the same for the same reason: its status and the message in its envelope. */
export function answerText({ response }: Exchange): string {
  const [envelope] = Object.values((response.json ?? {}) as Record<string, { message?: unknown } | null>);
  const message = envelope?.message;
  return typeof message === 'string' ? `${response.status} ${JSON.stringify(message)}` : String(response.status);
}

/** An exchange in one line: what was sent, what came. */
export function describe({ request, response }: Exchange): string {
  const text = response.body.replaceAll(/\s+/g, ' ').trim();
  const body = text.length > 300 ? `${text.slice(0, 300)}...` : text;
  return `${request.method} ${request.url} was answered ${response.status} ${body}`;
}
