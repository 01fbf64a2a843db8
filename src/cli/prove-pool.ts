import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Tinypool } from 'tinypool';
import { Signal } from '../../suites/signal.ts';
import { packageRoot } from '../root.ts';
import type { GoodJob, GoodOutcome, MutantJob, MutantOutcome, ProveJob, ProveOrder } from './prove-jobs.ts';

/** Threads that start clouds and judge them. */
export interface ProvePool {
  mutant(job: MutantJob): Promise<MutantOutcome>;
  good(job: GoodJob): Promise<GoodOutcome>;
  /** Judgements that are going on end soon; what they give is worth nothing. */
  stop(): void;
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
  const memory = Signal.memory();
  const run = (job: ProveJob) => pool.run({ job, signal: memory } satisfies ProveOrder) as Promise<unknown>;
  return {
    mutant: job => run(job) as Promise<MutantOutcome>,
    good: job => run(job) as Promise<GoodOutcome>,
    stop: () => new Signal(memory).stop(),
    close: () => pool.destroy(),
  };
}
