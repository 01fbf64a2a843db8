import type { Fault } from './fault.ts';

/** Makes the faults of one kind. */
export function ofKind(
  kind: Fault['kind'],
): (id: string, sentence: string, breaks: string | string[], patch: Fault['patch']) => Fault {
  return (id, sentence, breaks, patch) => ({ id, sentence, kind, breaks: [breaks].flat(), patch });
}
