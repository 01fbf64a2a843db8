import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { type CloudOptions, startCloud } from '../../cloud/cloud.ts';
import { main, type Outcome, type Running, scrubbed, startProcess, temporaryFolder } from '../cli/command.ts';

/** What keeps a run of a recipe short; recipes take further options of a run. */
export const short = '--suite headers --microversions latest';

/** The path of a file below `recipes/`. */
export function recipe(path: string): string {
  return new URL(`../../recipes/${path}`, import.meta.url).pathname;
}

/** A file below `recipes/`, parsed. */
export function recipeYaml(path: string): unknown {
  return parse(readFileSync(recipe(path), 'utf8'));
}

/** A machine that a recipe runs on: a folder with our command on its PATH, where an installer only notes what it was told. */
export class Machine {
  readonly folder = temporaryFolder();
  private readonly installs = join(this.folder, 'installs');

  constructor() {
    this.command('novaspec', `exec "${process.execPath}" "${main}" "$@"`);
    this.command('npm', `printf '%s\\n' "$*" >> "${this.installs}"`);
    writeFileSync(this.installs, '');
  }

  /** What npm was asked for, one line each. */
  installed(): string[] {
    return readFileSync(this.installs, 'utf8').trimEnd().split('\n');
  }

  private command(name: string, body: string): void {
    writeFileSync(join(this.folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  }

  private env(env: Record<string, string>): NodeJS.ProcessEnv {
    return { ...scrubbed(this.folder, env), PATH: `${this.folder}:${process.env.PATH}` };
  }

  /** Starts a program in `cwd`. */
  start([file, ...args]: [string, ...string[]], cwd: string = this.folder, env: Record<string, string> = {}): Running {
    return startProcess(file, args, cwd, this.env(env));
  }

  /** Runs a program in `cwd` to its end. */
  run(command: [string, ...string[]], cwd?: string, env?: Record<string, string>): Promise<Outcome> {
    return this.start(command, cwd, env).ended;
  }
}

/**
 * The clouds.yaml of an embedded cloud that ends with the test; its clouds are named as `names` says: the user of the embedded
 * cloud (`novaspec`, `novaspec-reader`, …) -> name of the cloud.
 */
export async function cloudsYaml(
  names: Record<string, string> | ((user: string) => string),
  options: CloudOptions = {},
): Promise<string> {
  const cloud = await startCloud({ delay: 'none', ...options });
  onTestFinished(() => cloud.stop());
  const nameOf = typeof names === 'function' ? names : (user: string) => names[user] ?? user;
  return cloud.cloudsYaml().replaceAll(/^ {2}([\w-]+):$/gm, (_, user: string) => `  ${nameOf(user)}:`);
}

/** Names of the recipes: `mycloud`, `mycloud-reader`, … */
export function mycloud(user: string): string {
  return user.replace(/^novaspec/, 'mycloud');
}

/** Names of DevStack. */
export const devstack: Record<string, string> = {
  novaspec: 'devstack',
  'novaspec-reader': 'devstack-reader',
  'novaspec-other': 'devstack-alt-member',
  'novaspec-admin': 'devstack-admin',
};
