import type { Contract } from '../contract/contract.ts';
import { type Capabilities, personaObstacle } from './capabilities.ts';
import type { Given } from './case.ts';

/** Whether servers of a target can be brought into a situation, as far as one can tell without trying. */
export interface StateOutlook {
  state: string;
  /** `tried`: the run will find out. */
  outlook: 'reachable' | 'unreachable' | 'tried';
  /** What is in the way, or what it depends on; empty where nothing can be. */
  detail: string;
}

/** The outlook of every situation. */
export function stateOutlook(contract: Contract, capabilities: Capabilities): StateOutlook[] {
  return Object.entries(contract.data.stage.states).map(([state, { enter, moment, hint = '' }]) => {
    const detail = stateObstacle(contract, capabilities, { server: '', state });
    if (detail !== null) return { state, outlook: 'unreachable', detail };
    return enter || moment ? { state, outlook: 'tried', detail: hint } : { state, outlook: 'reachable', detail: '' };
  });
}

/** Why a situation cannot be brought about for want of a persona, and what would help; null: nothing is known against it. */
export function stateObstacle(contract: Contract, capabilities: Capabilities, given: Given): string | null {
  const { states, volume } = contract.data.stage;
  const { enter = [], leave = [] } = states[given.state ?? ''] ?? {};
  const ofVolume = volume.situations[given.volume ?? '']?.enter;
  const steps: { as?: string; unless?: unknown }[] = [...enter, ...leave, ...(ofVolume ? [ofVolume] : [])];
  const { personas } = contract.documentAt(contract.oldest)['x-novaspec'];
  for (const step of steps) {
    if (step.as === undefined || step.unless !== undefined) continue;
    const obstacle = personaObstacle(personas, capabilities, step.as);
    if (obstacle !== null) return `${given.state ?? given.volume}: ${step.as}: ${obstacle}`;
  }
  return null;
}
