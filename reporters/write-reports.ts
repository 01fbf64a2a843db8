import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { historyFiles } from '../src/report/history-files.ts';
import type { Report } from '../src/report/model.ts';
import { renderJson } from './json.ts';
import { renderJunit } from './junit.ts';

/**
 * Writes `report.json`, `junit.xml` and the histories that failed into the folder, which is made if need be, and answers the
 * paths of the first two. Each file appears complete or not at all, so that a CI job never collects half a report.
 * @throws Error when the folder cannot be written; its cause is the error of the file system.
 */
export async function writeReports(report: Report, folder: string): Promise<string[]> {
  const contents: [string, string][] = [
    ['report.json', `${JSON.stringify(renderJson(report), null, 2)}\n`],
    ['junit.xml', renderJunit(report)],
  ];
  try {
    await mkdir(folder, { recursive: true });
    for (const { path, content, executable } of historyFiles(report)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeWhole(join(folder, path), content, executable);
    }
    for (const [name, content] of contents) await writeWhole(join(folder, name), content);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`the reports cannot be written into ${folder}: ${why}; choose a folder that can be written`, {
      cause,
    });
  }
  return contents.map(([name]) => join(folder, name));
}

async function writeWhole(path: string, content: string, executable = false): Promise<void> {
  const unfinished = `${path}.${randomUUID()}.tmp`;
  try {
    await writeFile(unfinished, content, executable ? { mode: 0o755 } : {});
    await rename(unfinished, path);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
