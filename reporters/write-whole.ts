import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { LostFile } from '../src/report/model.ts';
import { reasonOfSystem } from './system-reason.ts';

/** A file to be written. */
export interface WholeFile {
  /** Absolute; missing folders are made. */
  path: string;
  label: string;
  content: string;
  executable: boolean;
}

/**
 * Writes all files, each complete or not at all, or none: where one fails, no other appears, because all of them should say so.
 * Answers those that failed; what an earlier run left in their place is removed, lest it be taken for this run's.
 */
export async function writeWhole(files: readonly WholeFile[]): Promise<LostFile[]> {
  const written = files.map(file => ({ ...file, unfinished: `${file.path}.${randomUUID()}.tmp` }));
  const lost: LostFile[] = [];
  const attempt = async ({ path, label }: WholeFile, work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      lost.push({ file: label, why: reasonOfSystem(error) });
      await rm(path, { force: true }).catch(() => undefined);
    }
  };
  for (const file of written) {
    await attempt(file, async () => {
      await mkdir(dirname(file.path), { recursive: true });
      await writeFile(file.unfinished, file.content, file.executable ? { mode: 0o755 } : {});
    });
  }
  if (lost.length === 0) {
    // The first one comes last: where it stands, all else that could be written does too.
    for (const file of written.toReversed()) await attempt(file, () => rename(file.unfinished, file.path));
  }
  for (const { unfinished } of written) await rm(unfinished, { force: true }).catch(() => undefined);
  return lost;
}
