import type { Contract } from '../contract/contract.ts';
import type { Beginning } from '../contract/histories-data.ts';
import type { Case } from '../plan/case.ts';
import type { RequestCommand } from './command.ts';
import type { ServerStep } from './steps.ts';
import { type Hold, type World, withServer, withVolume, worldKey } from './world.ts';

/** What becomes of a world by what is asked, and by itself; nothing here is sent. */
export class Future {
  private readonly contract: Contract;

  constructor(contract: Contract) {
    this.contract = contract;
  }

  /** The worlds that there may be after an accepted request of a case. */
  accepted(world: World, { server, volume }: RequestCommand, one: Case): World[] {
    const { effect } = one.expect;
    const here = server === null ? undefined : world.servers[server];
    const found = volume === null ? undefined : world.volumes[volume];
    if (server === null || volume === null || !here || !found) return [world];
    const { begins, phases } = this.contract.data.histories;
    const others = found.holds.filter(hold => hold.server !== server);
    const hold = found.holds.find(each => each.server === server && this.isListed(each));
    if (effect === 'attached') {
      const { phase } = this.beginning(begins.attached, here.situation, one);
      const added: Hold = { server, phase, properties: this.propertiesOf(one) };
      return [withVolume(world, volume, { holds: [...found.holds, added] })];
    }
    if (!hold) return [world];
    if (effect === 'updated') {
      const properties = { ...hold.properties, ...asked(one) };
      const updated = withVolume(world, volume, { holds: [...others, { ...hold, properties }] });
      return phases[hold.phase]?.unsettled ? [updated, world] : [updated];
    }
    if (effect === 'detached') {
      const { phase, ends } = this.beginning(begins.detached, here.situation, one);
      if (ends && this.endsWithServer(hold) && others.length === 0)
        return [withVolume(world, volume, { exists: false, holds: [] })];
      return [withVolume(world, volume, { holds: this.isPhase(phase) ? [...others, { ...hold, phase }] : others })];
    }
    return [world];
  }

  /** The world after a step of a server was accepted. */
  stepping(world: World, server: number, step: ServerStep): World {
    if (step.locks !== null) return withServer(world, server, { locked: step.locks });
    // Some clouds go on by themselves, so that the next situation is as good.
    const { stage, histories } = this.contract.data;
    const onward = Object.entries(stage.states).flatMap(([name, { from }]) =>
      from?.includes(step.to) && !histories.leaves_out.includes(name) ? [name] : [],
    );
    const { spent = [] } = world.servers[server] ?? {};
    return withServer(world, server, { moving: [step.to, ...onward], spent: [...spent, ...(step.spends ?? [])] });
  }

  /** The worlds that there may be after a server has come to a situation. */
  arrived(world: World, server: number, situation: string): World[] {
    const before = world.servers[server]?.situation ?? '';
    const next = withServer(world, server, { situation, moving: null });
    if (this.isGone(situation)) return [this.without(next, server)];
    const { arrivals } = this.contract.data.histories;
    const back = Object.entries(before === situation ? {} : (arrivals[before] ?? {})).map(([from, to]) => [to, from]);
    const usual = this.renamed(next, server, Object.fromEntries(back) as Record<string, string>);
    const changes = arrivals[situation];
    return changes === undefined ? [usual] : [this.renamed(usual, server, changes), usual];
  }

  /** The world with other phases of the attachments of a server. */
  private renamed(world: World, server: number, names: Record<string, string>): World {
    return world.volumes.reduce((rest, { holds }, index) => {
      if (!holds.some(hold => hold.server === server && hold.phase in names)) return rest;
      const changed = holds.map(hold =>
        hold.server === server ? { ...hold, phase: names[hold.phase] ?? hold.phase } : hold,
      );
      return withVolume(rest, index, { holds: changed });
    }, world);
  }

  /** All worlds that one may become by itself, one thing at a time; `volume`: only by what happens to that one. */
  moves(world: World, volume: number | null = null): World[] {
    if (volume !== null) return this.movesOf(world, volume);
    const servers = world.servers.flatMap(({ moving }, index) =>
      (moving ?? []).flatMap(situation => this.arrived(world, index, situation)),
    );
    return [...servers, ...world.volumes.flatMap((_, index) => this.movesOf(world, index))];
  }

  /** A world and all that may become of it. */
  closure(worlds: readonly World[]): World[] {
    const known = new Map(worlds.map(world => [worldKey(world), world]));
    for (const world of known.values()) {
      for (const next of this.moves(world)) {
        const key = worldKey(next);
        if (!known.has(key)) known.set(key, next);
      }
    }
    return [...known.values()];
  }

  /** Whether nothing goes on in a world. */
  isAtRest(world: World): boolean {
    return this.moves(world).length === 0;
  }

  /** Whether the list of its server has a volume. */
  isListed({ phase }: Hold): boolean {
    return this.contract.data.histories.phases[phase]?.listed === true;
  }

  /** Whether an attachment is on its way to its end. */
  isLeaving({ phase }: Hold): boolean {
    const { phases } = this.contract.data.histories;
    let then = phases[phase]?.then;
    while (then !== undefined && this.isPhase(then)) then = phases[then]?.then;
    return then !== undefined;
  }

  /** Whether a situation is the end of a server. */
  isGone(situation: string): boolean {
    const { enter = [], leave } = this.contract.data.stage.states[situation] ?? {};
    return leave === undefined && enter.some(({ until }) => [until].flat().includes('gone'));
  }

  /** Whether a volume ends with the server that holds it. */
  endsWithServer({ properties }: Hold): boolean {
    return properties[this.contract.data.histories.ends_with_server] === true;
  }

  private movesOf(world: World, index: number): World[] {
    const { phases } = this.contract.data.histories;
    const volume = world.volumes[index];
    if (!volume) return [];
    return volume.holds.flatMap(hold => {
      const { then, wants } = phases[hold.phase] ?? {};
      if (then === undefined) return [];
      const others = volume.holds.filter(each => each !== hold);
      const rivals = others.filter(each =>
        wants === 'row' ? each.server === hold.server && this.isListed(each) : this.isRival(each, hold, volume.kind),
      );
      const here = world.servers[hold.server];
      const dropped = withVolume(world, index, { holds: others });
      const isEnded = here === undefined || this.isGone(here.situation);
      if ((wants !== undefined && rivals.length > 0) || isEnded) return [dropped];
      const next = this.isPhase(then)
        ? withVolume(world, index, { holds: [...others, { ...hold, phase: then }] })
        : dropped;
      // What a server that goes elsewhere was about to get may come to nothing.
      const isBeginning = !this.isLeaving(hold);
      return isBeginning && here.moving !== null && this.isPhase(then) ? [next, dropped] : [next];
    });
  }

  /** Whether one attachment keeps another one from the volume; those who share it are in each other's way for a moment only. */
  private isRival({ server, phase }: Hold, other: Hold, kind: string): boolean {
    const { phases, volumes: kinds } = this.contract.data.histories;
    const { takes = false, elsewhere } = phases[phase] ?? {};
    return takes && (server === other.server || !kinds[kind]?.shared || elsewhere !== undefined);
  }

  /** A server that is gone has let go of all its volumes. */
  private without(world: World, server: number): World {
    return world.volumes.reduce((rest, { holds }, index) => {
      const hold = holds.find(each => each.server === server);
      if (!hold) return rest;
      const others = holds.filter(each => each !== hold);
      // A volume that another server has outlives them all.
      const ends = this.endsWithServer(hold) && this.isListed(hold) && others.length === 0;
      return withVolume(rest, index, ends ? { exists: false, holds: [] } : { holds: others });
    }, world);
  }

  private beginning(beginnings: Beginning[], situation: string, one: Case): Beginning {
    const operation = this.contract.operationsAt(one.microversion).find(({ name }) => name === one.operation);
    const [status = 0] = one.expect.status;
    const hasBody = operation?.declared[status]?.schema != null;
    const found = beginnings.find(
      ({ state = situation, body }) => state === situation && (body === undefined || !hasBody),
    );
    if (!found) throw new Error(`histories do not tell how ${one.rule} begins`);
    return found;
  }

  private propertiesOf(one: Case): Record<string, unknown> {
    const { remembers } = this.contract.data.histories;
    const wanted = Object.entries(asked(one)).filter(([key]) => key in remembers);
    return { ...remembers, ...Object.fromEntries(wanted) };
  }

  private isPhase(name: string): boolean {
    return name in this.contract.data.histories.phases;
  }
}

/** What the body of a request asks for, beside the volume. */
function asked({ request: { body } }: Case): Record<string, unknown> {
  const [inner] = Object.values((body ?? {}) as Record<string, Record<string, unknown>>);
  const { volumeId: _, ...rest } = inner ?? {};
  return rest;
}
