import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudOptions, startCloud } from '../../cloud/cloud.ts';

/** A cloud and a folder for all tests of a file. */
export interface SharedBench {
  url: string;
  folder: string;
  /** What a command needs in its environment to know the cloud's users. */
  env: Record<string, string>;
  stop(): Promise<void>;
}

/** Starts an embedded cloud without delays in this process. */
export async function openSharedBench(options: CloudOptions = {}): Promise<SharedBench> {
  const cloud = await startCloud({ delay: 'none', ...options });
  const folder = mkdtempSync(join(tmpdir(), 'novaspec-cli-'));
  const file = join(folder, 'clouds.yaml');
  writeFileSync(file, cloud.cloudsYaml());
  return {
    url: cloud.url,
    folder,
    env: { OS_CLIENT_CONFIG_FILE: file },
    stop: async () => {
      await cloud.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
