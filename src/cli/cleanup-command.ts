import { Command } from 'commander';
import { loadContract } from '../contract/load.ts';
import { exitCodes } from '../report/exit-code.ts';
import { printableLine } from '../report/printable.ts';
import { cleanUp } from '../stage/cleanup.ts';
import type { CloudApi } from '../stage/cloud-api.ts';
import type { LedgerRun, Resource } from '../stage/ledger.ts';
import { Removal } from '../stage/removal.ts';
import { mask } from '../target/redact.ts';
import type { ResolvedTarget } from '../target/resolved.ts';
import { targetConfigured } from '../target/settings.ts';
import { Interrupt } from './interrupt.ts';
import { reachTarget } from './open-target.ts';
import { type ConnectionOptions, checkPersonas, targetSettings, withConnection } from './options.ts';
import { cleanUpCommand } from './repeat-command.ts';
import { goesOn, type LedgeredRun, runIn, runOf, unfinishedRun } from './run-folders.ts';
import { asUsage, UsageError } from './usage-error.ts';

type CleanupOptions = ConnectionOptions & { run?: string; results: string; dryRun?: boolean };

/** `novaspec cleanup`: finishes what a killed run left, and touches nothing else. */
export function cleanupCommand(): Command {
  return withConnection(new Command('cleanup'))
    .description('remove what a killed run left on a cloud; touches only what stands in its ledger')
    .argument('[run-folder]', 'folder of the run (default: the newest of the results that left something)')
    .option('--run <id>', 'the run of this id, instead of a folder')
    .option('--results <folder>', 'where the folders of the runs are', 'novaspec-results')
    .option('--dry-run', 'only say what would be removed')
    .action(async (folder: string | undefined, options: CleanupOptions) => {
      const found = asUsage(() => {
        if (folder !== undefined && options.run !== undefined) throw new Error('give one of RUN_FOLDER and --run');
        if (folder !== undefined) return runIn(folder);
        return options.run === undefined ? unfinishedRun(options.results) : runOf(options.run, options.results);
      });
      if (found) process.exitCode = await finish(found, options);
      else say(`Nothing to clean up: no run below ${options.results} left anything.`);
    });
}

async function finish({ folder, ledger, run }: LedgeredRun, options: CleanupOptions): Promise<number> {
  const open = ledger.open();
  if (run.compute === null || open.length === 0) {
    const why = run.compute === null ? ': it had the embedded cloud, which ended with it' : '';
    say(`Run ${run.id} left nothing behind${why}.`);
    return exitCodes.conforming;
  }
  if (goesOn(run)) {
    throw new UsageError(
      `run ${run.id} still goes on (process ${run.process.pid}): interrupted, it cleans up by itself`,
    );
  }
  const contract = loadContract();
  const settings = targetSettings(options, process.env);
  asUsage(() => checkPersonas(contract, options.persona));
  if (!targetConfigured(settings, process.env)) {
    throw new UsageError(`run ${run.id} was at ${run.compute}, name its cloud as then: ${run.cleanUp}`);
  }
  const { target, sessions, api } = await reachTarget(contract, settings, process.env, process.cwd());
  try {
    refuseAnother(run, open, target);
    say(`Run ${run.id} of ${run.startedAt} at ${run.compute}: ${open.length} in its ledger may be left.`);
    if (options.dryRun) return await preview(api, open);
    const interrupt = new Interrupt();
    interrupt.cleaning = true;
    interrupt.cleanUp = cleanUpCommand(folder, options);
    const left = await cleanUp(api, ledger);
    interrupt.stopListening();
    for (const { kind, id, name, why } of left) say(`left: ${kind} ${id} (${name}): ${why}`);
    say(left.length === 0 ? 'Nothing is left.' : `${left.length} left; finish with: ${interrupt.cleanUp}`);
    return left.length === 0 ? exitCodes.conforming : exitCodes.leftovers;
  } finally {
    await sessions.close();
  }
}

/** On another cloud, or in another project, everything would seem to be gone. @throws UsageError */
function refuseAnother(run: LedgerRun, open: Resource[], { compute, personas }: ResolvedTarget): void {
  if (!isWritten(run.compute ?? '', compute.url)) {
    throw new UsageError(`run ${run.id} was at ${run.compute}, not at ${compute.url}: nothing was touched`);
  }
  for (const persona of new Set(open.map(each => each.persona))) {
    const now = personas[persona];
    const then = run.projects[persona] ?? null;
    if (now && now.projectId !== then) {
      const text = `run ${run.id} was in project ${then ?? 'unknown'} as ${persona}, not in ${now.projectId ?? 'unknown'}`;
      throw new UsageError(`${text}: nothing was touched`);
    }
  }
}

/** Whether a text stands for a URL: itself, or with parts of it blacked out. */
function isWritten(text: string, url: string): boolean {
  const parts = text.split(mask).map(part => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`).test(url);
}

/** Says what a clean-up would do; only reads. */
async function preview(api: CloudApi, open: Resource[]): Promise<number> {
  const words = { there: 'would be removed', gone: 'gone already', foreign: 'not touched' };
  const looks = await Promise.all(
    open.map(async resource => {
      const removal = new Removal(api, resource, new Set(), 0);
      const found = await removal.look().then(
        look => ({ look, text: look === 'foreign' ? removal.why : words[look] }),
        (error: unknown) => ({
          look: 'unknown',
          text: `cannot be looked at: ${error instanceof Error ? error.message : String(error)}`,
        }),
      );
      say(`${resource.kind} ${removal.id ?? 'of unknown id'} (${resource.name}): ${found.text}`);
      return found.look;
    }),
  );
  return looks.every(look => look === 'gone') ? exitCodes.conforming : exitCodes.leftovers;
}

function say(line: string): void {
  process.stdout.write(`${printableLine(line)}\n`);
}
