import { getSystemErrorMap } from 'node:util';

/** What the system says of a call that failed, without codes and paths: `no space left on device`. */
export function reasonOfSystem(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { errno } = error as NodeJS.ErrnoException;
  return (errno === undefined ? undefined : getSystemErrorMap().get(errno)?.[1]) ?? error.message;
}
