import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { BroadcastChannel } from 'node:worker_threads';
import { BaseSequencer, createVitest, type TestSpecification } from 'vitest/node';
import { vitestBridge } from '../../reporters/vitest-bridge.ts';
import type { RunSettings } from '../../suites/context.ts';
import type { Contract } from '../contract/contract.ts';
import type { Report } from '../report/model.ts';
import type { Reporter } from '../report/reporter.ts';
import { packageRoot } from '../root.ts';
import type { Ledger } from '../stage/ledger.ts';
import { StageCounts } from '../stage/stage-counts.ts';
import type { Interrupt } from './interrupt.ts';

/** What a run of the suites needs beside the worker's settings. */
export interface SuitesRun extends Omit<RunSettings, 'contract' | 'cancelled' | 'counts' | 'ledgerFile'> {
  contract: Contract;
  /** Cases at once. */
  concurrency: number;
  ledger: Ledger;
  interrupt: Interrupt;
  report: Report;
  reporters: readonly Reporter[];
}

/** How long cases in flight may take after an interrupt. */
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
export async function runSuites(run: SuitesRun): Promise<{ unhandled: string | null }> {
  const { contract, concurrency, ledger, interrupt, report, reporters, ...settings } = run;
  const cancelled = new SharedArrayBuffer(4);
  // Histories come last: they take the place of everything that leases need.
  const last = run.cases.toSorted((one, other) => Number('history' in one) - Number('history' in other));
  const suites = [...new Set(last.map(({ suite }) => suite))];
  if (suites.length === 0) return { unhandled: null };
  const folder = join(packageRoot, 'dist', 'suites');
  const cancel = () => {
    if (!interrupt.happened) return;
    Atomics.store(new Int32Array(cancelled), 0, 1);
    void vitest.cancelCurrentRun('keyboard-input');
  };
  const listeners = { SIGINT: process.listeners('SIGINT'), SIGTERM: process.listeners('SIGTERM') };
  const vitest = await createVitest(
    'test',
    {
      config: false,
      root: packageRoot,
      include: suites.map(suite => `dist/suites/${suite}.spec.js`),
      exclude: [],
      watch: false,
      reporters: [vitestBridge(report, reporters, cancel)],
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
  );
  // Not among the options, of which vitest makes several deep copies.
  const counts = StageCounts.memory();
  vitest.provide('novaspec', { ...settings, contract: contract.data, ledgerFile: ledger.file, counts, cancelled });
  // vitest's own handlers end the process at once, without clean-up.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    for (const listener of process.listeners(signal)) {
      if (!listeners[signal].includes(listener)) process.off(signal, listener);
    }
  }
  interrupt.onFirst(cancel);
  const channel = new BroadcastChannel(`novaspec-${run.runId}`);
  channel.addEventListener('message', event => {
    for (const reporter of reporters) reporter.phase?.(String((event as MessageEvent).data), report);
  });
  try {
    if (!existsSync(folder)) throw new Error(`${folder} is missing: run \`npm run build\``);
    // Cases end soon after an interrupt; one that does not is ended with its worker.
    const givenUp = new Promise<undefined>(resolve => {
      interrupt.onFirst(() => setTimeout(() => resolve(undefined), patienceMs).unref());
    });
    const ended = await Promise.race([vitest.start(), givenUp]);
    const [first] = ended?.unhandledErrors ?? [];
    return {
      unhandled: first === undefined ? null : inspect(first),
    };
  } finally {
    const { servers, actions, waitedMs, readings } = new StageCounts(counts);
    report.stage = { servers, actions, waitedMs, readings };
    channel.close();
    await vitest.close();
  }
}
