import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Job } from 'kubernetes-types/batch/v1.d.ts';
import type { PersistentVolumeClaim } from 'kubernetes-types/core/v1.d.ts';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { reportIn, startProcess, temporaryFolder } from '../cli/command.ts';
import { cloudsYaml, Machine, mycloud, recipe, short } from './recipe.ts';

const documents = parseAllDocuments(readFileSync(recipe('kubernetes/job.yaml'), 'utf8'));
const [claim, judge, merge] = documents.map(each => each.toJS() as unknown) as [PersistentVolumeClaim, Job, Job];

test('it is made of what Kubernetes knows', async () => {
  expect(documents.flatMap(({ errors }) => errors)).toEqual([]);
  const folder = temporaryFolder();
  const modules = fileURLToPath(new URL('../../node_modules', import.meta.url));
  const lines = [
    `import type { Job } from '${modules}/kubernetes-types/batch/v1.d.ts';`,
    `import type { PersistentVolumeClaim } from '${modules}/kubernetes-types/core/v1.d.ts';`,
    `export const claim: PersistentVolumeClaim = ${JSON.stringify(claim)};`,
    `export const jobs: Job[] = ${JSON.stringify([judge, merge])};`,
    '// @ts-expect-error there is no such field',
    'export const wrong: Job = { spec: { completion: 3, template: {} } };',
  ];
  writeFileSync(join(folder, 'manifest.ts'), lines.join('\n'));
  const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', types: [] };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }));
  const checked = await startProcess(join(modules, '.bin', 'tsc'), ['-p', folder], folder, process.env).ended;
  expect(checked).toEqual({ code: 0, stdout: '', stderr: '' });

  // What the API server refuses besides.
  const { spec } = judge;
  expect(spec).toMatchObject({ completionMode: 'Indexed', completions: 3, parallelism: 3 });
  expect(spec?.template.spec?.restartPolicy).toBe('Never');
  for (const job of [judge, merge]) {
    const pod = job.spec?.template.spec;
    const volumes = pod?.volumes?.map(({ name }) => name);
    expect(pod?.containers[0]?.volumeMounts?.map(({ name }) => name)).toEqual(volumes);
    const claims = pod?.volumes?.flatMap(volume => volume.persistentVolumeClaim?.claimName ?? []);
    expect(claims).toEqual([claim.metadata?.name]);
  }
});

test('what was found makes no pod be tried again', () => {
  const rules = judge.spec?.podFailurePolicy?.rules ?? [];
  // The first rule that holds decides, as the API says it.
  const actionOf = (code: number) =>
    rules.find(({ onExitCodes: on }) => on && (on.operator === 'In') === on.values.includes(code))?.action ?? 'Count';
  const actions = [2, 3, 70, 130, 137].map(code => [code, actionOf(code)]);
  expect(Object.fromEntries(actions)).toEqual({
    2: 'FailJob',
    3: 'Count',
    70: 'FailIndex',
    130: 'FailIndex',
    137: 'FailIndex',
  });
  for (const { onExitCodes } of rules) {
    expect(onExitCodes?.containerName).toBe(judge.spec?.template.spec?.containers[0]?.name);
  }
  expect(judge.spec?.backoffLimitPerIndex).toBe(1);
  expect(merge.spec?.backoffLimit).toBe(0);
});

test('indexes judge a part each, and the merge tells what they found', async () => {
  const machine = new Machine();
  const results = join(machine.folder, 'results');
  const secret = join(machine.folder, 'secret');
  for (const folder of [results, secret]) mkdirSync(folder);
  writeFileSync(join(secret, 'clouds.yaml'), await cloudsYaml(mycloud, { faults: ['header-vary-missing'] }));

  /** Starts a job's container; temporary folders are its volumes. */
  const start = (job: Job, env: Record<string, string>) => {
    const [container] = job.spec?.template.spec?.containers ?? [];
    const places: Record<string, string> = { clouds: secret, results };
    const placed = (text: string) =>
      (container?.volumeMounts ?? []).reduce(
        (moved, { name, mountPath }) => moved.replaceAll(mountPath, places[name] ?? ''),
        text,
      );
    const own = Object.fromEntries((container?.env ?? []).map(({ name, value = '' }) => [name, placed(value)]));
    const command = [...(container?.command ?? []), ...(container?.args ?? [])].map(placed);
    return machine.start(command as [string], machine.folder, { ...own, ...env });
  };

  const play = (job: Job, env: Record<string, string>) => start(job, env).ended;

  const indexes = ['0', '1', '2'].map(index => play(judge, { JOB_COMPLETION_INDEX: index, ARGUMENTS: short }));
  for (const { code, stderr } of await Promise.all(indexes)) expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const found = ['0', '1', '2'].map(index => readFileSync(join(results, 'shards', index, 'exit-code'), 'utf8').trim());
  expect(found).toEqual(['1', '1', '1']);

  expect(await play(merge, {})).toMatchObject({ code: 1, stderr: '' });
  const [run = ''] = readdirSync(results);
  expect(readdirSync(join(results, run))).toEqual(['merged', 'shards']);
  expect(reportIn(join(results, run, 'merged'))).toMatchObject({ complete: true, exitCode: 1 });

  // Who stops a pod tells its first process alone.
  const stopped = start(judge, { JOB_COMPLETION_INDEX: '0', ARGUMENTS: '--suite samples' });
  const ledgerFile = join(results, 'shards', '0', 'ledger.jsonl');
  const made = () => existsSync(ledgerFile) && readFileSync(ledgerFile, 'utf8').includes('"created"');
  await expect.poll(made, { timeout: 60_000 }).toBe(true);
  stopped.child.kill('SIGTERM');
  expect(await stopped.ended).toMatchObject({ code: 130, stderr: expect.stringContaining('cleaning up') });
  const { ledger, leftovers } = reportIn(join(results, 'shards', '0'));
  expect({ removed: ledger.removed, leftovers }).toEqual({ removed: ledger.created, leftovers: [] });

  // A wrong cloud is no shard's finding. The merge has waited long enough then, and finds nothing of the run before.
  const wrong = { JOB_COMPLETION_INDEX: '0', ARGUMENTS: short, OS_CLOUD: 'mycluod' };
  expect(await play(judge, wrong)).toMatchObject({ code: 2, stdout: expect.stringContaining('did you mean mycloud?') });
  const nothing = await play(merge, { SECONDS_TO_WAIT: '0' });
  expect(nothing).toMatchObject({ code: 2, stderr: expect.stringContaining('none of these shards came to its plan') });
}, 180_000);
