import { join } from 'node:path';
import { readReport } from '../report/read-report.ts';
import type { StoredReport } from '../report/stored-report.ts';

/** One run of a certification. */
export interface RecordedRun {
  /** Its folder in the bundle: `run-1` ... */
  folder: string;
  report: StoredReport;
}

/** The folders of the runs of a bundle. */
export function runFolders(repetitions: number): string[] {
  return Array.from({ length: repetitions }, (_, index) => `run-${index + 1}`);
}

/** Reads a run of a bundle. @throws Error with one line where its report is missing or no report */
export function recordedRun(bundle: string, folder: string): RecordedRun {
  return { folder, report: readReport(join(bundle, folder), { unfinished: 'accepted' }).report };
}

/** The seed of a run's generated parts. */
export function seedOf({ selection }: StoredReport): number | null {
  return typeof selection.seed === 'number' ? selection.seed : null;
}
