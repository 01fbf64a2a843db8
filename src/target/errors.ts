/**
 * Why nothing can be asked of the target. `config`: the settings or files are wrong; `unreachable`: no answer came;
 * `auth`: credentials were refused; `protocol`: what answered is not the service that was expected.
 */
export type TargetErrorKind = 'config' | 'unreachable' | 'auth' | 'protocol';

/** One failure to reach or understand the target; `message` is one complete line without secrets, its end the `hint`. */
export class TargetError extends Error {
  readonly kind: TargetErrorKind;
  /** What the user can do about it. */
  readonly hint?: string;

  constructor(kind: TargetErrorKind, what: string, hint?: string) {
    super(hint === undefined ? what : `${what}: ${hint}`);
    this.name = 'TargetError';
    this.kind = kind;
    if (hint !== undefined) this.hint = hint;
  }
}
