import { endEvent, startEvent } from './actions-log.ts';
import { type AttachJob, type AttachStep, attachInTurn, newRow, noteAction, refuseRaced, reserve } from './attach.ts';
import { paced } from './work.ts';

/** An attach to a server without a host, all of it before the answer: no device, and Cinder has the volume in use at once. */
export function attachOffloadedSteps(): AttachStep[] {
  return [
    { name: 'raced', run: refuseRaced },
    paced('row', job => {
      job.row = newRow(job, null);
      job.row.deleteOnTermination = job.world.behaviour.effects.storedFlag(job.wanted.delete_on_termination);
    }),
    paced('reserve', reserve),
    paced('action', job => {
      noteAction(job);
      if (job.action !== undefined) startEvent(job.action, 'api_attach_volume', null);
    }),
    paced('in-use', ({ world, row }) => world.cinder.complete(row?.attachmentId ?? '')),
    paced('ended', ({ action }) => {
      if (action !== undefined) endEvent(action, 'Success');
    }),
  ];
}

/** Attaches to a server without a host; a refusal leaves no row behind. */
export function attachOffloaded(job: AttachJob): Promise<void> {
  return attachInTurn(job, job.world.behaviour.sequences.attachOffloaded);
}
