import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Tinypool } from 'tinypool';
import { packageRoot } from '../root.ts';
import type { GoodJob, GoodOutcome, MutantJob, MutantOutcome } from './prove-jobs.ts';

/** Threads that start clouds and judge them. */
export interface ProvePool {
  mutant(job: MutantJob): Promise<MutantOutcome>;
  good(job: GoodJob): Promise<GoodOutcome>;
  /** Ends all threads, whatever they are at. */
  close(): Promise<void>;
}

/** Jobs at once in each thread, at most; whoever gives them decides how many there are. */
const atOnce = 64;

/** Opens so many threads. Jobs are begun in the order in which they are given. */
export function openPool(threads: number): ProvePool {
  const pool = new Tinypool({
    filename: pathToFileURL(join(packageRoot, 'dist/src/cli/prove-worker.js')).href,
    name: 'prove',
    minThreads: threads,
    maxThreads: threads,
    concurrentTasksPerWorker: atOnce,
    isolateWorkers: false,
  });
  return {
    mutant: job => pool.run(job) as Promise<MutantOutcome>,
    good: job => pool.run(job) as Promise<GoodOutcome>,
    close: () => pool.destroy(),
  };
}
