/** Where progress is shown: lines that stay, and a report on the progress of `T` that comes by itself. */
export interface Screen<T> {
  /** Shows the progress of this from now on. */
  open(progress: T): void;
  /** Writes lines that stay. */
  print(lines: string[]): void;
  /** Ends the progress report and leaves the stream to lines that stay. */
  close(): void;
}
