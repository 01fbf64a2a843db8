import type { Contract } from '../contract/contract.ts';
import { compareMicroversions } from '../contract/microversion.ts';
import type { Scope } from '../evidence/scope.ts';
import type { Capabilities } from '../plan/capabilities.ts';
import { type Choices, choose, type Wishes } from '../stage/choices.ts';
import { CloudApi } from '../stage/cloud-api.ts';
import { probeFeatures } from '../stage/features.ts';
import { type Quota, readQuota } from '../stage/quota.ts';
import { connect } from '../target/connect.ts';
import type { ResolvedTarget } from '../target/resolved.ts';
import { openSessions, type Sessions } from '../target/session.ts';
import type { TargetSettings } from '../target/settings.ts';

/** A target that answered. */
export interface ReachedTarget {
  target: ResolvedTarget;
  sessions: Sessions;
  api: CloudApi;
}

/** A target, what it can do, and what a run would use of it. */
export interface OpenTarget extends ReachedTarget {
  capabilities: Capabilities;
  choices: Choices;
  quota: Quota;
  notes: string[];
}

/** Connects to a target. @throws TargetError */
export async function reachTarget(
  contract: Contract,
  settings: TargetSettings,
  env: NodeJS.ProcessEnv,
  cwd: string,
  scope: Scope | null = null,
): Promise<ReachedTarget> {
  const target = await connect(settings, env, cwd);
  const sessions = openSessions(target);
  const api = new CloudApi(contract, sessions, target.compute.max, target.volume !== null);
  return { target, sessions, api: api.within(scope) };
}

/** Connects to a target and finds out what a plan and a stage must know about it; creates nothing. @throws TargetError */
export async function openTarget(
  contract: Contract,
  settings: TargetSettings,
  env: NodeJS.ProcessEnv,
  cwd: string,
  volumes: readonly string[],
  wishes: Wishes = {},
  scope: Scope | null = null,
): Promise<OpenTarget> {
  const reached = await reachTarget(contract, settings, env, cwd, scope);
  const { target, sessions, api } = reached;
  const { min, max } = target.compute;
  const choosing = choose(api, target, wishes);
  const [features, choices, quota] = await Promise.all([
    choosing.then(({ flavor }) => probeFeatures(contract, api, target, sessions, volumes, flavor)),
    choosing,
    readQuota(api),
  ]).catch(async (error: unknown) => {
    await sessions.close();
    throw error;
  });
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
    ...reached,
    choices,
    quota,
    capabilities: { microversions: { min, max }, personas: Object.fromEntries(roles), features },
    notes,
  };
}
