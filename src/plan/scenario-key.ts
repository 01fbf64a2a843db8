import type { Case } from './case.ts';
import { repetitionName } from './repetition.ts';

/** What makes two cases share a scenario. */
export function scenarioKey({ watch, microversion, repetition }: Case): string {
  return repetitionName(`${watch?.scenario}@${microversion}`, repetition);
}
