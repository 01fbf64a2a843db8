import type { Report } from '../../src/report/model.ts';

/** Where the terminal reporter writes: lines that stay, and a report on the progress that comes by itself. */
export interface Screen {
  /** Shows the progress of this run from now on. */
  open(report: Report): void;
  /** Writes lines that stay. */
  print(lines: string[]): void;
  /** Ends the progress report and leaves the stream to lines that stay. */
  close(): void;
}
