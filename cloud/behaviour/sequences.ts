import type { Step } from '../nova/api/step.ts';
import { createSteps } from '../nova/attachments/create.ts';
import { deleteSteps } from '../nova/attachments/delete.ts';
import { listSteps, showSteps } from '../nova/attachments/read.ts';
import { updateSteps } from '../nova/attachments/update.ts';
import { type AttachStep, prepareSteps } from '../nova/compute/attach.ts';

/** What each operation checks and does, in order; a fault drops or moves steps by name. */
export interface Sequences {
  readonly list: Step[];
  readonly show: Step[];
  readonly create: Step[];
  readonly update: Step[];
  readonly delete: Step[];
  /** The part of an attach that runs before the answer up to 2.100, and behind it from 2.101 on. */
  readonly prepare: AttachStep[];
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
  };
}
