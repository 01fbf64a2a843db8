/** The stage could not bring about what a case needs: no judgement of the API, the verdict is `error`. */
export class StageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StageError';
  }
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
