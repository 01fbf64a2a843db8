import { randomUUID } from 'node:crypto';
import type { InvariantName } from '../contract/histories-data.ts';
import type { Level } from '../contract/rule.ts';
import type { Schemas } from '../contract/schemas.ts';
import type { Deviation } from '../judge/verdict.ts';
import { Belief } from '../model/belief.ts';
import { type Command, commandText, type RequestCommand } from '../model/command.ts';
import type { Model } from '../model/model.ts';
import type { Difference } from '../model/sight.ts';
import type { Case } from '../plan/case.ts';
import { fill } from '../plan/placeholders.ts';
import { type CloudApi, describe } from '../stage/cloud-api.ts';
import { readServer, shows } from '../stage/server-view.ts';
import { StageError } from '../stage/stage-error.ts';
import type { Exchange } from '../target/exchange.ts';
import { isUnavailable } from '../target/unavailable.ts';
import type { Experience } from './experience.ts';
import { Observer } from './observer.ts';
import type { Failure, Played, PlayedCommand } from './played.ts';
import type { Place } from './venue.ts';

/** What all that is played shares. */
export interface PlayContext {
  model: Model;
  api: CloudApi;
  schemas: (microversion: string) => Schemas;
  experience: Experience;
  /** Levels whose deviations break a history; the others are passed over. */
  judged: readonly Level[];
  /** Values that the actions of steps need, and names that only one attachment may have. */
  values: Record<string, string>;
  nextDevice: () => string;
  /** Seconds after which something that does not come to rest never will; the contract's own limits without it. */
  restLimit?: number;
}

/** What breaks the contract: the end of what is played. */
export class Broken extends Error {
  readonly failure: Omit<Failure, 'at'>;
  constructor(failure: Omit<Failure, 'at'>) {
    super(failure.rule);
    this.failure = failure;
  }
}

/** What the target cannot follow: the end too, and nobody's failure. */
export class Ended extends Error {}

/** The servers and volumes of one history, what is believed of them, and what was played on them so far. */
export class Scene {
  readonly context: PlayContext;
  readonly observer: Observer;
  readonly played: PlayedCommand[] = [];
  belief: Belief;
  readonly place: Place;
  /** Of nothing that exists. */
  readonly unknownId: string;
  private readonly startedAt = Date.now();
  private sent = 0;

  constructor(context: PlayContext, place: Place, unknownId: string = randomUUID()) {
    this.unknownId = unknownId;
    this.context = context;
    this.place = place;
    this.observer = new Observer(context.model, context.api, place);
    this.belief = new Belief(context.model);
  }

  /** Plays until the end, or to where it breaks or ends. @throws StageError when the cloud cannot go on */
  async judged(playing: () => Promise<void>): Promise<Played> {
    let failure: Failure | null = null;
    let ended: string | null = null;
    try {
      await playing();
    } catch (error) {
      if (error instanceof Broken) failure = { ...error.failure, at: this.played.length - 1 };
      else if (error instanceof Ended) ended = error.message;
      else throw error;
    } finally {
      this.context.experience.requests += this.requests;
    }
    return {
      commands: this.played,
      failure,
      ended,
      requests: this.requests,
      durationMs: Date.now() - this.startedAt,
      servers: this.place.servers,
      volumes: this.place.volumes,
    };
  }

  /** Sends the request of a case, once. @throws StageError when it could not be taken at all */
  async send(one: Case, values: Record<string, string>): Promise<Exchange> {
    this.sent += 1;
    const exchange = await this.context.api.send(one.persona, 'compute', fill(one.request, values));
    if (isUnavailable(exchange.response.status))
      throw new StageError(`the target was not available: ${describe(exchange)}`);
    return exchange;
  }

  /** Waits for the end of a step that is on its way, if one is. */
  async untilArrived(server: number): Promise<void> {
    const { api, model } = this.context;
    const goals = this.belief.possible.flatMap(({ servers }) => servers[server]?.moving ?? []);
    if (goals.length === 0) return;
    const { limits } = api.data;
    const situation = await api.wait(async () => {
      this.sent += 1;
      const view = await readServer(api, 'member', this.serverId(server));
      return goals.find(goal => shows(view, model.sightOf(goal)));
    }, limits.server_state);
    if (situation === undefined) {
      throw new StageError(
        `server ${server + 1} did not come to ${goals.join(' or ')} within ${limits.server_state} s`,
      );
    }
    this.belief.arrive(server, situation);
  }

  /** Looks once at what must not have changed. */
  async lookAt(server: number): Promise<void> {
    const { exchange, list, flaws } = await this.observer.list(server);
    for (const flaw of flaws) this.failInvariant(flaw.invariant, `list of server ${server + 1}`, flaw, exchange);
    const [found] = this.belief.look({ lists: new Map([[server, list]]), volumes: new Map() }) ?? [];
    if (found) this.failInvariant('listed', found.what, found, exchange);
  }

  /** Waits until nothing goes on any more, as far as some servers and volumes show. */
  async comeToRest(
    servers: readonly number[] = this.servers(),
    volumes: readonly number[] = this.volumes(),
    invariant: InvariantName = 'comes-to-rest',
  ): Promise<void> {
    const { api } = this.context;
    // What is listed says nothing about a server that is still on its way.
    for (const server of servers) await this.untilArrived(server);
    const startedAt = Date.now();
    const mayStay = this.isLeaving(volumes);
    const seen: { differences: Difference[] | null; last?: Exchange } = { differences: null };
    const rested = await api.wait(async () => {
      const lists: [number, Awaited<ReturnType<Observer['list']>>['list']][] = [];
      for (const server of servers) {
        const { exchange, list, flaws } = await this.observer.list(server);
        seen.last = exchange;
        for (const flaw of flaws) this.failInvariant(flaw.invariant, `list of server ${server + 1}`, flaw, exchange);
        lists.push([server, list]);
      }
      const views: [number, Awaited<ReturnType<Observer['volume']>>][] = [];
      for (const volume of volumes) views.push([volume, await this.observer.volume(volume)]);
      seen.differences = this.belief.settle({ lists: new Map(lists), volumes: new Map(views) });
      return seen.differences === null ? true : undefined;
    }, this.restLimit(mayStay));
    if (rested) {
      this.context.experience.rested(Date.now() - startedAt);
      return;
    }
    if (mayStay) {
      this.context.experience.keepsSome = true;
      throw new Ended('the driver does not take attachments with a tag off the list');
    }
    const [first] = seen.differences ?? [];
    if (first) this.failInvariant(invariant, first.what, first, seen.last);
    throw new Ended('it did not come to rest');
  }

  /** Seconds for which rest is waited for. */
  private restLimit(mayStay: boolean): number {
    const { api, restLimit } = this.context;
    const { detach_unlist, absence, attach } = api.data.limits;
    if (mayStay) return detach_unlist;
    return this.isOver() ? absence : Math.min(restLimit ?? attach, attach);
  }

  /** Where there is no server left, nobody will do anything any more. */
  private isOver(): boolean {
    const { future } = this.context.model;
    const { servers } = this.belief.any;
    return this.servers().every(server => future.isGone(servers[server]?.situation ?? ''));
  }

  private isLeaving(volumes: readonly number[]): boolean {
    const { future, contract } = this.context.model;
    const { may_stay } = contract.data.histories;
    return volumes.some(number =>
      this.belief.any.volumes[number]?.holds.some(hold => hold.properties[may_stay] !== null && future.isLeaving(hold)),
    );
  }

  /** The list of a server at a microversion, for requests that ask for a part of it. */
  wholeList(server: number | null, microversion: string): Promise<Exchange> {
    this.sent += 1;
    const path = `/servers/${this.serverId(server)}/os-volume_attachments`;
    return this.context.api.ask('member', 'compute', 'GET', path, undefined, microversion);
  }

  /** Numbers of the servers, gone or not. */
  servers(): number[] {
    return [...this.place.servers.keys()];
  }

  /** Numbers of the volumes. */
  volumes(): number[] {
    return [...this.belief.any.volumes.keys()];
  }

  /** The values of the placeholders of a request. */
  valuesOf({ server, volume }: RequestCommand, { request }: Case): Record<string, string> {
    const { values, nextDevice } = this.context;
    const wantsDevice = JSON.stringify(request.body ?? '').includes('{{free_device}}');
    const other = this.place.volumes.find((_, index) => index !== volume);
    return {
      ...values,
      server_id: this.serverId(server),
      volume_id: (volume === null ? undefined : this.place.volumes[volume]) ?? this.unknownId,
      other_volume_id: other ?? this.unknownId,
      unknown_id: this.unknownId,
      ...(wantsDevice ? { free_device: nextDevice() } : {}),
    };
  }

  /** The id of a server; of none that exists for null. */
  serverId(server: number | null): string {
    return (server === null ? undefined : this.place.servers[server]) ?? this.unknownId;
  }

  /** A command is about to be carried out. */
  note(command: Command, expected: string): void {
    this.played.push({ command, text: commandText(command), expected, received: 'nothing yet' });
  }

  /** What the command that was noted last came to. */
  answered(received: string, exchange?: Exchange): void {
    const last = this.played.pop();
    if (last) this.played.push({ ...last, received, ...(exchange ? { exchange } : {}) });
  }

  /** Whether a deviation of a level breaks a history. */
  counts({ level }: Pick<Deviation, 'level'>): boolean {
    return level !== 'informative' && this.context.judged.includes(level);
  }

  /** How a history breaks a rule of an operation. */
  brokenBy(decides: Case, level: Level, { what, expected, received }: Omit<Deviation, 'level'>): Broken {
    const rule = this.context.model.contract.rulesAt(decides.microversion)[decides.rule];
    const { sentence = '', source = [] } = rule ?? {};
    return new Broken({ rule: decides.rule, sentence, source, level, what, expected, received });
  }

  /** Ends the history where an invariant of histories does not hold. @throws Broken */
  failInvariant(
    name: InvariantName,
    what: string,
    { expected, received }: { expected: string; received: string },
    exchange?: Exchange,
  ): void {
    const { sentence, level, source } = this.context.model.contract.data.histories.invariants[name];
    if (exchange) this.seen(exchange);
    this.fail({ rule: name, sentence, source, level, what, expected, received });
  }

  /** The reading that shows a failure stands beside the command after which it was made. */
  private seen(exchange: Exchange): void {
    const last = this.played.pop();
    if (last) this.played.push({ ...last, reading: exchange });
  }

  /** Ends the history, if its failure counts. @throws Broken */
  fail(failure: Omit<Failure, 'at'>): void {
    if (this.counts(failure)) throw new Broken(failure);
  }

  private get requests(): number {
    return this.sent + this.observer.requests;
  }
}
