import { MishapError, StageError } from './stage-error.ts';

/**
 * Makes something, and once more after a mishap: one bad host or volume among many need cost no case. What the cloud
 * refuses, or does not finish in time, is not asked for again. @throws StageError, UnreachableError
 */
export async function withSecondTry<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    if (!(error instanceof MishapError)) throw error;
  }
  try {
    return await make();
  } catch (error) {
    // Whoever makes something larger of it does not try this part again.
    throw error instanceof MishapError ? new StageError(`${error.message} (the second one)`) : error;
  }
}
