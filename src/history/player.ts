import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { InvariantName } from '../contract/histories-data.ts';
import type { Level } from '../contract/rule.ts';
import type { Schemas } from '../contract/schemas.ts';
import { judge } from '../judge/judge.ts';
import type { Deviation } from '../judge/verdict.ts';
import type { Answer } from '../model/answers.ts';
import { Belief } from '../model/belief.ts';
import { type Command, commandText, type RequestCommand, type StepCommand } from '../model/command.ts';
import { type Call, linearize } from '../model/linearize.ts';
import type { Model } from '../model/model.ts';
import type { Difference, Sighting } from '../model/sight.ts';
import type { History, Mode } from '../model/walk.ts';
import type { Case } from '../plan/case.ts';
import { fill } from '../plan/placeholders.ts';
import { answerText, type CloudApi, describe, succeeded } from '../stage/cloud-api.ts';
import { readServer, type ServerView, shows } from '../stage/server-view.ts';
import { StageError, UnreachableError } from '../stage/stage-error.ts';
import { askStep, sendStep, takeSteps } from '../stage/state-steps.ts';
import type { Exchange } from '../target/exchange.ts';
import { isUnavailable } from '../target/unavailable.ts';
import type { Experience } from './experience.ts';
import { itemsOf, Observer } from './observer.ts';
import type { Failure, Played, PlayedCommand } from './played.ts';
import type { Place } from './venue.ts';

/** What players share. */
export interface PlayerContext {
  model: Model;
  api: CloudApi;
  schemas: (microversion: string) => Schemas;
  experience: Experience;
  /** Levels whose deviations break a history; the others are passed over. */
  judged: readonly Level[];
  /** Values that the actions of steps need, and names that only one attachment may have. */
  values: Record<string, string>;
  nextDevice: () => string;
}

/** Where the playing of a history stops: at what breaks the contract, or where the target cannot follow. */
class Broken extends Error {
  readonly failure: Omit<Failure, 'at'>;
  constructor(failure: Omit<Failure, 'at'>) {
    super(failure.rule);
    this.failure = failure;
  }
}
class Ended extends Error {}

/** Plays one history on servers and volumes of its own, and judges it on the way. */
export class Player {
  private readonly context: PlayerContext;
  private readonly place: Place;
  private readonly mode: Mode;
  private readonly observer: Observer;
  private readonly unknownId = randomUUID();
  private readonly played: PlayedCommand[] = [];
  private readonly startedAt = Date.now();
  private belief: Belief;
  /** What servers showed after their last step. */
  private readonly views = new Map<number, ServerView | null>();
  private sent = 0;

  constructor(context: PlayerContext, place: Place, mode: Mode) {
    this.context = context;
    this.place = place;
    this.mode = mode;
    this.observer = new Observer(context.model, context.api, place);
    this.belief = new Belief(context.model);
  }

  /** Plays a history to its end, or to its first failure. @throws StageError when the cloud cannot go on */
  play({ commands }: Pick<History, 'commands'>): Promise<Played> {
    return this.judged(async () => {
      for (const command of commands) {
        if (this.isPossible(command)) await this.perform(command);
      }
      await this.comeToRest(this.servers(), this.volumes());
    });
  }

  private async judged(playing: () => Promise<void>): Promise<Played> {
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

  /**
   * Plays requests at the same moment, after what was asked for before, and looks for an order of them that explains all
   * answers and what is there in the end. @throws StageError when the cloud cannot go on
   */
  playBurst(given: readonly Command[], calls: readonly (RequestCommand | StepCommand)[]): Promise<Played> {
    return this.judged(async () => {
      for (const command of given) await this.perform(command);
      await this.comeToRest(this.servers(), this.volumes());
      await this.allAtOnce(calls);
    });
  }

  private async allAtOnce(commands: readonly (RequestCommand | StepCommand)[]): Promise<void> {
    const { model } = this.context;
    const first = this.played.length;
    for (const command of commands) this.note(command, 'what some order explains');
    const calls = await Promise.all(commands.map((command, index) => this.call(command, first + index)));
    const order = linearize(model, this.belief.possible, calls);
    if (!order) {
      const received = calls.map(({ command, status }) => `${commandText(command)}: ${status}`).join(', ');
      return this.failInvariant('explained', 'answers', { expected: 'those of some order', received });
    }
    this.belief = new Belief(model, order.worlds);
    for (const { command } of calls.filter(({ accepted }) => accepted)) {
      if ('step' in command) await this.untilArrived(command.server);
    }
    const { linger } = this.context.api.data.watch;
    await this.comeToRest(this.servers(), this.volumes(), 'explained');
    // What comes late comes while nobody waits for it any more.
    await sleep(linger);
    await this.comeToRest(this.servers(), this.volumes(), 'explained');
  }

  private async call(command: RequestCommand | StepCommand, index: number): Promise<Call> {
    const { model, api, values } = this.context;
    const invoked = performance.now();
    let exchange: Exchange;
    if ('step' in command) {
      const [only] = model.steps.get(command.step)?.take ?? [];
      if (!only) throw new StageError(`histories know no step ${command.step}`);
      exchange = await askStep(api, { serverId: this.serverId(command.server), persona: 'member' }, only, values);
    } else {
      const { one } = model.shapeOf(command);
      exchange = await this.send(one, this.valuesOf(command, one));
    }
    const completed = performance.now();
    const noted = this.played[index];
    if (noted) this.played[index] = { ...noted, received: answerText(exchange), exchange };
    return { command, invoked, completed, status: exchange.response.status, accepted: succeeded(exchange) };
  }

  private async send(one: Case, values: Record<string, string>): Promise<Exchange> {
    this.sent += 1;
    const exchange = await this.context.api.session(one.persona).send('compute', fill(one.request, values));
    if (isUnavailable(exchange.response.status))
      throw new StageError(`the target was not available: ${describe(exchange)}`);
    return exchange;
  }

  private get requests(): number {
    return this.sent + this.observer.requests;
  }

  private isPossible(command: Command): boolean {
    const { model, experience } = this.context;
    const world = this.belief.any;
    if (!model.isPossible('step' in command ? this.arrivedWorld(world, command) : world, command)) return false;
    if ('step' in command) return !experience.unreachable.has(command.step);
    if ('create' in command || !experience.keepsSome) return true;
    const { one } = model.shapeOf(command);
    return one.expect.effect !== 'detached' || !this.isOfThose(command);
  }

  /** Whoever asks for a step waits for the one before. */
  private arrivedWorld(world: Belief['any'], { server }: StepCommand): Belief['any'] {
    const { moving } = world.servers[server] ?? { moving: null };
    const [there] = moving?.[0] === undefined ? [] : this.context.model.future.arrived(world, server, moving[0]);
    return there ?? world;
  }

  /** Whether the attachment that a request is about is of those that some drivers never take off the list. */
  private isOfThose({ server, volume }: RequestCommand): boolean {
    const { may_stay } = this.context.model.contract.data.histories;
    return this.belief.possible.some(({ volumes }) =>
      volumes[volume ?? -1]?.holds.some(hold => hold.server === server && hold.properties[may_stay] !== null),
    );
  }

  private async perform(command: Command): Promise<void> {
    if ('create' in command) return this.create(command.create);
    if ('step' in command) return this.step(command);
    const { pending } = this.context.model.contract.data.histories.overlapping;
    if (this.mode === 'overlapping' && this.belief.pending >= pending) {
      await this.comeToRest(this.servers(), this.volumes());
    }
    return this.request(command);
  }

  private async create(kind: string): Promise<void> {
    this.note({ create: kind }, 'a new volume');
    await this.place.addVolume(kind);
    this.belief.create(kind);
    this.answered('made');
  }

  private async step(command: StepCommand): Promise<void> {
    const { model, api, values, experience } = this.context;
    const step = model.steps.get(command.step);
    if (!step) return;
    const own = { serverId: this.serverId(command.server), persona: 'member' };
    const isOverlapping = this.mode === 'overlapping' && step.take.length === 1;
    if (this.mode === 'overlapping') await this.untilArrived(command.server);
    this.note(command, 'done');
    try {
      const [only] = step.take;
      if (isOverlapping && only) await sendStep(api, own, only, values);
      else this.views.set(command.server, await takeSteps(api, own, step.take, values, this.views.get(command.server)));
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      experience.unreachable.set(command.step, error.message);
      this.answered('not offered');
      throw new Ended(`${command.step}: ${error.message}`);
    }
    this.answered('done');
    this.belief.step(command.server, step);
    if (isOverlapping || step.locks !== null) return;
    this.belief.arrive(command.server, step.to);
    if (model.future.isGone(step.to)) return this.comeToRest([command.server], this.volumes());
    return this.lookAt(command.server);
  }

  /** Waits for the end of a step that is on its way, if one is. */
  private async untilArrived(server: number): Promise<void> {
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

  private async request(command: RequestCommand): Promise<void> {
    const { one } = this.context.model.shapeOf(command);
    const answers = this.belief.expected(command);
    this.note(command, answers.map(answer => expectedText(one, answer)).join(' or '));
    const values = this.valuesOf(command, one);
    const whole = this.wantsWholeList(one) ? itemsOf(await this.wholeList(command, one)) : null;
    const exchange = await this.send(one, values);
    this.answered(answerText(exchange), exchange);
    const { status } = exchange.response;
    const explained = this.belief.explain(command, status);
    const [first] = explained;
    if (!first) {
      const [answer] = answers;
      const decides = answer?.decides ?? one;
      throw this.brokenBy(decides, decides.level, {
        what: 'status',
        expected: answers.map(each => expectedText(one, each)).join(' or '),
        received: answerText(exchange),
      });
    }
    this.belief.follow(explained);
    const isNew = !first.answer.refused && one.expect.effect === 'attached';
    if (isNew && command.server !== null && command.volume !== null)
      this.observer.forget(command.server, command.volume);
    if (first.isOutOfOrder) this.breakOutOfOrder(first.answer, one, exchange);
    const fits = explained.every(({ answer }) => answer.fits);
    this.judgeBody(one, { ...first.answer, fits }, exchange, values, whole);
    const isRead = one.expect.effect === undefined;
    if (isRead) this.compareReading(command, one, first.answer, exchange);
    if (this.mode === 'overlapping' || command.server === null) return;
    const { effect = 'none' } = one.expect;
    const changed = !first.answer.refused && effect !== 'none';
    if (changed && command.volume !== null) {
      // An update of an attachment is none of the volume.
      await this.comeToRest([command.server], effect === 'updated' ? [] : [command.volume]);
    } else if (!isRead) await this.lookAt(command.server);
  }

  private breakOutOfOrder({ decides, status, orderLevel }: Answer, one: Case, exchange: Exchange): void {
    const { order } = this.context.model.shapes.table(one).operation.data;
    this.fail({
      rule: order.id,
      sentence: order.sentence,
      source: order.source,
      level: orderLevel,
      what: 'status',
      expected: `${status.join(' or ')} (${decides.rule} is checked first)`,
      received: answerText(exchange),
    });
  }

  /** What the deciding rule says of the answer beyond its status. */
  private judgeBody(
    one: Case,
    { decides, refused, status, fits }: Answer,
    exchange: Exchange,
    values: Record<string, string>,
    whole: Record<string, unknown>[] | null,
  ): void {
    const { match: _, items, sample: __, ...rest } = decides.expect;
    const { match } = decides.expect;
    const judgedCase: Case = {
      ...(refused ? decides : one),
      expect: {
        ...rest,
        status,
        ...(match !== undefined && fits ? { match } : {}),
        ...(items !== undefined && whole !== null ? { items } : {}),
      },
    };
    const { model, schemas } = this.context;
    const evidence = { contract: model.contract, schemas, values, ...(whole ? { wholeList: whole } : {}) };
    const [worst] = judge(judgedCase, exchange, evidence).filter(deviation => this.counts(deviation));
    if (worst) throw this.brokenBy(judgedCase, worst.level, worst);
  }

  /** What a list or show tells must be what there is. */
  private compareReading(command: RequestCommand, one: Case, { refused }: Answer, exchange: Exchange): void {
    if (refused || command.server === null || one.request.query !== undefined) return;
    const items = itemsOf(exchange);
    if (items === null) return;
    for (const flaw of this.observer.flaws(command.server, items)) this.failInvariant(flaw.invariant, 'list', flaw);
    const sighting = sightingOf([[command.server, this.observer.seen(items)]], []);
    const [found] = this.belief.look(sighting) ?? [];
    if (found) this.failInvariant('listed', found.what, found);
  }

  /** Looks once at what must not have changed. */
  private async lookAt(server: number): Promise<void> {
    const { exchange, list, flaws } = await this.observer.list(server);
    for (const flaw of flaws) this.failInvariant(flaw.invariant, `list of server ${server + 1}`, flaw, exchange);
    const [found] = this.belief.look(sightingOf([[server, list]], [])) ?? [];
    if (found) this.failInvariant('listed', found.what, found, exchange);
  }

  /** Waits until nothing goes on any more, as far as some servers and volumes show. */
  private async comeToRest(
    servers: readonly number[],
    volumes: readonly number[],
    invariant: InvariantName = 'comes-to-rest',
  ): Promise<void> {
    const { api } = this.context;
    const { limits } = api.data;
    // What is listed says nothing about a server that is still on its way.
    for (const server of servers) await this.untilArrived(server);
    const mayStay = this.isLeaving(volumes);
    const seen: { differences: Difference[] | null; last?: Exchange } = { differences: null };
    const rested = await api.wait(
      async () => {
        const lists: [number, Awaited<ReturnType<Observer['list']>>['list']][] = [];
        for (const server of servers) {
          const { exchange, list, flaws } = await this.observer.list(server);
          seen.last = exchange;
          for (const flaw of flaws) this.failInvariant(flaw.invariant, `list of server ${server + 1}`, flaw, exchange);
          lists.push([server, list]);
        }
        const views: [number, Awaited<ReturnType<Observer['volume']>>][] = [];
        for (const volume of volumes) views.push([volume, await this.observer.volume(volume)]);
        seen.differences = this.belief.settle(sightingOf(lists, views));
        return seen.differences === null ? true : undefined;
      },
      mayStay ? limits.detach_unlist : this.isOver() ? limits.absence : limits.attach,
    );
    if (rested) return;
    if (mayStay) {
      this.context.experience.keepsSome = true;
      throw new Ended('the driver does not take attachments with a tag off the list');
    }
    const [first] = seen.differences ?? [];
    if (first) this.failInvariant(invariant, first.what, first, seen.last);
    throw new Ended('it did not come to rest');
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

  private servers(): number[] {
    return [...this.place.servers.keys()];
  }

  private volumes(): number[] {
    return [...this.belief.any.volumes.keys()];
  }

  private wantsWholeList({ expect }: Case): boolean {
    return expect.items !== undefined && this.mode === 'settled';
  }

  private wholeList({ server }: RequestCommand, { microversion }: Case): Promise<Exchange> {
    this.sent += 1;
    const path = `/servers/${this.serverId(server)}/os-volume_attachments`;
    return this.context.api.ask('member', 'compute', 'GET', path, undefined, microversion);
  }

  private valuesOf({ server, volume }: RequestCommand, { request }: Case): Record<string, string> {
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

  private serverId(server: number | null): string {
    return (server === null ? undefined : this.place.servers[server]) ?? this.unknownId;
  }

  private note(command: Command, expected: string): void {
    this.played.push({ command, text: commandText(command), expected, received: 'nothing yet' });
  }

  private answered(received: string, exchange?: Exchange): void {
    const last = this.played.pop();
    if (last) this.played.push({ ...last, received, ...(exchange ? { exchange } : {}) });
  }

  private counts({ level }: Pick<Deviation, 'level'>): boolean {
    return level !== 'informative' && this.context.judged.includes(level);
  }

  private brokenBy(decides: Case, level: Level, { what, expected, received }: Omit<Deviation, 'level'>): Broken {
    const rule = this.context.model.contract.rulesAt(decides.microversion)[decides.rule];
    const { sentence = '', source = [] } = rule ?? {};
    return new Broken({ rule: decides.rule, sentence, source, level, what, expected, received });
  }

  private failInvariant(
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

  private fail(failure: Omit<Failure, 'at'>): void {
    if (this.counts(failure)) throw new Broken(failure);
  }
}

function expectedText(one: Case, { decides, status, refused }: Answer): string {
  const key = refused && status.length === 1 ? ` ${decides.expect.error ?? ''}` : '';
  return `${status.join(' or ')}${key}${decides.rule === one.rule ? '' : ` (${decides.rule})`}`;
}

function sightingOf(
  lists: readonly (readonly [number, ReturnType<Observer['seen']> | null])[],
  volumes: readonly (readonly [number, Awaited<ReturnType<Observer['volume']>>])[],
): Sighting {
  return { lists: new Map(lists), volumes: new Map(volumes) };
}
