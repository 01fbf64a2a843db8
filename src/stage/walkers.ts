import type { Builder } from './builder.ts';
import type { CloudApi } from './cloud-api.ts';
import { Demand } from './demand.ts';
import type { Attachment } from './observe.ts';
import { withSecondTry } from './second-try.ts';
import { interrupted, UnreachableError } from './stage-error.ts';
import { Walker, type WalkerKind } from './walker.ts';
import { usualSituation, type Wish } from './wish.ts';

/** A case's stay at a server that is in the situation it wished for. */
export interface Visit {
  serverId: string;
  /** The volume that stays on the server. */
  residentId: string;
  /** The volume that the server boots from, if it does. */
  rootId: string | null;
  resident: Attachment | null;
  /** Its status, where there is one to see. */
  residentStatus: string | null;
  /** Whether the server can be looked at. */
  exists: boolean;
  /** Whether it passes by itself. */
  isMoment: boolean;
  /** Starts a moment that the case has to be quick in; nothing to do for others. */
  begin(): Promise<void>;
  /** Whether the server is still in the situation. */
  lasts(): Promise<boolean>;
  /** Ends the stay; `surprised`: the server may not be as it was. */
  leave(surprised: boolean): Promise<void>;
}

interface Waiting {
  wish: Wish;
  resolve: (visit: Visit) => void;
  reject: (error: unknown) => void;
}

/** What the walking servers work with. */
export interface WalkersOptions {
  /** Placeholders of the steps. */
  values: Record<string, string>;
  /** Servers of the common kind at once. */
  capacity: number;
  /** What the cases to come will want. */
  wishes: readonly Wish[];
  /** Told what they are busy with. */
  onPhase: (text: string) => void;
}

/** How often a situation is tried before its failure is taken for final. */
const attempts = 2;

/**
 * The servers that walk through the situations. A case waits until one of them is where it wants to be; cases that agree
 * stay there together. A server walks on when nobody is left who needs it where it is, so that a few servers see all
 * situations once as long as the cases come in the order of the situations.
 */
export class Walkers {
  private readonly api: CloudApi;
  private readonly builder: Builder;
  private readonly options: WalkersOptions;
  private readonly usual: string;
  private readonly walkers: Walker[] = [];
  private readonly newborn = new Set<Walker>();
  /** The wishes for which servers are being built. */
  private readonly building: Wish[] = [];
  private waiting: Waiting[] = [];
  private readonly demand: Demand;
  private readonly failures = new Map<string, { count: number; error: unknown; final: boolean }>();
  /** Why no more servers of a kind are built: what failed once would fail for every situation, at the same expense. */
  private readonly unbuildable = new Map<WalkerKind, unknown>();

  constructor(api: CloudApi, builder: Builder, options: WalkersOptions) {
    this.api = api;
    this.builder = builder;
    this.options = options;
    const { states } = api.data;
    this.usual = usualSituation(states);
    this.demand = new Demand(options.wishes, wish => this.placeOf(wish));
  }

  /** Waits for a server in a situation. @throws UnreachableError, StageError */
  visit(wish: Wish): Promise<Visit> {
    return new Promise<Visit>((resolve, reject) => {
      this.waiting.push({ wish, resolve, reject });
      this.dispatch();
    });
  }

  private dispatch(): void {
    // Whoever must wait for a server keeps later ones with other intentions from overtaking.
    const blocked = new Set<Walker>();
    for (const one of this.waiting) {
      const { wish } = one;
      const failure = this.failures.get(keyOf(wish));
      if (failure?.final || this.api.isCancelled()) {
        this.end(one);
        one.reject(failure?.final ? failure.error : interrupted());
        continue;
      }
      const here = this.walkerFor(wish);
      if (!here) this.fetch(one);
      else if (!blocked.has(here) && (here.visitors === 0 || (here.mode === wish.mode && wish.mode !== 'own'))) {
        this.grant(one, here);
      } else blocked.add(here);
    }
  }

  private walkerFor(wish: Wish): Walker | undefined {
    if (this.isBirth(wish)) return [...this.newborn].find(({ kind }) => kind === wish.kind);
    const place = this.placeOf(wish);
    return this.walkers.find(walker => walker.kind === wish.kind && walker.goal === null && walker.situation === place);
  }

  /** Sees to it that a server comes to where a case wants it, unless one is on its way. */
  private fetch({ wish }: Waiting): void {
    const place = this.placeOf(wish);
    const own = this.walkers.filter(walker => walker.kind === wish.kind && !this.isFinal(walker));
    const coming = this.building.filter(({ kind }) => kind === wish.kind);
    if (own.some(({ goal }) => goal === place) || coming.some(other => this.placeOf(other) === place)) return;
    const idle = own.filter(({ goal, visitors }) => goal === null && visitors === 0);
    // Everybody comes past the usual place, so nobody need be kept there.
    const free = idle.filter(walker => walker.situation === this.usual || !this.demand.needs(wish.suite, walker));
    const capacity = wish.kind === 'image_backed' ? this.options.capacity : 1;
    const obstacle = this.unbuildable.get(wish.kind);
    const room = obstacle === undefined && own.length + coming.length < capacity;
    // Those that were built serve all the others; without any, nothing does.
    if (obstacle !== undefined && coming.length === 0 && (own.length === 0 || this.isBirth(wish))) {
      this.fail(wish, obstacle, true);
      return;
    }
    if (this.isBirth(wish)) {
      if (coming.length > 0) return;
      if (room) void this.build(wish);
      else this.fail(wish, new UnreachableError('all servers were built before the case could be quick enough'), true);
      return;
    }
    const { states } = this.api.data;
    const near = free.find(({ situation }) => states[place]?.from?.includes(situation ?? ''));
    const mover = near ?? free.find(({ situation }) => situation === this.usual) ?? free[0];
    if (mover) void this.move(mover, wish);
    else if (room) void this.build(wish);
    else if (coming.length === 0 && idle.length === own.length && idle[0]) void this.move(idle[0], wish);
  }

  private async build(wish: Wish): Promise<void> {
    const { kind } = wish;
    this.building.push(wish);
    try {
      this.options.onPhase(`building a server that is ${kind.replace('_', ' ')}`);
      this.walkers.push(await withSecondTry(() => this.makeWalker(wish)));
    } catch (error) {
      this.unbuildable.set(kind, error);
    } finally {
      this.building.splice(this.building.indexOf(wish), 1);
      this.dispatch();
    }
  }

  private async makeWalker(wish: Wish): Promise<Walker> {
    const { kind } = wish;
    let walker: Walker | undefined;
    try {
      const volumeId = await this.builder.walkersVolume(kind);
      const { serverId, rootId } = await this.builder.walkerServer(wish, volumeId, id => {
        walker = new Walker(this.api, kind, id, volumeId, this.usual);
        void this.showNewborn(walker);
      });
      walker ??= new Walker(this.api, kind, serverId, volumeId, this.usual);
      walker.rootId = rootId;
      walker.isBuilt = true;
      this.newborn.delete(walker);
      await walker.deserted();
      await walker.arrive(this.usual);
      await walker.complete(this.builder);
      return walker;
    } finally {
      if (walker) this.newborn.delete(walker);
    }
  }

  /** A server that is being built is of use as soon as its volume is listed: before that it is no more than a request. */
  private async showNewborn(walker: Walker): Promise<void> {
    if (!(await walker.isBorn())) return;
    this.newborn.add(walker);
    this.dispatch();
  }

  private async move(walker: Walker, wish: Wish): Promise<void> {
    const place = this.placeOf(wish);
    walker.goal = place;
    try {
      this.options.onPhase(`bringing a server to be ${wish.situation}`);
      // Where it was, it did its duty; that it cannot leave is no reason against the next situation.
      if (!(await this.leaves(walker, place))) return;
      await walker.enter(place, this.options.values);
      // Where a server has gone for good, another one may find room.
      if (this.isFinal(walker)) this.unbuildable.delete(walker.kind);
    } catch (error) {
      const unreachable = error instanceof UnreachableError;
      const intact = unreachable && (await walker.isUsual().catch(() => false));
      if (intact) await walker.arrive(this.usual).catch(() => this.discard(walker));
      else this.discard(walker);
      this.fail(wish, error, unreachable);
    } finally {
      walker.goal = null;
      this.dispatch();
    }
  }

  /** Whether a server comes away from where it is; one that does not is left to the clean-up. */
  private async leaves(walker: Walker, place: string): Promise<boolean> {
    try {
      await walker.leaveFor(place, this.options.values);
      return true;
    } catch {
      this.discard(walker);
      return false;
    }
  }

  private grant(one: Waiting, walker: Walker): void {
    const { wish } = one;
    const { moment } = this.api.data.states[wish.situation] ?? {};
    this.end(one);
    walker.visitors += 1;
    walker.mode = wish.mode;
    let begun = false;
    one.resolve({
      serverId: walker.serverId,
      residentId: walker.volumeId,
      rootId: walker.rootId,
      resident: walker.resident,
      residentStatus: walker.residentStatus,
      exists: walker.exists,
      isMoment: moment !== undefined,
      begin: async () => {
        if (moment !== 'task') return;
        begun = true;
        await walker.begin(wish.situation, this.options.values);
      },
      lasts: () => (moment === undefined ? Promise.resolve(true) : walker.lasts(wish.situation)),
      leave: async surprised => {
        try {
          if (begun) await walker.rest(wish.situation);
          const changed = surprised || wish.mode === 'own';
          if (changed && moment !== 'birth' && walker.situation !== null) {
            if (wish.mode === 'own' && !surprised) await walker.arrive(walker.situation);
            else if (!(await walker.repair(this.builder))) this.discard(walker);
          }
        } catch {
          // Nobody knows what this server is like now; the clean-up will remove it.
          this.discard(walker);
        } finally {
          walker.left();
          this.dispatch();
        }
      },
    });
  }

  private fail(wish: Wish, error: unknown, final: boolean): void {
    const count = (this.failures.get(keyOf(wish))?.count ?? 0) + 1;
    this.failures.set(keyOf(wish), { count, error, final: final || count >= attempts });
    queueMicrotask(() => this.dispatch());
  }

  private discard(walker: Walker): void {
    const index = this.walkers.indexOf(walker);
    if (index >= 0) this.walkers.splice(index, 1);
  }

  private end(one: Waiting): void {
    this.waiting = this.waiting.filter(other => other !== one);
    this.demand.met(one.wish);
  }

  /** Where a server must be for a situation: a task begins as usual. */
  private placeOf({ situation }: Wish): string {
    return this.api.data.states[situation]?.moment === 'task' ? this.usual : situation;
  }

  /** Whether no way leads back from where a server is. */
  private isFinal({ situation }: Walker): boolean {
    const recipe = this.api.data.states[situation ?? ''];
    return recipe?.enter !== undefined && recipe.leave === undefined;
  }

  private isBirth({ situation }: Wish): boolean {
    return this.api.data.states[situation]?.moment === 'birth';
  }
}

function keyOf({ kind, situation }: Wish): string {
  return `${kind} ${situation}`;
}
