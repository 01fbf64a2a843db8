/** The profiles of delays by name. */
export const delays = ['none', 'quick', 'realistic'] as const;

/** How slow a cloud is: a profile, or milliseconds for each step of what happens behind an answer. */
export type Delay = (typeof delays)[number] | number;

/** How long the parts of what happens behind an answer take, in milliseconds; asked anew for each of them. */
export interface Pace {
  /** One step: what lies between two states that a client can tell apart. */
  readonly step: () => number;
  /** One of the many parts of building a server, which no client can tell apart; all parts of a build take as long. */
  readonly build: () => number;
}

/** The pace of a delay. */
export function paceOf(delay: Delay): Pace {
  // A build has so many parts that at the pace of the other steps it would take a quarter of a minute.
  if (delay === 'realistic') return { step: () => 50 + Math.random() * 350, build: () => 75 };
  const ms = delay === 'none' ? 0 : delay === 'quick' ? 2 : delay;
  return { step: () => ms, build: () => ms };
}
