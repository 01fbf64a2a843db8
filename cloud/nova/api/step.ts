import type { Reply } from '../../http/reply.ts';
import type { Call } from './call.ts';

/** One thing that an operation checks or does; a reply ends the operation. */
export interface Step {
  readonly name: string;
  // biome-ignore lint/suspicious/noConfusingVoidType: a step that only checks returns nothing
  readonly run: (call: Call) => Reply | void | Promise<Reply | void>;
}

/** Runs the steps in order until one replies. */
export async function runSteps(steps: readonly Step[], call: Call): Promise<Reply> {
  for (const step of steps) {
    const outcome = step.run(call);
    const reply = outcome instanceof Promise ? await outcome : outcome;
    if (reply !== undefined) return reply;
  }
  throw new Error('the last step did not reply');
}
