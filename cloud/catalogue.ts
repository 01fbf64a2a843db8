import type { FaultKind } from './faults/fault-kind.ts';
import { faults as all } from './faults.ts';

/** A mistake that a cloud can be started with. */
export interface KnownFault {
  readonly id: string;
  readonly sentence: string;
  readonly kind: FaultKind;
  readonly breaks: readonly string[];
}

/** The mistakes that a cloud can be started with: id, what it does wrong, where that lies, and the rules it breaks. */
export const faults: readonly KnownFault[] = all;
