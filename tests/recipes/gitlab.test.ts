import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportIn } from '../cli/command.ts';
import { cloudsYaml, Machine, mycloud, recipeYaml, short } from './recipe.ts';

interface Job {
  extends?: string;
  stage: string;
  parallel?: number;
  needs?: { job: string }[];
  when?: string;
  before_script?: string[];
  script: string[];
  allow_failure?: { exit_codes: number[] };
  artifacts: { when: string; paths: string[]; reports?: { junit: string } };
}

type File = Record<string, Job> & { stages: string[]; variables: Record<string, string> };

test('parallel jobs judge a part each, and the merge tells what they found', async () => {
  const file = recipeYaml('gitlab/.gitlab-ci.yml') as File;
  const { variables, stages, novaspec, 'novaspec merge': merge } = file;
  const { before_script = [] } = file['.novaspec'] as Job;
  if (!novaspec || !merge) throw new Error('both jobs are there');
  expect([novaspec.stage, merge.stage]).toEqual(stages);
  expect([novaspec.extends, merge.extends]).toEqual(['.novaspec', '.novaspec']);
  expect(merge).toMatchObject({ needs: [{ job: 'novaspec', artifacts: true }], when: 'always' });
  for (const { artifacts } of [novaspec, merge]) expect(artifacts.when).toBe('always');

  const machine = new Machine();
  const clouds = join(machine.folder, 'clouds.yaml');
  writeFileSync(clouds, await cloudsYaml(mycloud, { faults: ['header-vary-missing'] }));
  // As a runner does it: the lines of both, the first that fails ends it.
  const play = (job: Job, env: Record<string, string>) =>
    machine.run(['bash', '-eo', 'pipefail', '-c', [...before_script, ...job.script].join('\n')], machine.folder, {
      ...variables,
      ...env,
      ARGUMENTS: short,
      OS_CLIENT_CONFIG_FILE: clouds,
    });
  expect(novaspec.parallel).toBe(3);
  // Two are enough to be merged.
  const total = 2;
  const shards = Array.from({ length: total }, (_, at) =>
    play(novaspec, { CI_NODE_INDEX: String(at + 1), CI_NODE_TOTAL: String(total) }),
  );
  const codes = (await Promise.all(shards)).map(({ code }) => code);
  expect(codes).toEqual([1, 1]);
  expect(novaspec.allow_failure?.exit_codes).toEqual([1, 4, 5]);

  const { code, stderr } = await play(merge, {});
  expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
  expect(merge.artifacts.paths).toEqual(['novaspec-results/']);
  const { complete, exitCode, cases } = reportIn(join(machine.folder, 'novaspec-results'));
  expect({ complete, exitCode }).toEqual({ complete: true, exitCode: 1 });
  expect(cases.find(({ verdict }) => verdict === 'fail')?.rule).toBe('headers.vary');
  expect(existsSync(join(machine.folder, merge.artifacts.reports?.junit ?? ''))).toBe(true);
  expect(machine.installed()).toEqual(Array(3).fill('install --global --no-audit --no-fund novaspec@latest'));
}, 180_000);
