import type { FormatName } from './formats.ts';

/**
 * A document that a run writes, and where: `file`: complete or not at all; `append`: behind what stands there; `stream`: a pipe or
 * device that takes it once; `stdout`: standard output, once the run is over.
 */
export interface Output {
  format: FormatName;
  to: 'file' | 'append' | 'stream' | 'stdout';
  /** Absolute; empty for standard output. */
  path: string;
  /** How a person knows it: below the folder of the run, or as it was named. */
  label: string;
}
