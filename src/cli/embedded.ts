import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type CloudOptions, startCloud } from '../../cloud/cloud.ts';
import type { TargetSettings } from '../target/settings.ts';

/** A running embedded cloud, and how to reach it as any other cloud is reached. */
export interface Embedded {
  settings: TargetSettings;
  env: NodeJS.ProcessEnv;
  /** A folder of its own, which goes with it. */
  folder: string;
  stop(): Promise<void>;
}

/** Starts the embedded cloud and points the settings at it, with all personas. */
export async function startEmbedded(settings: TargetSettings, options: CloudOptions = {}): Promise<Embedded> {
  const cloud = await startCloud(options);
  const folder = await mkdtemp(join(tmpdir(), 'novaspec-'));
  const file = join(folder, 'clouds.yaml');
  await writeFile(file, cloud.cloudsYaml(), { mode: 0o600 });
  return {
    settings: {
      ...settings,
      osCloud: 'novaspec',
      personas: { reader: 'novaspec-reader', other: 'novaspec-other', admin: 'novaspec-admin', ...settings.personas },
    },
    // Nothing of the caller's environment: a proxy or an OS_* variable is meant for another cloud.
    env: { OS_CLIENT_CONFIG_FILE: file },
    folder,
    async stop() {
      await rm(folder, { recursive: true, force: true });
      await cloud.stop();
    },
  };
}
