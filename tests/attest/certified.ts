import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import type { Statement } from '../../src/attest/statement.ts';
import { main, type Outcome, scrubbed } from '../cli/command.ts';

/** The profile of the tests. */
export const trialFile = fileURLToPath(new URL('trial.yaml', import.meta.url));

/** A bundle of the embedded cloud, and the keys of whoever made it. */
export interface Certified {
  folder: string;
  bundle: string;
  pub: string;
  key: string;
  outcome: Outcome;
}

/** Certifies the embedded cloud once for all tests of a file. */
export function certifiedOnce(): () => Certified {
  let made: Certified | undefined;
  beforeAll(async () => {
    const folder = mkdtempSync(join(tmpdir(), 'novaspec-attest-'));
    await call(['keygen', '--out', 'me'], folder);
    const args = [
      'certify',
      '--profile',
      trialFile,
      '--key',
      'me.key',
      '--product',
      'Example Cloud 5',
      '--out',
      'bundle',
    ];
    const outcome = await call(args, folder);
    made = {
      folder,
      bundle: join(folder, 'bundle'),
      pub: join(folder, 'me.pub'),
      key: join(folder, 'me.key'),
      outcome,
    };
  }, 120_000);
  afterAll(() => {
    if (made) rmSync(made.folder, { recursive: true, force: true });
  });
  return () => {
    if (!made) throw new Error('nothing was certified');
    return made;
  };
}

/** A copy of a bundle that a test may change; it goes with the test. */
export function copyOf(bundle: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'novaspec-copy-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, 'bundle');
  cpSync(bundle, copy, { recursive: true, preserveTimestamps: true });
  return copy;
}

/** The statement that a bundle's attestation holds. */
export function statementIn(bundle: string): Statement {
  const { payload } = JSON.parse(readFileSync(join(bundle, 'attestation.dsse.json'), 'utf8')) as { payload: string };
  return JSON.parse(Buffer.from(payload, 'base64').toString('utf8')) as Statement;
}

/** Runs the command outside of a test. */
async function call(args: readonly string[], cwd: string): Promise<Outcome> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [main, ...args], {
      cwd,
      env: scrubbed(cwd),
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code = null, stdout, stderr } = error as { code?: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}
