/**
 * A HAR that cannot be read to its end. `unreadable`: it is none, or none that we know; `cut`: it breaks off, and the entries
 * before that place were given. The message is one line that names the file.
 */
export class HarError extends Error {
  readonly kind: 'unreadable' | 'cut';

  constructor(kind: 'unreadable' | 'cut', message: string) {
    super(message);
    this.name = 'HarError';
    this.kind = kind;
  }
}
