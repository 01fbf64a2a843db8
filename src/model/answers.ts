import type { Contract } from '../contract/contract.ts';
import type { Level } from '../contract/rule.ts';
import type { Case } from '../plan/case.ts';
import type { RequestCommand } from './command.ts';
import type { Condition, Shapes } from './shapes.ts';
import type { World } from './world.ts';

/** What the contract says of a request in a world. */
export interface Answer {
  /** The case whose rule decides: of the refusal that is checked first, or of the request itself. */
  decides: Case;
  refused: boolean;
  /** The statuses that the deciding rule allows. */
  status: number[];
  /** Those that other refusals which hold at once would have, though not in the published order; and the level of that order. */
  others: number[];
  orderLevel: Level;
  /** Whether what the deciding case expects of a body holds here; only then it is looked at. */
  fits: boolean;
}

/** Answers "what must come back?" for any request in any world, from the rules of the operations. */
export class Answers {
  private readonly contract: Contract;
  private readonly shapes: Shapes;
  private readonly known = new Map<string, Answer>();
  /** The situation that a server is in beside its own while it is locked. */
  private readonly locked: string;

  constructor(contract: Contract, shapes: Shapes) {
    this.contract = contract;
    this.shapes = shapes;
    this.locked = lockOf(contract);
  }

  /** What is said of a command. @throws Error for a command that the target does not have */
  answer(world: World, command: RequestCommand): Answer {
    const shape = this.shapes.get(command.ask);
    if (!shape) throw new Error(`histories know no request ${command.ask}`);
    const facts = this.factsOf(world, command, shape);
    const key = `${command.ask} ${facts.state.join()} ${facts.volume.join()}`;
    const answer = this.known.get(key) ?? this.decide(shape, facts);
    this.known.set(key, answer);
    return answer;
  }

  /** What a volume is like to a request about a server, the most special name first. */
  likeness(world: World, server: number | null, volume: number | null): string[] {
    const { volumes: kinds, phases } = this.contract.data.histories;
    const found = volume === null ? undefined : world.volumes[volume];
    const kind = kinds[found?.kind ?? ''];
    if (!found?.exists || !kind) return ['unknown'];
    const holds = found.holds.filter(({ phase }) => phases[phase]?.like !== undefined);
    const here = holds.find(hold => hold.server === server);
    const others = holds.filter(hold => hold !== here);
    if (here) {
      const beside = others.flatMap(({ phase }) => phases[phase]?.beside ?? []);
      return [...beside, ...kind.here, ...(phases[here.phase]?.like ?? [])];
    }
    const special = others.flatMap(({ phase }) => phases[phase]?.elsewhere ?? []);
    return holds.length > 0 ? [...special, ...kind.elsewhere] : kind.free;
  }

  private factsOf(world: World, { server, volume }: RequestCommand, { one, wants, text }: Condition): Facts {
    const { moving } = this.contract.data.histories;
    const found = server === null ? undefined : world.servers[server];
    return {
      server: [found ? '' : (wants.server ?? 'unknown')],
      state: found ? [found.situation, ...(found.locked ? [this.locked] : []), ...(found.moving ? [moving] : [])] : [],
      volume: this.likeness(world, server, volume),
      persona: [one.persona],
      request: [text],
    };
  }

  private decide(shape: Condition, facts: Facts): Answer {
    const { operation, conditions } = this.shapes.table(shape.one);
    const holding = conditions.filter(condition => holds(condition, facts));
    const accepting = holding.filter(({ refuses }) => !refuses);
    const refusing = holding.filter(
      refusal => refusal.refuses && !accepting.some(other => isMoreSpecial(other, refusal, facts)),
    );
    const orderLevel = operation.data.order.level;
    const [first, ...rest] = refusing.toSorted((one, other) => (one.rank ?? Infinity) - (other.rank ?? Infinity));
    if (!first) {
      // A request that is wrong for some volumes only is accepted for the others like the plain one.
      const { one } = shape.refuses ? (accepting.find(other => other.text === shape.text) ?? shape) : shape;
      const fits = shape.volume === undefined || facts.volume.includes(shape.volume);
      return { decides: one, refused: false, status: one.expect.status, others: [], orderLevel, fits };
    }
    // What stands nowhere in the order may come before what does.
    const unranked = refusing.filter(({ rank }) => rank === null);
    const status = [...new Set([first, ...unranked].flatMap(({ one }) => one.expect.status))];
    const others = rest.flatMap(({ one }) => one.expect.status).filter(each => !status.includes(each));
    return {
      decides: first.one,
      refused: true,
      status,
      others,
      orderLevel,
      fits: status.length === first.one.expect.status.length,
    };
  }
}

/** What is true of a request, by the same names as in the wants of a condition. */
type Facts = Record<'server' | 'state' | 'volume' | 'persona' | 'request', string[]>;

function holds({ wants }: Condition, facts: Facts): boolean {
  return Object.entries(wants).every(([key, value]) => facts[key as keyof Facts].includes(value));
}

/** Whether a condition says all that another one says, and more. */
function isMoreSpecial(one: Condition, other: Condition, facts: Facts): boolean {
  const isNearer = facts.volume.indexOf(one.wants.volume ?? '') < facts.volume.indexOf(other.wants.volume ?? '');
  const covers = Object.entries(other.wants).every(
    ([key, value]) => one.wants[key] === value || (key === 'volume' && one.wants.volume !== undefined && isNearer),
  );
  const isLonger = Object.keys(one.wants).length > Object.keys(other.wants).length;
  return covers && (isLonger || (one.wants.volume !== undefined && other.wants.volume !== undefined && isNearer));
}

/** The situation of the contract that a server is in beside its own while it is locked. */
function lockOf(contract: Contract): string {
  const { states } = contract.data.stage;
  const isLock = (name: string) =>
    states[name]?.enter?.some(({ until }) => [until].flat().some(sight => sight !== 'gone' && sight.locked === true));
  return Object.keys(states).find(isLock) ?? '';
}
