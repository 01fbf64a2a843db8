import { judge } from '../judge/judge.ts';
import type { Answer } from '../model/answers.ts';
import type { Command, RequestCommand, StepCommand } from '../model/command.ts';
import type { Sighting } from '../model/sight.ts';
import type { Mode } from '../model/walk.ts';
import type { World } from '../model/world.ts';
import type { Case } from '../plan/case.ts';
import { answerText } from '../stage/cloud-api.ts';
import type { ServerView } from '../stage/server-view.ts';
import { UnreachableError } from '../stage/stage-error.ts';
import { sendStep, takeSteps } from '../stage/state-steps.ts';
import type { Exchange } from '../target/exchange.ts';
import { itemsOf } from './observer.ts';
import { Ended, type Scene } from './scene.ts';

/** Plays commands one after the other, and judges each. */
export class Player {
  private readonly scene: Scene;
  private readonly mode: Mode;
  /** What servers showed after their last step. */
  private readonly views = new Map<number, ServerView | null>();

  constructor(scene: Scene, mode: Mode) {
    this.scene = scene;
    this.mode = mode;
  }

  /** Plays commands until all is at rest. @throws Broken, Ended, StageError */
  async play(commands: readonly Command[]): Promise<void> {
    for (const command of commands) {
      if (this.isPossible(command)) await this.perform(command);
    }
    await this.scene.comeToRest();
  }

  private isPossible(command: Command): boolean {
    const { model, experience } = this.scene.context;
    const world = this.scene.belief.any;
    if (!model.isPossible('step' in command ? this.arrivedWorld(world, command) : world, command)) return false;
    if ('step' in command) return !experience.unreachable.has(command.step);
    if ('create' in command || !experience.keepsSome) return true;
    const { one } = model.shapeOf(command);
    return one.expect.effect !== 'detached' || !this.isOfThose(command);
  }

  /** Whoever asks for a step waits for the one before. */
  private arrivedWorld(world: World, { server }: StepCommand): World {
    const { moving } = world.servers[server] ?? { moving: null };
    const [there] = moving?.[0] === undefined ? [] : this.scene.context.model.future.arrived(world, server, moving[0]);
    return there ?? world;
  }

  /** Whether the attachment that a request is about is of those that some drivers never take off the list. */
  private isOfThose({ server, volume }: RequestCommand): boolean {
    const { may_stay } = this.scene.context.model.contract.data.histories;
    return this.scene.belief.possible.some(({ volumes }) =>
      volumes[volume ?? -1]?.holds.some(hold => hold.server === server && hold.properties[may_stay] !== null),
    );
  }

  private async perform(command: Command): Promise<void> {
    if ('create' in command) return this.create(command.create);
    if ('step' in command) return this.step(command);
    const { pending } = this.scene.context.model.contract.data.histories.overlapping;
    if (this.mode === 'overlapping' && this.scene.belief.pending >= pending) {
      await this.scene.comeToRest();
    }
    return this.request(command);
  }

  private async create(kind: string): Promise<void> {
    this.scene.note({ create: kind }, 'a new volume');
    await this.scene.place.addVolume(kind);
    this.scene.belief.create(kind);
    this.scene.answered('made');
  }

  private async step(command: StepCommand): Promise<void> {
    const { model, api, values, experience } = this.scene.context;
    const step = model.steps.get(command.step);
    if (!step) return;
    const own = { serverId: this.scene.serverId(command.server), persona: 'member' };
    const isOverlapping = this.mode === 'overlapping' && step.take.length === 1;
    if (this.mode === 'overlapping') await this.scene.untilArrived(command.server);
    this.scene.note(command, 'done');
    try {
      const [only] = step.take;
      if (isOverlapping && only) await sendStep(api, own, only, values);
      else this.views.set(command.server, await takeSteps(api, own, step.take, values, this.views.get(command.server)));
    } catch (error) {
      if (!(error instanceof UnreachableError)) throw error;
      experience.unreachable.set(command.step, error.message);
      this.scene.answered('not offered');
      throw new Ended(`${command.step}: ${error.message}`);
    }
    this.scene.answered('done');
    this.scene.belief.step(command.server, step);
    if (isOverlapping || step.locks !== null) return;
    this.scene.belief.arrive(command.server, step.to);
    if (model.future.isGone(step.to)) return this.scene.comeToRest([command.server]);
    return this.scene.lookAt(command.server);
  }

  private async request(command: RequestCommand): Promise<void> {
    const { one } = this.scene.context.model.shapeOf(command);
    const answers = this.scene.belief.expected(command);
    this.scene.note(command, answers.map(answer => expectedText(one, answer)).join(' or '));
    const values = this.scene.valuesOf(command, one);
    const whole = this.wantsWholeList(one)
      ? itemsOf(await this.scene.wholeList(command.server, one.microversion))
      : null;
    const exchange = await this.scene.send(one, values);
    this.scene.answered(answerText(exchange), exchange);
    const { status } = exchange.response;
    const explained = this.scene.belief.explain(command, status);
    const [first] = explained;
    if (!first) {
      const [answer] = answers;
      const decides = answer?.decides ?? one;
      throw this.scene.brokenBy(decides, decides.level, {
        what: 'status',
        expected: answers.map(each => expectedText(one, each)).join(' or '),
        received: answerText(exchange),
      });
    }
    this.scene.belief.follow(explained);
    const isNew = !first.answer.refused && one.expect.effect === 'attached';
    if (isNew && command.server !== null && command.volume !== null)
      this.scene.observer.forget(command.server, command.volume);
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
      await this.scene.comeToRest([command.server], effect === 'updated' ? [] : [command.volume]);
    } else if (!isRead) await this.scene.lookAt(command.server);
  }

  private breakOutOfOrder({ decides, status, orderLevel }: Answer, one: Case, exchange: Exchange): void {
    const { order } = this.scene.context.model.shapes.table(one).operation.data;
    this.scene.fail({
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
    const { model, schemas } = this.scene.context;
    const evidence = { contract: model.contract, schemas, values, ...(whole ? { wholeList: whole } : {}) };
    const [worst] = judge(judgedCase, exchange, evidence).filter(deviation => this.scene.counts(deviation));
    if (worst) throw this.scene.brokenBy(judgedCase, worst.level, worst);
  }

  /** What a list or show tells must be what there is. */
  private compareReading(command: RequestCommand, one: Case, { refused }: Answer, exchange: Exchange): void {
    if (refused || command.server === null || one.request.query !== undefined) return;
    const { observer } = this.scene;
    const items = itemsOf(exchange);
    const sighting: Sighting = { lists: new Map(), volumes: new Map() };
    if (items === null) {
      const [shown] = observer.seen(Object.values(exchange.response.json as Record<string, Record<string, unknown>>));
      if (shown) sighting.shown = new Map([[command.server, shown]]);
    } else {
      for (const flaw of observer.flaws(command.server, items)) this.scene.failInvariant(flaw.invariant, 'list', flaw);
      sighting.lists.set(command.server, observer.seen(items));
    }
    const [found] = this.scene.belief.look(sighting) ?? [];
    if (found) this.scene.failInvariant('listed', found.what, found);
  }

  private wantsWholeList({ expect }: Case): boolean {
    return expect.items !== undefined && this.mode === 'settled';
  }
}

function expectedText(one: Case, { decides, status, refused }: Answer): string {
  const key = refused && status.length === 1 ? ` ${decides.expect.error ?? ''}` : '';
  return `${status.join(' or ')}${key}${decides.rule === one.rule ? '' : ` (${decides.rule})`}`;
}
