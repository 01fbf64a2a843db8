import { satisfiesBound } from '../contract/microversion.ts';
import type { RuleData } from '../contract/rule.ts';
import { personaObstacle } from './capabilities.ts';
import type { Given, Skip } from './case.ts';
import type { Frame } from './frame.ts';
import { isImaginary, lendableVolumes } from './situations.ts';
import { stateObstacle } from './state-outlook.ts';

/** Why a case cannot be judged on a target; null where it can. */
export function skipOf(frame: Frame, persona: string, given: Given, { needs = [], target }: RuleData): Skip | null {
  const { contract, shared, capabilities, outOfRange } = frame;
  if (outOfRange) return outOfRange;
  const { max } = capabilities.microversions;
  if (target !== undefined && !satisfiesBound(max, target)) {
    const detail = `the rule holds for releases whose maximum microversion is ${target}; this target ends at ${max}`;
    return { reason: 'microversion out of range', detail };
  }
  const personas = given.volume === 'foreign' || given.server === 'foreign' ? [persona, 'other'] : [persona];
  for (const name of personas) {
    const obstacle = personaObstacle(shared.personas, capabilities, name);
    if (obstacle) return { reason: 'persona missing', detail: `${name}: ${obstacle}` };
  }
  const { enter, moment } = contract.data.stage.states[given.state ?? ''] ?? {};
  const isSpecial = enter !== undefined || moment !== undefined;
  const missing = [...needs, ...neededFor(given, isSpecial)].find(need => !capabilities.features.includes(need));
  if (missing)
    return { reason: 'capability missing', detail: `${missing}: needs ${shared.capabilities[missing] ?? 'it'}` };
  const unreachable = stateObstacle(contract, capabilities, given);
  return unreachable === null ? null : { reason: 'state unreachable', detail: unreachable };
}

/** Situations that only a volume service can bring about. */
function neededFor({ server, volume, other }: Given, isSpecial: boolean): string[] {
  const needs = isImaginary(volume) && isImaginary(other) ? [] : ['volume service'];
  // Lent volumes may be as few as one, and no more is done to them than attaching and detaching.
  const lendable = isImaginary(volume) || lendableVolumes.includes(volume ?? '');
  // What goes with a server of its own may be deleted with it.
  const ofOwn = server === 'volume_backed' || server === 'own';
  const more = !isImaginary(other) || !lendable || ofOwn || isSpecial;
  return more ? [...needs, 'volume creation'] : needs;
}
