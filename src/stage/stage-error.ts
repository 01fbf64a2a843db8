/** The stage could not bring about what a case needs: no judgement of the API, the verdict is `error`. */
export class StageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StageError';
  }
}

/** A volume does not come off its server, although the cloud said that it would. */
export class StuckError extends StageError {}
