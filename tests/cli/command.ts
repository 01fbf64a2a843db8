import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The built command. */
export const main = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));

/** What a command left behind. */
export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** A command that is still running. */
export interface Running {
  child: ChildProcess;
  /** Resolves once its standard output or error holds this text; rejects when it ends without. */
  says: (text: string) => Promise<void>;
  ended: Promise<Outcome>;
}

/** A temporary folder, removed after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'novaspec-cli-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An environment without clouds, colours and CI; `home` keeps the user's own clouds.yaml out. */
export function scrubbed(home: string, env: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: home, XDG_CONFIG_DIRS: home, ...env };
}

/** Starts the command in `cwd`. */
export function start(args: readonly string[], cwd: string, env: Record<string, string> = {}, input = ''): Running {
  return startProcess(process.execPath, [main, ...args], cwd, scrubbed(cwd, env), input);
}

/** Runs the command in `cwd` to its end. */
export function novaspec(
  args: readonly string[],
  cwd: string,
  env: Record<string, string> = {},
  input = '',
): Promise<Outcome> {
  return start(args, cwd, env, input).ended;
}

/** Starts any program; it is ended with the test, should it still run then. */
export function startProcess(
  file: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  input = '',
): Running {
  const child = spawn(file, args, { cwd, env });
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    outcome.stdout += text;
    for (const watch of watchers) watch();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    outcome.stderr += text;
    for (const watch of watchers) watch();
  });
  // A command that ends before it has read its input is judged by what it says, not by the broken pipe.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const ended = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', code => resolve({ ...outcome, code }));
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const says = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const watch = () => {
        if (!`${outcome.stdout}\n${outcome.stderr}`.includes(text)) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
      void ended.then(() => reject(new Error(`ended without '${text}': ${outcome.stdout}${outcome.stderr}`)));
    });
  return { child, says, ended };
}

/** What tests read of a report. */
export interface ReportFile {
  runId: string;
  choices: Record<string, unknown> | null;
  complete: boolean;
  exitCode: number;
  verdict: string;
  failure: string | null;
  notes: string[];
  cases: { id: string; rule: string; level: string; suite: string; verdict: string; message?: string }[];
  leftovers: { kind: string; id: string; name: string; why: string }[];
  ledger: { created: number; removed: number };
}

/** The report of a run with `--out FOLDER`. */
export function reportIn(folder: string): ReportFile {
  return JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as ReportFile;
}
