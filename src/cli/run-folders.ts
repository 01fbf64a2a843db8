import { existsSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { unknownName } from '../plan/selection.ts';
import { Ledger, type LedgerRun } from '../stage/ledger.ts';
import { UsageError } from './usage-error.ts';

/** A run that wrote a ledger. */
export interface LedgeredRun {
  folder: string;
  ledger: Ledger;
  run: LedgerRun;
}

/** The name of the ledger's file in a run folder. */
export const ledgerName = 'ledger.jsonl';

/** The run of a folder. @throws UsageError */
export function runIn(folder: string): LedgeredRun {
  const file = join(folder, ledgerName);
  if (!existsSync(file)) throw new UsageError(`${folder} holds no ${ledgerName}: is it the folder of a run?`);
  const ledger = new Ledger(file);
  const run = ledger.run();
  if (!run) throw new UsageError(`${file} names no run, so nobody knows where its servers and volumes are`);
  return { folder, ledger, run };
}

/** The run of an id, in a folder of run folders. @throws UsageError with the nearest known id */
export function runOf(id: string, results: string): LedgeredRun {
  const runs = runsBelow(results);
  const found = runs.find(({ run }) => run.id === id);
  if (found) return found;
  if (runs.length === 0) throw new UsageError(`--run: there is no ledger below ${results}, see --results`);
  throw new UsageError(
    unknownName(
      '--run',
      id,
      runs.map(({ run }) => run.id),
    ),
  );
}

/** The newest run that ended and left something on a cloud that is still there. */
export function unfinishedRun(results: string): LedgeredRun | undefined {
  return runsBelow(results).find(({ run, ledger }) => run.compute !== null && ledger.open().length > 0 && !goesOn(run));
}

/** Whether a run's process is still there, as far as this machine knows. */
export function goesOn({ process: { host, pid } }: LedgerRun): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Newest first; folders whose ledger names no run are none of ours. The runs of a certification lie in its folder. */
function runsBelow(results: string): LedgeredRun[] {
  if (!existsSync(results)) return [];
  const tops = readdirSync(results, { withFileTypes: true }).filter(entry => entry.isDirectory());
  const folders = tops.flatMap(({ name }) => {
    const folder = join(results, name);
    const runs = readdirSync(folder).filter(each => /^run-\d+$/.test(each));
    return [folder, ...runs.map(run => join(folder, run))];
  });
  return folders
    .flatMap(folder => {
      const ledger = new Ledger(join(folder, ledgerName));
      const run = ledger.run();
      return run ? [{ folder, ledger, run }] : [];
    })
    .toSorted((a, b) => b.run.startedAt.localeCompare(a.run.startedAt));
}
