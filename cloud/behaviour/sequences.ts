import type { Step } from '../nova/api/step.ts';
import { createSteps } from '../nova/attachments/create.ts';
import { deleteSteps } from '../nova/attachments/delete.ts';
import { listSteps, showSteps } from '../nova/attachments/read.ts';
import { updateSteps } from '../nova/attachments/update.ts';
import { type AttachStep, prepareSteps } from '../nova/compute/attach.ts';
import { attachOffloadedSteps } from '../nova/compute/attach-offloaded.ts';
import { connectFailureSteps, connectSteps } from '../nova/compute/connect.ts';
import { detachOffloadedSteps, disconnectFailureSteps, disconnectSteps } from '../nova/compute/detach.ts';
import { type ReloadWork, reloadSteps } from '../nova/compute/reload.ts';
import { exchangeFailureSteps, exchangeSteps, type SwapWork } from '../nova/compute/swap.ts';
import { type EndWork, endSteps } from '../nova/compute/terminate.ts';
import type { HostWork, WorkStep } from '../nova/compute/work.ts';

/** What each operation checks and does, in order; a fault drops or moves steps by name. */
export interface Sequences {
  readonly list: Step[];
  readonly show: Step[];
  readonly create: Step[];
  readonly update: Step[];
  readonly delete: Step[];
  /** The part of an attach that runs before the answer up to 2.100, and behind it from 2.101 on. */
  readonly prepare: AttachStep[];
  /** An attach on the host, and what is undone where that fails. */
  readonly connect: WorkStep<HostWork>[];
  readonly connectFailure: WorkStep<HostWork>[];
  /** A detach on the host, and what is undone where that fails. */
  readonly disconnect: WorkStep<HostWork>[];
  readonly disconnectFailure: WorkStep<HostWork>[];
  /** A swap on the host, and what is undone where that fails. */
  readonly exchange: WorkStep<SwapWork>[];
  readonly exchangeFailure: WorkStep<SwapWork>[];
  /** Attach and detach of a server without a host, before the answer. */
  readonly attachOffloaded: AttachStep[];
  readonly detachOffloaded: WorkStep<HostWork>[];
  /** Each volume of a server that is unshelved. */
  readonly reload: WorkStep<ReloadWork>[];
  /** The end of a server. */
  readonly end: WorkStep<EndWork>[];
}

/** The sequences of the real Nova. */
export function createSequences(): Sequences {
  return {
    list: listSteps(),
    show: showSteps(),
    create: createSteps(),
    update: updateSteps(),
    delete: deleteSteps(),
    prepare: prepareSteps(),
    connect: connectSteps(),
    connectFailure: connectFailureSteps(),
    disconnect: disconnectSteps(),
    disconnectFailure: disconnectFailureSteps(),
    exchange: exchangeSteps(),
    exchangeFailure: exchangeFailureSteps(),
    attachOffloaded: attachOffloadedSteps(),
    detachOffloaded: detachOffloadedSteps(),
    reload: reloadSteps(),
    end: endSteps(),
  };
}
