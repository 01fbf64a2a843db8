import { constants } from 'node:fs';
import { appendFile, open, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exitCodeWithLosses } from '../src/report/exit-code.ts';
import { historyFiles } from '../src/report/history-files.ts';
import type { LostFile, Report } from '../src/report/model.ts';
import { renderShard, shardName } from '../src/report/shard-file.ts';
import { type Format, formats } from './formats.ts';
import type { Output } from './output.ts';
import { reasonOfSystem } from './system-reason.ts';
import { type WholeFile, writeWhole } from './write-whole.ts';

/**
 * Writes the documents of a run, and the histories that failed into its folder. Each file appears complete or not at all, so that a
 * CI job never collects half a report. One that cannot be written keeps no other from being written: it is noted as lost in the
 * report, whose exit code then is at least that of an incomplete run, and all others say so.
 */
export async function writeReports(report: Report, folder: string, outputs: readonly Output[]): Promise<void> {
  await writeFiles(report, folder, outputs);
  for (const output of outputs.filter(({ to }) => to === 'append' || to === 'stream')) {
    await writeOnce(output, textOf(output, report)).catch((error: unknown) =>
      noteLost(report, folder, outputs, output.label, error),
    );
  }
}

/** Notes what could not be written, and tells the files. */
export async function noteLost(
  report: Report,
  folder: string,
  outputs: readonly Output[],
  file: string,
  error: unknown,
): Promise<void> {
  if (report.lost.some(each => each.file === file)) return;
  lose(report, [{ file, why: reasonOfSystem(error) }]);
  await writeFiles(report, folder, outputs);
}

/** Writes the documents for standard output; what cannot be written is lost like a file, and the files say so. */
export async function printReports(
  report: Report,
  folder: string,
  outputs: readonly Output[],
  stream: NodeJS.WritableStream,
): Promise<void> {
  for (const output of outputs.filter(({ to }) => to === 'stdout')) {
    const error = await new Promise<Error | null | undefined>(resolve => {
      stream.write(textOf(output, report), resolve);
    });
    // Whoever closes a pipe has read enough.
    if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE') {
      await noteLost(report, folder, outputs, output.label, error);
    }
  }
}

/** Again and again, until the files that can be written name all those that cannot. */
async function writeFiles(report: Report, folder: string, outputs: readonly Output[]): Promise<void> {
  for (;;) {
    const gone = new Set(report.lost.map(({ file }) => file));
    const failed = await writeWhole(filesOf(report, folder, outputs).filter(({ label }) => !gone.has(label)));
    if (failed.length === 0) return;
    lose(report, failed);
  }
}

function filesOf(report: Report, folder: string, outputs: readonly Output[]): WholeFile[] {
  const files = outputs.filter(({ to, format }) => to === 'file' && renderOf(format) !== null);
  // Other commands read report.json, so it is the first to get the room that there is.
  const ordered = files.toSorted((one, other) => Number(other.format === 'json') - Number(one.format === 'json'));
  return [
    ...ordered.map(output => ({ ...output, content: textOf(output, report), executable: false })),
    ...(report.shard === null
      ? []
      : [{ label: shardName, path: join(folder, shardName), content: renderShard(report), executable: false }]),
    ...historyFiles(report).map(({ path, ...file }) => ({ ...file, label: path, path: join(folder, path) })),
  ];
}

function lose(report: Report, files: readonly LostFile[]): void {
  report.lost.push(...files);
  report.exitCode = exitCodeWithLosses(report.exitCode);
}

function textOf({ format }: Output, report: Report): string {
  return renderOf(format)?.(report) ?? '';
}

function renderOf(name: keyof typeof formats): Format['render'] {
  return formats[name].render;
}

async function writeOnce({ to, path }: Output, text: string): Promise<void> {
  if (to === 'append') {
    const size = await stat(path).then(
      found => found.size,
      () => 0,
    );
    await appendFile(path, text).catch(async (error: unknown) => {
      await truncate(path, size).catch(() => undefined);
      throw error;
    });
    return;
  }
  // Neither made nor replaced: it is the device or the pipe that was named. One that nobody reads would be waited for without an end.
  const probe = await open(path, constants.O_WRONLY | constants.O_NONBLOCK);
  try {
    await writeFile(path, text, { flag: constants.O_WRONLY });
  } finally {
    await probe.close();
  }
}
