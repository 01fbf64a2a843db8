import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { BroadcastChannel } from 'node:worker_threads';
import { BaseSequencer, createVitest, type TestSpecification } from 'vitest/node';
import { type Listener, vitestBridge } from '../../reporters/vitest-bridge.ts';
import type { RunSettings } from '../../suites/context.ts';
import { Signal } from '../../suites/signal.ts';
import type { Contract } from '../contract/contract.ts';
import { packageRoot } from '../root.ts';
import type { Ledger } from '../stage/ledger.ts';
import { StageCounts } from '../stage/stage-counts.ts';
import type { Interrupt } from './interrupt.ts';

/** What a run of the suites needs beside the worker's settings. */
export interface SuitesRun extends Omit<RunSettings, 'contract' | 'signal' | 'counts' | 'ledgerFile'> {
  contract: Contract;
  /** Cases at once. */
  concurrency: number;
  ledger: Ledger;
  interrupt: Interrupt;
  listener: Pick<Listener, 'suiteStarted' | 'judged'> & { phase: (text: string) => void };
}

/** What it came to. */
export interface SuitesOutcome {
  /** An error that no case caught, which can only be novaspec's own; null where there was none. */
  unhandled: string | null;
  stage: Pick<StageCounts, 'servers' | 'actions' | 'waitedMs' | 'readings'>;
}

/** How long cases in flight may take to their verdict after the end has begun, and then to stop. */
const patienceMs = 15_000;

/** Keeps the suites in the order of the plan; vitest's own order depends on what it remembers of earlier runs. */
function planOrder(suites: string[]): typeof BaseSequencer {
  const rank = ({ moduleId }: TestSpecification) => suites.findIndex(suite => moduleId.endsWith(`/${suite}.spec.js`));
  return class extends BaseSequencer {
    override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
      return Promise.resolve(files.toSorted((one, other) => rank(one) - rank(other)));
    }
  };
}

/** Runs the suites that have cases, in one worker, many cases at once. */
export async function runSuites(run: SuitesRun): Promise<SuitesOutcome> {
  const { contract, concurrency, ledger, interrupt, listener, ...settings } = run;
  // Histories come last: they take the place of everything that leases need.
  const last = run.cases.toSorted((one, other) => Number('history' in one) - Number('history' in other));
  const suites = [...new Set(last.map(({ suite }) => suite))];
  const counts = new StageCounts();
  if (suites.length === 0) return { unhandled: null, stage: numbersOf(counts) };
  const folder = join(packageRoot, 'dist', 'suites');
  if (!existsSync(folder)) throw new Error(`${folder} is missing: run \`npm run build\``);
  const memory = Signal.memory();
  const signal = new Signal(memory);
  // vitest's own handlers would end the process at once, without clean-up, and they are there before it is.
  process.on('newListener', keepOffSignals);
  const vitest = await createVitest(
    'test',
    {
      config: false,
      root: packageRoot,
      include: suites.map(suite => `dist/suites/${suite}.spec.js`),
      exclude: [],
      watch: false,
      reporters: [vitestBridge({ ...listener, collected: () => signal.stops && stop() })],
      pool: 'threads',
      isolate: false,
      maxWorkers: 1,
      maxConcurrency: concurrency,
      // Every wait has its own limit; this one only ends what hangs in spite of them. Histories may go on for as long as they are told to.
      testTimeout: 3_600_000 + (run.histories.maxTimeMs ?? 0),
      teardownTimeout: 10_000,
      sequence: { sequencer: planOrder(suites) },
      // The suites are compiled; Node imports them faster than vite does.
      experimental: { viteModuleRunner: false, nodeLoader: false },
    },
    { cacheDir: join(tmpdir(), 'novaspec-vite'), logLevel: 'error', clearScreen: false },
  ).finally(() => process.off('newListener', keepOffSignals));
  // Not among the options, of which vitest makes several deep copies.
  vitest.provide('novaspec', {
    ...settings,
    contract: contract.data,
    ledgerFile: ledger.file,
    counts: counts.memory,
    signal: memory,
  });
  // Cases end soon after a stop; one that does not is ended with its worker.
  const patience = new AbortController();
  const givenUp = new Promise<undefined>(resolve => {
    patience.signal.addEventListener('abort', () => resolve(undefined));
  });
  const stop = () => {
    signal.stop();
    void vitest.cancelCurrentRun('keyboard-input');
    setTimeout(() => patience.abort(), patienceMs).unref();
  };
  interrupt.onFirst(stop);
  interrupt.ending.onBegin(() => {
    signal.end();
    setTimeout(stop, patienceMs).unref();
  });
  const channel = new BroadcastChannel(`novaspec-${run.runId}`);
  channel.addEventListener('message', event => listener.phase(String((event as MessageEvent).data)));
  try {
    const ended = await Promise.race([vitest.start(), givenUp]);
    const [first] = ended?.unhandledErrors ?? [];
    return { unhandled: first === undefined ? null : inspect(first), stage: numbersOf(counts) };
  } finally {
    channel.close();
    await vitest.close();
  }
}

function numbersOf({ servers, actions, waitedMs, readings }: StageCounts): SuitesOutcome['stage'] {
  return { servers, actions, waitedMs, readings };
}

/** Takes a handler of a signal away again as soon as it has been added. */
function keepOffSignals(event: string | symbol, handler: (...parts: unknown[]) => void): void {
  if (event === 'SIGINT' || event === 'SIGTERM') queueMicrotask(() => process.off(event, handler));
}
