import type { Contract } from '../contract/contract.ts';
import type { Case, Skip } from '../plan/case.ts';
import type { AllowedSkip, ProfileData } from './profile.ts';

/** The situations of the server that a case is about: that it is given, and those that its scenario goes through. */
export function statesOf(contract: Contract, { given, watch }: Case): string[] {
  const steps = contract.data.async.scenarios[watch?.scenario ?? '']?.steps ?? [];
  const entered = steps.flatMap(step => ('enter' in step ? [step.enter] : []));
  return [...(given.state === undefined ? [] : [given.state]), ...entered];
}

/** What allows a skip of a case; undefined where the profile does not. */
export function allowanceOf(contract: Contract, profile: ProfileData, one: Case, skip: Skip): AllowedSkip | undefined {
  return profile.skips.find(allowed => {
    if (allowed.reason !== skip.reason) return false;
    // What the plan skips already it skips for what the target lacks; a situation may also turn out to be out of reach.
    const { states = [], capabilities = [] } = allowed;
    if (states.length > 0) return statesOf(contract, one).some(state => states.includes(state));
    if (one.skip?.detail !== skip.detail) return false;
    if (capabilities.length > 0) return capabilities.some(name => skip.detail.startsWith(`${name}: `));
    // Rules for other releases are skipped within the range that the target offers.
    return allowed.releases === true && skip.detail.startsWith('the rule holds for releases ');
  });
}
