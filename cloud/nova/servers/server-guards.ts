import { ApiError } from '../../http/api-error.ts';
import type { Call } from '../api/call.ts';
import type { VmState } from '../server.ts';

/** Lets a member of the server's project or an admin through; `adminOnly` only the latter. */
export function needPolicy(call: Call, rule: string, adminOnly = false): void {
  needMember(call, call.server.projectId, rule, adminOnly);
}

/** Lets anybody of the server's project through, and an admin. */
export function needReader(call: Call, rule: string): void {
  const { roles, project } = call.token;
  const { legacyPolicies } = call.world.behaviour.release;
  const reader = project?.id === call.server.projectId && (legacyPolicies || roles.includes('reader'));
  if (!reader && !roles.includes('admin')) refusePolicy(rule);
}

/** Lets a member of a project or an admin through; the policies of the attachments, which faults change, stay out of it. */
export function needMember(call: Call, projectId: string | undefined, rule: string, adminOnly = false): void {
  const { roles, project } = call.token;
  const { legacyPolicies } = call.world.behaviour.release;
  const member = project !== null && project.id === projectId && (legacyPolicies || roles.includes('member'));
  if (!roles.includes('admin') && (adminOnly || !member)) refusePolicy(rule);
}

/** Refuses what the policy of this name does not allow. */
export function refusePolicy(rule: string): never {
  throw new ApiError(403, `Policy doesn't allow os_compute_api:${rule} to be performed.`);
}

/** Lets through what a lock does not hold back. */
export function needUnlocked(call: Call): void {
  if (call.server.locked && !call.token.roles.includes('admin')) {
    throw new ApiError(409, `Instance ${call.server.id} is locked`);
  }
}

/** Lets through a server in one of the vm_states. */
export function needState(call: Call, action: string, states: readonly VmState[]): void {
  const { id, vmState } = call.server;
  if (!states.includes(vmState)) {
    throw new ApiError(409, `Cannot '${action}' instance ${id} while it is in vm_state ${vmState}`);
  }
}

/** Lets through a server without a running task. */
export function needIdle(call: Call, action: string): void {
  const { id, taskState } = call.server;
  if (taskState !== null) {
    throw new ApiError(409, `Cannot '${action}' instance ${id} while it is in task_state ${taskState}`);
  }
}
