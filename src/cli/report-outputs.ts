import { access, constants, mkdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type FormatName, formats } from '../../reporters/formats.ts';
import type { Output } from '../../reporters/output.ts';
import { reasonOfSystem } from '../../reporters/system-reason.ts';
import type { Report } from '../report/model.ts';
import type { ReporterChoice } from './reporter-option.ts';
import { ledgerName } from './run-folders.ts';
import { UsageError } from './usage-error.ts';

const names = Object.keys(formats) as FormatName[];

/**
 * Where the documents of a run go: those that were asked for, or else every file of the run's folder, and what GitHub Actions shows
 * where it runs us. report.json is always among them, because other commands read it.
 * @throws UsageError where one cannot be written, or two would be written to one place
 */
export async function reportOutputs(
  choices: readonly ReporterChoice[] | undefined,
  folder: string,
  env: NodeJS.ProcessEnv,
): Promise<Output[]> {
  const wanted = [{ format: 'json', place: null } as const, ...(choices ?? usual(env))];
  const outputs: Output[] = [];
  // The ledger is written all the while.
  const taken = new Map<string, string>([[await realPath(join(folder, ledgerName)), 'the ledger']]);
  for (const choice of wanted) {
    const output = await outputOf(choice, folder, env);
    const before = taken.get(output.path);
    if (before === choice.format) continue;
    if (before !== undefined) {
      throw new UsageError(`--reporter: ${before} and ${choice.format} both go to ${output.label}`);
    }
    taken.set(output.path, choice.format);
    outputs.push(output);
  }
  return outputs;
}

/** The line that names the files of reports that are there. */
export function reportsLine({ lost }: Report, folder: string, outputs: readonly Output[]): string {
  const there = outputs.filter(({ to, label }) => to === 'file' && !lost.some(({ file }) => file === label));
  return there.length === 0 ? '' : `Reports in ${folder}: ${there.map(({ label }) => label).join(', ')}\n`;
}

function usual(env: NodeJS.ProcessEnv): ReporterChoice[] {
  const files = names.filter(format => formats[format].file !== null);
  const inActions = env.GITHUB_ACTIONS ? (['annotations', 'summary'] as const) : [];
  const shown = inActions.filter(format => format !== 'summary' || env.GITHUB_STEP_SUMMARY);
  return [...files, ...shown].map(format => ({ format, place: null }));
}

async function outputOf({ format, place }: ReporterChoice, folder: string, env: NodeJS.ProcessEnv): Promise<Output> {
  const { file } = formats[format];
  if (place === '-' || (place === null && format === 'annotations')) {
    return { format, to: 'stdout', path: '', label: 'standard output' };
  }
  if (place === null && file !== null) {
    const path = await writable(join(folder, file), format);
    return { format, to: await kindOf(path), path, label: file };
  }
  const named = place ?? env.GITHUB_STEP_SUMMARY;
  if (named === undefined || named === '') {
    throw new UsageError(`--reporter: ${format} needs a file, as ${format}=PATH: GITHUB_STEP_SUMMARY is not set`);
  }
  const path = await writable(resolve(named), format);
  return { format, to: place === null ? 'append' : await kindOf(path), path, label: named };
}

/** The real path, in a folder that is made if need be. @throws UsageError when it cannot be written */
async function writable(path: string, format: FormatName): Promise<string> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const real = await realPath(path);
    await access(dirname(real), constants.W_OK);
    const found = await stat(real).catch(() => null);
    if (found?.isDirectory()) throw new Error('it is a folder');
    if (found && !found.isFile()) await access(real, constants.W_OK);
    return real;
  } catch (error) {
    throw new UsageError(`--reporter: ${format} cannot be written to ${path}: ${reasonOfSystem(error)}`);
  }
}

/** Where a path leads; the file itself may be missing. */
function realPath(path: string): Promise<string> {
  return realpath(path).catch(async () => join(await realpath(dirname(path)), basename(path)));
}

async function kindOf(path: string): Promise<'file' | 'stream'> {
  const found = await stat(path).catch(() => null);
  return found === null || found.isFile() ? 'file' : 'stream';
}
