/** The stage could not bring about what a case needs: no judgement of the API, the verdict is `error`. */
export class StageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StageError';
  }
}

/** What was to be made came to nothing, which need not happen to the next one. */
export class MishapError extends StageError {}

/** The wish of the user to stop has ended the work. */
export function interrupted(): StageError {
  return new StageError('the run was interrupted');
}

/** A volume does not come off its server, although the cloud said that it would. */
export class StuckError extends StageError {}

/** The cloud does not offer what a situation needs, which is nobody's failure: the verdict is `skipped`. */
export class UnreachableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnreachableError';
  }
}
