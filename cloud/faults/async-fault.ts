import type { Fault } from './fault.ts';

/** A mistake in what happens behind an answer. */
export function asyncFault(id: string, sentence: string, breaks: string[], patch: Fault['patch']): Fault {
  return { id, sentence, kind: 'async', breaks, patch };
}
