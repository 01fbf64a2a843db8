import type { Contract } from '../contract/contract.ts';
import { compareMicroversions } from '../contract/microversion.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import { CloudApi } from '../stage/cloud-api.ts';
import { probeFeatures } from '../stage/features.ts';
import { connect } from '../target/connect.ts';
import type { ResolvedTarget } from '../target/resolved.ts';
import { openSessions, type Sessions } from '../target/session.ts';
import type { TargetSettings } from '../target/settings.ts';

/** A target that answered, and what it can do. */
export interface OpenTarget {
  target: ResolvedTarget;
  sessions: Sessions;
  api: CloudApi;
  capabilities: Capabilities;
  notes: string[];
}

/** Connects to a target and finds out what a plan must know about it. @throws TargetError */
export async function openTarget(
  contract: Contract,
  settings: TargetSettings,
  env: NodeJS.ProcessEnv,
  cwd: string,
  volumes: readonly string[],
): Promise<OpenTarget> {
  const target = await connect(settings, env, cwd);
  const sessions = openSessions(target);
  const { min, max } = target.compute;
  const api = new CloudApi(contract, sessions, max, target.volume !== null);
  const features = await probeFeatures(contract, api, target, sessions, volumes);
  const roles = Object.entries(target.personas).map(([name, persona]) => [name, { roles: persona.roles }]);
  const notes = [...target.notes];
  if (compareMicroversions(max, contract.newest) > 0) {
    notes.push(`the target offers ${max}; the contract describes up to ${contract.newest}, and only that was judged`);
  }
  if (compareMicroversions(min, contract.newest) > 0 || compareMicroversions(max, contract.oldest) < 0) {
    notes.push(
      `the target offers ${min} to ${max}, which the contract (${contract.oldest} to ${contract.newest}) does not describe`,
    );
  }
  return {
    target,
    sessions,
    api,
    capabilities: { microversions: { min, max }, personas: Object.fromEntries(roles), features },
    notes,
  };
}
