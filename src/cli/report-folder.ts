import { access, constants, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { reasonOf, UsageError } from './usage-error.ts';

/** Makes the folder for reports: the one that was asked for, or one named after the time. Absolute. @throws UsageError */
export async function reportFolder(out: string | undefined, startedAt: Date): Promise<string> {
  const folder = resolve(out ?? join('novaspec-results', startedAt.toISOString().replaceAll(/[:.]/g, '-')));
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new UsageError(`--out: ${folder} cannot be written: ${reasonOf(error)}`);
  }
  return folder;
}
