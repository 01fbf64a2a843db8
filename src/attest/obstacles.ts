import type { Contract } from '../contract/contract.ts';
import { compareMicroversions } from '../contract/microversion.ts';
import { type Capabilities, personaObstacle } from '../plan/capabilities.ts';
import type { ProfileData } from './profile.ts';

/** Why a target cannot be certified by a profile, one line each; empty where it can. */
export interface Obstacles {
  /** What whoever certifies did not give. */
  notGiven: string[];
  /** What the target does not have. */
  notOffered: string[];
}

/** Holds what a target offers against what a profile asks for. */
export function obstaclesOf(contract: Contract, profile: ProfileData, capabilities: Capabilities): Obstacles {
  const { personas, capabilities: needs } = contract.documentAt(contract.oldest)['x-novaspec'];
  const { min, max } = profile.microversions;
  const range = capabilities.microversions;
  const covered = compareMicroversions(range.min, min) <= 0 && compareMicroversions(range.max, max) >= 0;
  return {
    notGiven: profile.personas.flatMap(name => {
      const obstacle = personaObstacle(personas, capabilities, name);
      return obstacle === null ? [] : [`persona ${name}: ${obstacle}`];
    }),
    notOffered: [
      ...(covered
        ? []
        : [`microversions: the target offers ${range.min} to ${range.max}, the profile asks for ${min} to ${max}`]),
      ...profile.features
        .filter(feature => !capabilities.features.includes(feature))
        .map(feature => `${feature}: needs ${needs[feature] ?? 'it'}`),
    ],
  };
}
