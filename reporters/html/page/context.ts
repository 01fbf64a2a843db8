import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Run } from './run.ts';

/** Hands the run down to all parts of the page. */
export const RunContext = createContext<Run | null>(null);

/** The run that the page is about. */
export function useRun(): Run {
  const run = useContext(RunContext);
  if (!run) throw new Error('there is no run around this part of the page');
  return run;
}
