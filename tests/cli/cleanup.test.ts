import { mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Ledger, type LedgerRun, type Resource } from '../../src/stage/ledger.ts';
import { type CommandBench, openCommandBench } from './bench.ts';
import { novaspec, start, temporaryFolder } from './command.ts';
import { startProxy } from './proxy.ts';

const other = ['--os-cloud', 'novaspec', '--persona', 'other=novaspec-other'];

test('a run that was killed in the middle is finished: previewed by reads only, then removed, and nothing else', async () => {
  const cloud = await openCommandBench({ delay: 20 });
  const sent = new Set<string>();
  const url = await startProxy(cloud.cloud.url, {
    answer: ({ method, path }) => {
      sent.add(`${method} ${path}`);
      return undefined;
    },
  });
  writeFileSync(join(cloud.folder, 'clouds.yaml'), cloud.cloud.cloudsYaml().replaceAll(cloud.cloud.url, url));
  const run = start(['run', ...other, '--suite', 'errors', '--microversions', '2.79'], cloud.folder, cloud.env);
  await expect.poll(() => cloud.leftovers(), { timeout: 20_000 }).not.toEqual([]);
  run.child.kill('SIGKILL');
  await run.ended;
  const [name = ''] = await cloud.leftovers();
  const similar = [`${name}0`, name.slice(0, -1), name.toUpperCase()];
  for (const each of similar) await cloud.server({ name: each });
  const before = await cloud.leftovers();

  sent.clear();
  const preview = await cleanup(cloud, [...other, '--dry-run']);
  expect([...sent].filter(each => !each.startsWith('GET'))).toEqual(['POST /identity/v3/auth/tokens']);
  expect(preview.stdout).toContain(`(${name}): would be removed`);
  expect(preview).toMatchObject({ code: 5, stderr: '' });
  expect(await cloud.leftovers()).toEqual(before);

  const done = await cleanup(cloud, other);
  expect(done.stdout).toMatch(/\nNothing is left\.\n$/);
  expect(done).toMatchObject({ code: 0, stderr: '' });
  const kept = similar.filter(each => each.startsWith('novaspec-'));
  expect(new Set(await cloud.leftovers())).toEqual(new Set(kept));

  const again = await cleanup(cloud, other);
  expect(again).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nothing to clean up: /) });
});

test('a volume that a deleted server still holds is freed by way of Cinder, and removed', async () => {
  const cloud = await openCommandBench({ faults: ['race-orphan'], delay: 5 });
  const ledger = writeRun(cloud, 'novaspec-old', {});
  const server = await cloud.server({ name: 'novaspec-old-server' });
  const resource: Resource = { kind: 'volume', name: 'novaspec-old-volume', persona: 'member' };
  ledger.creating(resource);
  const volume = await cloud.volume({ name: resource.name });
  ledger.created({ ...resource, id: volume });
  await Promise.all([
    cloud.nova('POST', `/servers/${server}/os-volume_attachments`, {
      body: { volumeAttachment: { volumeId: volume } },
    }),
    cloud.nova('POST', `/servers/${server}/action`, { body: { forceDelete: null } }),
  ]);
  await expect.poll(() => cloud.leftovers(), { timeout: 10_000 }).toEqual([resource.name]);
  expect(await cloud.volumeStatus(volume)).toBe('reserved');

  const done = await cleanup(cloud, other);
  expect(done).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nNothing is left\.\n$/) });
  expect(await cloud.leftovers()).toEqual([]);
});

describe('which run', () => {
  test('the newest that left something and ended, one of a folder, or one of an id', async () => {
    const cloud = await openCommandBench();
    const names = ['novaspec-old', 'novaspec-new', 'novaspec-newest'];
    for (const name of names) {
      const ledger = writeRun(cloud, name, {});
      await leaveServer(cloud, ledger, `${name}-server`);
    }
    writeRun(cloud, 'novaspec-without', { startedAt: '2030-01-01T00:00:00Z' });
    const left = async () => (await cloud.leftovers()).toReversed();

    expect(await cleanup(cloud, other)).toMatchObject({ code: 0 });
    expect(await left()).toEqual(['novaspec-old-server', 'novaspec-new-server']);
    expect(await cleanup(cloud, [...other, '--run', 'novaspec-old'])).toMatchObject({ code: 0 });
    expect(await left()).toEqual(['novaspec-new-server']);
    expect(await cleanup(cloud, [...other, '--results', 'nowhere'])).toMatchObject({ code: 0 });
    expect(await left()).toEqual(['novaspec-new-server']);
    expect(await cleanup(cloud, [...other, 'novaspec-results/novaspec-new'])).toMatchObject({ code: 0 });
    expect(await left()).toEqual([]);
  });

  test('one that goes on is left alone', async () => {
    const cloud = await openCommandBench();
    const ledger = writeRun(cloud, 'novaspec-busy', { process: { host: hostname(), pid: process.pid } });
    await leaveServer(cloud, ledger, 'novaspec-busy-server');
    expect(await cleanup(cloud, other)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Nothing to clean/) });
    const { code, stderr } = await cleanup(cloud, [...other, '--run', 'novaspec-busy']);
    expect(stderr).toBe(
      `novaspec: run novaspec-busy still goes on (process ${process.pid}): interrupted, it cleans up by itself\n`,
    );
    expect(code).toBe(2);
    expect(await cloud.leftovers()).toHaveLength(1);
  });

  test('one on the embedded cloud left nothing', async () => {
    const folder = temporaryFolder();
    const run = ['run', '--rule', 'list.success', '--microversions', '2.79', '--out', 'out'];
    expect(await novaspec(run, folder)).toMatchObject({ code: 0 });
    expect(await novaspec(['cleanup', 'out'], folder)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/left nothing behind: it had the embedded cloud, which ended with it\.\n$/),
    });
  });

  test.each([
    [['.'], '. holds no ledger.jsonl: is it the folder of a run?'],
    [['novaspec-results/broken'], /broken\/ledger\.jsonl:1 is not JSON$/],
    [['novaspec-results/nameless'], /nameless\/ledger\.jsonl names no run, /],
    [['--run', 'x', '--results', 'nowhere'], '--run: there is no ledger below nowhere, see --results'],
    [['--run', 'knwon', '--results', 'good'], "--run: 'knwon' is not known, did you mean 'known'?; known: known"],
    [['good/known', '--run', 'known'], 'give one of RUN_FOLDER and --run'],
    [['good/known'], 'run known was at http://127.0.0.1:1/v2.1, name its cloud as then: npx novaspec cleanup FOLDER'],
    [['good/known', '--persona', 'raeder=x'], "--persona: 'raeder' is not known"],
  ])('%j is told in one line', async (args, line) => {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries({ broken: '{]}', nameless: '' })) {
      mkdirSync(join(folder, 'novaspec-results', name), { recursive: true });
      writeFileSync(join(folder, 'novaspec-results', name, 'ledger.jsonl'), text);
    }
    ledgerIn(join(folder, 'good', 'known'), runFacts('known')).creating({
      kind: 'server',
      name: 'x',
      persona: 'member',
    });
    const { code, stdout, stderr } = await novaspec(['cleanup', ...args], folder);
    expect(stderr).toMatch(/^novaspec: .+\n$/);
    if (typeof line === 'string') expect(stderr).toContain(line);
    else expect(stderr.trim()).toMatch(line);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });
});

describe('where', () => {
  test('another cloud is refused: nothing of it is touched, and nothing forgotten', async () => {
    const [cloud, wrong] = [await openCommandBench(), await openCommandBench()];
    const ledger = writeRun(cloud, 'novaspec-run', {});
    await leaveServer(cloud, ledger, 'novaspec-run-server');
    const { code, stderr } = await novaspec(['cleanup', ...other], cloud.folder, wrong.env);
    expect(stderr).toMatch(
      /^novaspec: run novaspec-run was at \S+\/compute\/v2\.1, not at \S+\/compute\/v2\.1: nothing was touched\n$/,
    );
    expect(code).toBe(2);
    expect(ledger.open()).toHaveLength(1);
    expect(await cloud.leftovers()).toHaveLength(1);
  });

  test('another project is refused, where everything would seem to be gone', async () => {
    const cloud = await openCommandBench();
    const ledger = writeRun(cloud, 'novaspec-run', {});
    await leaveServer(cloud, ledger, 'novaspec-run-server');
    const { code, stderr } = await cleanup(cloud, ['--os-cloud', 'novaspec-other']);
    expect(stderr).toMatch(
      /^novaspec: run novaspec-run was in project \w+ as member, not in \w+: nothing was touched\n$/,
    );
    expect(code).toBe(2);
    expect(ledger.open()).toHaveLength(1);
    expect(await cloud.leftovers()).toHaveLength(1);
  });

  test('what a persona made stays until the persona is given', async () => {
    const cloud = await openCommandBench();
    const ledger = writeRun(cloud, 'novaspec-run', {});
    const name = 'novaspec-run-volume';
    ledger.created({ kind: 'volume', name, persona: 'other', id: await cloud.volume({ name }, 'other') });
    const { code, stdout } = await cleanup(cloud, ['--os-cloud', 'novaspec']);
    expect(stdout).toMatch(/^left: volume \S+ \(novaspec-run-volume\): no persona other: .*--persona other=CLOUD/m);
    expect(stdout).toMatch(/^1 left; finish with: npx novaspec cleanup novaspec-results\/\S+ --os-cloud novaspec$/m);
    expect(code).toBe(5);
    expect(await cleanup(cloud, other)).toMatchObject({ code: 0 });
    expect(await cloud.leftovers()).toEqual([]);
  });
});

function cleanup(cloud: CommandBench, args: string[]) {
  return novaspec(['cleanup', ...args], cloud.folder, cloud.env);
}

/** The ledger of a run that ended on the cloud, in a folder of its own; later ones began later. */
function writeRun(cloud: CommandBench, id: string, facts: Partial<LedgerRun>): Ledger {
  const { member, other } = cloud.projects;
  const there = { compute: `${cloud.cloud.url}/compute/v2.1`, projects: { member, other } };
  return ledgerIn(join(cloud.folder, 'novaspec-results', id), { ...runFacts(id), ...there, ...facts });
}

let runs = 0;

function runFacts(id: string): LedgerRun {
  runs += 1;
  return {
    id,
    startedAt: new Date(runs * 1000).toISOString(),
    process: { host: 'elsewhere', pid: 1 },
    compute: 'http://127.0.0.1:1/v2.1',
    projects: {},
    cleanUp: 'npx novaspec cleanup FOLDER',
  };
}

function ledgerIn(folder: string, run: LedgerRun): Ledger {
  mkdirSync(folder, { recursive: true });
  const ledger = new Ledger(join(folder, 'ledger.jsonl'));
  ledger.begin(run);
  return ledger;
}

async function leaveServer(cloud: CommandBench, ledger: Ledger, name: string): Promise<void> {
  const resource: Resource = { kind: 'server', name, persona: 'member' };
  ledger.creating(resource);
  ledger.created({ ...resource, id: await cloud.server({ name }) });
}
