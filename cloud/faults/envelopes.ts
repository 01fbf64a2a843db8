import type { Fault } from './fault.ts';
import { ofKind } from './of-kind.ts';

const fault = ofKind('schema');

/** Mistakes in the bodies of refusals; a table. */
export const envelopeFaults: readonly Fault[] = [
  fault(
    'error-code-differs',
    'The code in the body of a refusal is 400 whatever its status.',
    ['access.server.unknown', 'version.unsupported', 'attach.volume.unknown'],
    b => {
      b.conditions.envelope = (key, _, message) => ({ [key]: { code: 400, message } });
    },
  ),
  fault(
    'error-code-text',
    'The code in the body of a refusal is text.',
    ['access.server.unknown', 'version.unsupported', 'attach.volume.unknown'],
    b => {
      b.conditions.envelope = (key, code, message) => ({ [key]: { code: String(code), message } });
    },
  ),
  fault(
    'error-code-missing',
    'The body of a refusal has no code.',
    ['access.server.unknown', 'version.unsupported', 'attach.volume.unknown'],
    b => {
      b.conditions.envelope = (key, _, message) => ({ [key]: { message } });
    },
  ),
  fault(
    'error-message-key',
    'The body of a refusal calls its message "detail".',
    ['access.server.unknown', 'version.unsupported', 'attach.volume.unknown'],
    b => {
      b.conditions.envelope = (key, code, message) => ({ [key]: { code, detail: message } });
    },
  ),
  fault(
    'error-message-wrapped',
    'The message of a refusal is an object.',
    ['access.server.unknown', 'version.unsupported', 'attach.volume.unknown'],
    b => {
      b.conditions.envelope = (key, code, message) => ({ [key]: { code, message: { text: message } } });
    },
  ),
  fault(
    'error-flat',
    'The body of a refusal has code and message without a key around them.',
    ['access.server.unknown', 'version.unsupported', 'attach.volume.unknown'],
    b => {
      b.conditions.envelope = (_, code, message) => ({ code, message });
    },
  ),
  fault(
    'error-two-keys',
    'The body of a refusal has the key "error" beside its own.',
    ['access.server.unknown', 'version.unsupported', 'attach.volume.unknown'],
    b => {
      b.conditions.envelope = (key, code, message) => ({ [key]: { code, message }, error: { code, message } });
    },
  ),
];
