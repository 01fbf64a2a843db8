import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { CloudOptions } from '../../cloud/cloud.ts';
import { type Bench, openBench } from '../cloud/client.ts';
import { temporaryFolder } from './command.ts';

/** A cloud for the command, and a folder whose clouds.yaml names it. */
export interface CommandBench extends Bench {
  folder: string;
  /** What a command needs in its environment to know the cloud's users. */
  env: Record<string, string>;
  /** Names of the servers and volumes of novaspec that are there now, of all projects. */
  leftovers(): Promise<string[]>;
}

/** Starts an embedded cloud in this process; it ends with the test. */
export async function openCommandBench(options: CloudOptions = {}): Promise<CommandBench> {
  const bench = await openBench(options);
  onTestFinished(() => bench.stop());
  const folder = temporaryFolder();
  const file = join(folder, 'clouds.yaml');
  writeFileSync(file, bench.cloud.cloudsYaml());
  // While a command runs, the sockets that the bench keeps open grow old and are closed by the cloud; fetch minds that.
  const read = async (path: string) => {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await fetch(bench.cloud.url + path, { headers: { 'x-auth-token': bench.tokens.admin } }).catch(
        () => undefined,
      );
      if (answer?.ok) return JSON.parse(await answer.text());
      // A cloud in trouble makes it to its tests too.
      if (attempt === 5) throw new Error(`GET ${path}: ${answer?.status ?? 'no answer'}`);
    }
  };
  return {
    ...bench,
    folder,
    env: { OS_CLIENT_CONFIG_FILE: file },
    leftovers: async () => {
      const { servers } = await read('/compute/v2.1/servers?all_tenants=1');
      const { volumes } = await read(`/volume/v3/${bench.projects.admin}/volumes?all_tenants=1`);
      return [...namesOf(servers), ...namesOf(volumes)];
    },
    volumeStatus: async id => (await read(`/volume/v3/${bench.projects.admin}/volumes/${id}`)).volume.status,
  };
}

function namesOf(resources: { name: string }[]): string[] {
  return resources.map(({ name }) => name).filter(name => name.startsWith('novaspec-'));
}
