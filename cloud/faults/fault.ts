import type { Behaviour } from '../behaviour/behaviour.ts';
import type { FaultKind } from './fault-kind.ts';

/** A named deviation from the real Nova: one mistake that a developer could make, at one point of the behaviour. */
export interface Fault {
  /** Stable, in kebab case. */
  readonly id: string;
  /** What this Nova does wrong, in one plain sentence. */
  readonly sentence: string;
  readonly kind: FaultKind;
  /** Ids of the rules that are about this mistake and catch it; none where no suite looks at it yet. */
  readonly breaks: readonly string[];
  readonly patch: (behaviour: Behaviour) => void;
}
