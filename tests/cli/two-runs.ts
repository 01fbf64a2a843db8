import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloud } from '../../cloud/cloud.ts';
import { main, scrubbed } from './command.ts';

/** A folder with runs of the same cases, for tests that only read them. */
export interface TwoRuns {
  folder: string;
  remove(): void;
}

const selection = ['--suite', 'headers', '--suite', 'access', '--microversions', 'latest'];

/**
 * `good`: a cloud without mistakes, with a reader; `bad`: one that answers lists wrongly, without a reader; `part`: the same cloud,
 * of which less was judged.
 */
export async function makeTwoRuns(): Promise<TwoRuns> {
  const folder = mkdtempSync(join(tmpdir(), 'novaspec-cli-'));
  const [good, bad] = await Promise.all([
    startCloud({ delay: 1 }),
    startCloud({ delay: 1, faults: ['list-203', 'header-vary-missing'] }),
  ]);
  writeFileSync(join(folder, 'good.yaml'), good.cloudsYaml());
  writeFileSync(join(folder, 'bad.yaml'), bad.cloudsYaml());
  await Promise.all([
    run(folder, 'good', 'good', [...selection, '--persona', 'reader=novaspec-reader']),
    run(folder, 'bad', 'bad', selection),
    run(folder, 'bad', 'part', ['--rule', 'headers.vary', '--microversions', 'latest']),
  ]);
  await Promise.all([good.stop(), bad.stop()]);
  return { folder, remove: () => rmSync(folder, { recursive: true }) };
}

function run(folder: string, cloud: string, out: string, words: string[]): Promise<void> {
  const args = [main, 'run', '--os-cloud', 'novaspec', '--out', out, '--reporter', 'json', ...words];
  const env = scrubbed(folder, { OS_CLIENT_CONFIG_FILE: join(folder, `${cloud}.yaml`) });
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder, env }, (error, _, stderr) => {
      // A run of a faulty cloud ends with 1.
      if (error && error.code !== 1) reject(new Error(`${out}: ${stderr}`, { cause: error }));
      else resolve();
    });
  });
}
