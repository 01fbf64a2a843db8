import type { VmState } from '../nova/server.ts';

/** What a server must be like for one of the guarded operations. */
export interface StateRule {
  /** The name that a refusal tells. */
  readonly action: string;
  vmStates: VmState[];
  /** Whether a running task is in the way. */
  idle: boolean;
  /** Whether the server must have been launched once. */
  launched: boolean;
  /** Whether a lock is in the way. */
  unlocked: boolean;
}

/** The guards of attach, detach and swap (`nova/compute/api.py@master:5199`, `:5302`, `:5357`). */
export interface StateRules {
  readonly attach: StateRule;
  readonly detach: StateRule;
  readonly swap: StateRule;
  /** The shelved states let attach and detach through from this minor microversion on. */
  shelvedSince: number;
  shelvedStates: VmState[];
}

/** The guards of the real Nova, the same in all releases. */
export function createStateRules(): StateRules {
  const common = { idle: true, launched: true, unlocked: true };
  return {
    attach: { action: 'attach_volume', vmStates: usual(), ...common },
    detach: { action: 'detach_volume', vmStates: usual(), ...common },
    swap: { action: 'swap_volume', vmStates: ['active', 'paused', 'resized'], ...common },
    shelvedSince: 20,
    shelvedStates: ['shelved', 'shelved_offloaded'],
  };
}

function usual(): VmState[] {
  return ['active', 'paused', 'stopped', 'resized', 'soft-delete', 'shelved', 'shelved_offloaded'];
}
