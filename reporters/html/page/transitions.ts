/** A step of a server between two situations, and how often histories took it. */
export interface Transition {
  step: string;
  from: string;
  to: string;
  count: number;
}

/** A situation with its ways: from and to the hub, to where everything ends, and those that stay. */
export interface Station {
  name: string;
  fromHub: Transition[];
  toHub: Transition[];
  toEnd: Transition[];
  stays: Transition[];
  /** To other situations in between. */
  aside: Transition[];
}

/** The state machine as it is drawn: a hub that most steps start from or lead to, situations in between, and the end. */
export interface StateMachine {
  hub: string;
  /** Null where every situation can be left again. */
  end: string | null;
  stations: Station[];
  /** Steps of the hub itself: those that stay, and those straight to the end. */
  hubStays: Transition[];
  hubToEnd: Transition[];
}

/** Reads `STEP: FROM -> TO` with its counts. */
export function transitionsOf(counts: Record<string, number>): Transition[] {
  return Object.entries(counts).flatMap(([name, count]) => {
    const [, step, from, to] = /^(.+?): (.+) -> (.+)$/.exec(name) ?? [];
    return step === undefined || from === undefined || to === undefined ? [] : [{ step, from, to, count }];
  });
}

/** Puts transitions in the order in which they are drawn. */
export function stateMachineOf(transitions: readonly Transition[]): StateMachine {
  const names = [...new Set(transitions.flatMap(({ from, to }) => [from, to]))];
  const moving = transitions.filter(({ from, to }) => from !== to);
  const degree = (name: string) =>
    new Set(moving.flatMap(({ from, to }) => (from === name ? [`>${to}`] : to === name ? [`<${from}`] : []))).size;
  const ends = names.filter(name => !moving.some(({ from }) => from === name));
  const end = ends.toSorted((one, other) => degree(other) - degree(one))[0] ?? null;
  const hub = names.filter(name => name !== end).toSorted((one, other) => degree(other) - degree(one))[0] ?? '';
  const ways = (from: string, to: string | null) => transitions.filter(each => each.from === from && each.to === to);
  const between = names.filter(name => name !== hub && name !== end);
  return {
    hub,
    end,
    stations: between.map(name => ({
      name,
      fromHub: ways(hub, name),
      toHub: ways(name, hub),
      toEnd: ways(name, end),
      stays: ways(name, name),
      aside: moving.filter(({ from, to }) => from === name && to !== hub && to !== end),
    })),
    hubStays: ways(hub, hub),
    hubToEnd: ways(hub, end),
  };
}
