import type { StageData } from '../src/contract/stage-data.ts';
import type { Timing } from '../src/judge/verdict.ts';
import type { Case } from '../src/plan/case.ts';
import type { Sighting } from '../src/stage/effect.ts';
import { usualSituation } from '../src/stage/wish.ts';
import type { Exchange } from '../src/target/exchange.ts';

// By what is done: one method of the API may update or swap, and an update is complete with its answer.
const operations = { none: null, attached: 'attach', detached: 'detach', swapped: 'swap', updated: null } as const;

/** How long the target took for an effect that was seen; null where the request completes with its answer. */
export function timingOf(
  { given, expect }: Case,
  { startedAt, durationMs }: Exchange,
  { missedAt = startedAt, at }: Sighting,
  states: StageData['states'],
): Timing | null {
  const operation = operations[expect.effect ?? 'none'];
  if (operation === null) return null;
  return {
    operation,
    state: given.state ?? usualSituation(states),
    acceptedMs: Math.round(durationMs),
    completedMs: Math.round(at - startedAt),
    blurMs: Math.round(at - missedAt),
  };
}
