import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import { parse } from 'yaml';
import type { Contract } from '../contract/contract.ts';
import { type Judgements, type Mutant, mutantRow, noJudgement } from '../prove/mutant-row.ts';
import type { GoodRun } from '../prove/proof.ts';
import { judgementsOf, microversionsOf, type WrittenReport } from '../prove/target-row.ts';
import { packageRoot } from '../root.ts';
import { targetConfigured } from '../target/settings.ts';
import { InterruptedError } from './ending.ts';
import type { Interrupt } from './interrupt.ts';
import { targetSettings } from './options.ts';
import type { ProofTask, ProveOptions } from './prove-command.ts';
import { selectedRunWords } from './repeat-command.ts';
import { rulesOfContract } from './run-report.ts';
import { isTyped } from './settings.ts';
import { UsageError } from './usage-error.ts';

/** Somebody's target with a known mistake, and how a run reaches it. */
interface MutantTarget extends Mutant {
  /** Options of the run beside those that all targets share. */
  options: string[];
  env: Record<string, string>;
}

const clouds = ['.yaml', '.yml'];

/**
 * A proof with somebody's own targets: the good one is that of the options, the others differ from it in the clouds.yaml or
 * the URL alone. Each is judged by a run of its own, whose reports and ledger stay beside the proof. @throws UsageError
 */
export function targetsProof(options: ProveOptions & { mutants: string }, contract: Contract): ProofTask {
  refuseCatalogueOptions();
  if (!targetConfigured(targetSettings(options, process.env), process.env)) {
    throw new UsageError('--mutants needs the target without a mistake too: --os-cloud or --target, as in a run');
  }
  const mutants = mutantTargets(options.mutants, new Set(Object.keys(rulesOfContract(contract))));
  const env: Record<string, string> = options.token === undefined ? {} : { OS_TOKEN: options.token };
  const good = { id: 'good', options: [], env: {} };
  return {
    targets: mutants.length + 1,
    // Nobody expects a few mistakes to break every rule.
    everyRule: false,
    judge: async (told, interrupt, out) => {
      const words = selectedRunWords(options);
      await runTargets([good, ...mutants], { words, env, out, atOnce: options.threads }, interrupt, (id, run) => {
        const mutant = mutants.find(each => each.id === id);
        if (mutant) told.mutant(mutantRow(mutant, run));
        else told.good(goodRun(options, run));
      });
    },
  };
}

function goodRun(
  { osCloud, target, seed }: ProveOptions,
  { microversions, judged, alarms, errors, durationMs, trouble }: Judgements & { microversions: string[] },
): GoodRun {
  const troubled = trouble === null ? errors : { count: Math.max(1, errors.count), first: trouble };
  return { name: osCloud ?? target ?? 'good', seed, microversions, judged, alarms, errors: troubled, durationMs };
}

function refuseCatalogueOptions(): void {
  const name = ['fault', 'kind', 'quick', 'whole', 'good'].find(isTyped);
  if (name !== undefined)
    throw new UsageError(`--${name} is about the embedded cloud's faults and does not go with --mutants`);
}

/** The targets that `--mutants` names: a folder with one clouds.yaml for each, or a file with one URL a line. */
function mutantTargets(place: string, knownRules: ReadonlySet<string>): MutantTarget[] {
  if (!existsSync(place)) throw new UsageError(`--mutants: ${place} is not there`);
  const found = statSync(place).isDirectory() ? inFolder(place) : inList(place);
  if (found.length === 0) {
    throw new UsageError(
      `--mutants: ${place} names no target; expected a folder of clouds.yaml files or a list of URLs`,
    );
  }
  for (const { id, breaks } of found) {
    const stranger = breaks.find(rule => !knownRules.has(rule));
    if (stranger !== undefined) throw new UsageError(`--mutants: ${id}: there is no rule ${stranger}`);
    if (found.filter(other => other.id === id).length > 1)
      throw new UsageError(`--mutants: two targets are named ${id}`);
  }
  return found;
}

/** Each file is a clouds.yaml; beside its clouds it may say under `novaspec` what is wrong with them. */
function inFolder(folder: string): MutantTarget[] {
  const names = readdirSync(folder).filter(name => clouds.includes(extname(name)));
  return names.toSorted().map(name => {
    const file = join(folder, name);
    const { sentence = '', kind = '', breaks = [] } = aboutItself(file);
    const id = basename(name, extname(name));
    return { id, sentence, kind, breaks, options: [], env: { OS_CLIENT_CONFIG_FILE: resolve(file) } };
  });
}

function aboutItself(file: string): { sentence?: string; kind?: string; breaks?: string[] } {
  let content: unknown;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const [line] = String(error instanceof Error ? error.message : error).split('\n');
    throw new UsageError(`--mutants: ${file}: ${line}`);
  }
  const about: unknown = (content as { novaspec?: unknown } | null)?.novaspec ?? {};
  if (!isAbout(about)) {
    throw new UsageError(
      `--mutants: ${file}: novaspec: expected sentence and kind as text, and breaks as a list of rules`,
    );
  }
  return about;
}

function isAbout(about: unknown): about is { sentence?: string; kind?: string; breaks?: string[] } {
  if (typeof about !== 'object' || about === null || Array.isArray(about)) return false;
  return Object.entries(about).every(([key, value]) => {
    if (key === 'breaks') return Array.isArray(value) && value.every(isText);
    return (key === 'sentence' || key === 'kind') && isText(value);
  });
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** `URL RULE...` a line; empty lines and what follows a # are for people. */
function inList(file: string): MutantTarget[] {
  const lines = readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line, index) => {
    const [url, ...breaks] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    if (url === undefined || url === '') return [];
    if (!/^https?:\/\//.test(url))
      throw new UsageError(`--mutants: ${file}:${index + 1}: expected a URL, found '${url}'`);
    return [{ id: url, sentence: '', kind: '', breaks, options: ['--target', url], env: {} }];
  });
}

/** Judges targets by runs of their own, so many at once; each has a folder with its ledger and reports. */
async function runTargets(
  targets: readonly Pick<MutantTarget, 'id' | 'options' | 'env'>[],
  {
    words,
    env: common,
    out,
    atOnce,
  }: { words: readonly string[]; env: Record<string, string>; out: string; atOnce: number },
  interrupt: Interrupt,
  ended: (id: string, judgements: Judgements & { microversions: string[] }) => void,
): Promise<void> {
  const runOne = async ({ id, options, env }: (typeof targets)[number]) => {
    const folder = join(out, id.replaceAll(/[^\w.-]+/g, '_'));
    const main = join(packageRoot, 'dist/src/cli/main.js');
    const child = spawn(process.execPath, [main, 'run', ...words, ...options, '--out', folder], {
      env: { ...withoutOurs(process.env), ...common, ...env, CI: 'true' },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    // A run that is interrupted cleans up after itself.
    interrupt.onFirst(() => child.kill('SIGINT'));
    let complaint = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint += text;
    });
    await new Promise((done, fail) => {
      child.on('error', fail);
      child.on('close', done);
    });
    ended(id, await writtenBy(folder, complaint.trim()));
  };
  const queue = targets.values();
  const take = async () => {
    for (const target of queue) {
      if (interrupt.happened) throw new InterruptedError('interrupted');
      await runOne(target);
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, take));
  const failed = ends.find(end => end.status === 'rejected');
  if (failed) throw failed.reason;
}

/** An environment without what its variables say of this command: the words of the run say it. */
function withoutOurs(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('NOVASPEC_')));
}

async function writtenBy(folder: string, complaint: string): Promise<Judgements & { microversions: string[] }> {
  const file = join(folder, 'report.json');
  if (existsSync(file)) {
    const report = JSON.parse(await readFile(file, 'utf8')) as WrittenReport;
    return { ...judgementsOf(report), microversions: microversionsOf(report) };
  }
  const trouble = complaint === '' ? 'its run wrote no report' : complaint;
  return { ...noJudgement, trouble, microversions: [] };
}
