import type { Contract, DocumentData } from '../contract/contract.ts';

/** What a target offers, as far as a plan depends on it. */
export interface Capabilities {
  /** The target's own range. */
  microversions: { min: string; max: string };
  /** Persona -> roles; null where the roles cannot be known (a bare token). */
  personas: Record<string, { roles: string[] | null }>;
  /** Names from the contract's `capabilities` that the target has. */
  features: string[];
}

/** A target that offers everything that the contract knows: what `list` and `explain` plan for without a target. */
export function everything(contract: Contract): Capabilities {
  const { personas, capabilities } = contract.documentAt(contract.oldest)['x-novaspec'];
  return {
    microversions: { min: contract.oldest, max: contract.newest },
    personas: Object.fromEntries(Object.entries(personas).map(([name, { roles }]) => [name, { roles }])),
    features: Object.keys(capabilities),
  };
}

/** Why a persona cannot be played, or null when it can. */
export function personaObstacle(
  personas: DocumentData['personas'],
  capabilities: Capabilities,
  name: string,
): string | null {
  const given = capabilities.personas[name];
  if (!given) return `no cloud was given for it: --persona ${name}=NAME`;
  const wanted = personas[name];
  const { roles } = given;
  // The main cloud may be anyone's; what it lacks shows in the capabilities that single rules need.
  if (!wanted || !roles || name === 'member') return null;
  const missing = wanted.roles.find(role => !roles.includes(role));
  if (missing) return `the cloud given for ${name} lacks the role ${missing} (it has ${roles.join(', ') || 'none'})`;
  const excess = wanted.without?.find(role => roles.includes(role));
  return excess ? `the cloud given for ${name} has the role ${excess}, which is more than ${name} may have` : null;
}
