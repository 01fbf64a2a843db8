import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCloud } from '../../cloud/cloud.ts';
import { main, type ReportFile, reportIn, scrubbed } from '../cli/command.ts';

/** A run of the command on a faulty cloud, for all tests of a file. */
export interface FaultyRun {
  /** The page. */
  page: string;
  /** The record. */
  har: string;
  report: ReportFile;
  remove: () => void;
}

/** Mistakes that show in single answers, in what observers see, and in histories. */
const faults = ['create-volume-unknown-400', 'shelved-404', 'attach-row-after-in-use', 'seq-list-forgets-paused'];

const rules = [
  'attach.state',
  'attach.volume',
  'attach.async.list-first',
  'attach.async.completes',
  'detach.async.completes',
  'history.settled',
];

/** Judges an embedded cloud with mistakes. */
export async function faultyRun(): Promise<FaultyRun> {
  const folder = mkdtempSync(join(tmpdir(), 'novaspec-page-'));
  const cloud = await startCloud({ faults });
  const clouds = join(folder, 'clouds.yaml');
  writeFileSync(clouds, cloud.cloudsYaml());
  const args = ['run', '--os-cloud', 'novaspec', '--poll-rate', '200', '--microversions', 'latest', '--runs', '2'];
  const selected = rules.flatMap(rule => ['--rule', rule]);
  const env = scrubbed(folder, { OS_CLIENT_CONFIG_FILE: clouds });
  await new Promise<void>(resolve => {
    // It ends with 1, as the cloud is faulty.
    execFile(process.execPath, [main, ...args, ...selected, '--out', 'out'], { cwd: folder, env }, () => resolve());
  });
  await cloud.stop();
  const out = join(folder, 'out');
  return {
    page: join(out, 'report.html'),
    har: join(out, 'exchanges.har'),
    report: reportIn(out),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
