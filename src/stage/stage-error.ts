/** The stage could not bring about what a case needs: no judgement of the API, the verdict is `error`. */
export class StageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'StageError';
  }
}
