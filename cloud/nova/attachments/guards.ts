import type { StateRule } from '../../behaviour/state-rules.ts';
import type { Call } from '../api/call.ts';
import type { Step } from '../api/step.ts';

/** Finds the server, in the caller's project or, for an admin, in any. */
export const findServer: Step = {
  name: 'server',
  run: call => {
    const server = call.world.nova.servers.get(call.serverId);
    if (server === undefined || !call.world.behaviour.policy.finds(call.token, server.projectId)) {
      throw call.refusal('server-unknown', { server: call.serverId });
    }
    call.server = server;
  },
};

/** Enforces the policy that decides over the operation. */
export function policyStep(rule: (call: Call) => keyof Call['world']['behaviour']['policy']['rules']): Step {
  return {
    name: 'policy',
    run: call => {
      const name = rule(call);
      // A swap comes from Cinder, whose project is not the server's.
      const project = name === 'swap' ? null : call.server.projectId;
      if (!call.world.behaviour.policy.rules[name](call.token, project)) throw call.refusal('policy', { rule: name });
    },
  };
}

/** The 2.20 gate: shelved servers are closed to older microversions, before the lock is looked at. */
export function shelvedGate(rule: (call: Call) => StateRule): Step {
  return {
    name: 'shelved-gate',
    run: call => {
      const { shelvedSince, shelvedStates } = call.world.behaviour.states;
      const { vmState: state, id: server } = call.server;
      if (call.minor < shelvedSince && shelvedStates.includes(state)) {
        throw call.refusal('vm-state', { action: rule(call).action, server, state });
      }
    },
  };
}

/** The guards of `nova/compute/api.py`, in their order: lock, vm_state, task_state, launched. */
export function stateGuards(rule: (call: Call) => StateRule): Step[] {
  return [
    {
      name: 'lock',
      run: call => {
        const exempt = call.world.behaviour.policy.ignoresLock(call.token, call.server.projectId);
        if (rule(call).unlocked && call.server.locked && !exempt)
          throw call.refusal('locked', { server: call.server.id });
      },
    },
    {
      name: 'vm-state',
      run: call => {
        const { action, vmStates } = rule(call);
        const { vmState: state, id: server } = call.server;
        if (!vmStates.includes(state)) throw call.refusal('vm-state', { action, server, state });
      },
    },
    {
      name: 'task-state',
      run: call => {
        const { action, idle } = rule(call);
        const { taskState: state, id: server } = call.server;
        if (idle && state !== null) throw call.refusal('task-state', { action, server, state });
      },
    },
    {
      name: 'launched',
      run: call => {
        const { action, launched } = rule(call);
        const { launchedAt, id: server } = call.server;
        if (launched && launchedAt === null) throw call.refusal('not-launched', { action, server });
      },
    },
  ];
}
