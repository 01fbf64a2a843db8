import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/cli/diagnosis.ts';
import { freePort } from '../target/support.ts';
import { openCommandBench } from './bench.ts';
import { novaspec, temporaryFolder } from './command.ts';
import { type ProxyRules, startProxy } from './proxy.ts';

const all = ['reader', 'other', 'admin'].flatMap(persona => ['--persona', `${persona}=novaspec-${persona}`]);

test('without a target it looks at the embedded cloud, in lines of a terminal', async () => {
  const { code, stdout, stderr } = await novaspec(['doctor'], temporaryFolder());
  expect(stderr).toBe('');
  const titles = ['Target embedded cloud', 'Personas', 'Features', 'Quotas of the project', 'Choices', 'Plan'];
  for (const title of titles) expect(stdout).toContain(`${title}\n  `);
  expect(stdout).toMatch(/^ {2}compute {19}\d+ ms at http:\S+$/m);
  expect(stdout).toMatch(/^ {2}flavor {20}m1\.nano \(42\)$/m);
  expect(stdout).toMatch(/^ {2}to run {20}\d{4} of \d{4} cases$/m);
  expect(stdout).toMatch(/\n\nREADY: a run could judge everything that is required\.\n$/);
  // Only what cannot be broken, as a URL, may be longer.
  expect(stdout.split('\n').filter(line => line.length > 80 && line.slice(28).includes(' '))).toEqual([]);
  expect(code).toBe(0);
});

describe('a cloud', () => {
  test('is only read', async () => {
    const asked = new Set<string>();
    const { code } = await examine(all, {
      answer: ({ method, path }) => {
        if (method !== 'GET') asked.add(`${method} ${path}`);
        return undefined;
      },
    });
    expect([...asked]).toEqual(['POST /identity/v3/auth/tokens']);
    expect(code).toBe(0);
  });

  test('of which personas are missing: what cannot be judged without them, and how to name them', async () => {
    const { code, diagnosis } = await examine(['--persona', 'reader=novaspec-other']);
    expect(diagnosis.personas).toEqual([
      expect.objectContaining({ persona: 'member', cloud: 'novaspec', obstacle: null }),
      expect.objectContaining({ persona: 'reader', obstacle: expect.stringContaining('has the role member') }),
      expect.objectContaining({ persona: 'admin', cloud: null, obstacle: expect.stringContaining('--persona admin=') }),
      expect.objectContaining({ persona: 'other', cloud: null, obstacle: expect.stringContaining('--persona other=') }),
    ]);
    const { cases, toRun, skipped } = diagnosis.plan;
    expect(skipped.reduce((sum, each) => sum + each.cases, toRun)).toBe(cases);
    expect(diagnosis.unjudged).toContainEqual(
      expect.stringMatching(/^\d+ required cases: persona missing: other: no cloud was given/),
    );
    expect(code).toBe(4);
  });

  test('without block storage: absent features, and what would make them present', async () => {
    const { code, diagnosis } = await examine(all, {
      edit: text =>
        text
          .replace('"type":"block-storage"', '"type":"stone-storage"')
          .replace('"type":"volumev3"', '"type":"stonev3"'),
    });
    expect(diagnosis.endpoints).toContainEqual({ service: 'volume', url: null, latencyMs: null, problem: null });
    expect(diagnosis.features).toContainEqual({
      feature: 'volume service',
      present: false,
      needs: expect.stringContaining('--volume-url'),
    });
    expect(diagnosis.unjudged.join()).toContain('capability missing: volume service');
    expect(code).toBe(4);
  });

  test('whose quota is small: so many servers, and none when it is used up', async () => {
    const some = await examine(all, usedServers(1));
    expect(some.diagnosis.quota.servers).toEqual({ limit: 4, used: 1 });
    expect(some.diagnosis.choices.servers).toBe(3);
    expect(some).toMatchObject({ code: 4, diagnosis: { unjudged: [shortage(3)] } });
    expect((await examine([...all, '--servers', '7'], usedServers(1))).diagnosis.choices.servers).toBe(7);
    const none = await examine(all, usedServers(4));
    expect(none).toMatchObject({
      code: 4,
      diagnosis: { unjudged: [shortage(0)] },
    });
  });

  test('without an image: what needs a server could not be judged', async () => {
    const noImages = { status: 200, body: { images: [] } };
    const { code, diagnosis } = await examine(all, {
      answer: ({ path }) => (path.startsWith('/image/v2/images?') ? noImages : undefined),
    });
    expect(diagnosis.choices.image).toBeNull();
    expect(diagnosis.unjudged).toContain('choosing an image: the cloud offers no active one to this project');
    expect(code).toBe(4);
  });
});

describe('what is wrong is told in one line', () => {
  test.each([
    ['--flavor', 'm1.nan', "--flavor: 'm1.nan' is not known, did you mean 'm1.nano'?"],
    ['--image', 'tinny', "--image: 'tinny' is not known, did you mean 'tiny'?"],
    ['--availability-zone', 'nvoa', "--availability-zone: 'nvoa' is not known, did you mean 'nova'?"],
    ['--suite', 'heders', "--suite: 'heders' is not known, did you mean 'headers'?"],
    ['--persona', 'raeder=x', "--persona: 'raeder' is not known, did you mean 'reader'?"],
  ])('%s %s', async (option, value, line) => {
    const { code, stdout, stderr } = await novaspec(['doctor', option, value], temporaryFolder());
    expect(stderr).toMatch(/^novaspec: .+\n$/);
    expect(stderr).toContain(line);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  test('a target that does not answer', async () => {
    const args = ['doctor', '--json', '--target', `http://${await freePort()}`];
    const { code, stdout, stderr } = await novaspec(args, temporaryFolder());
    expect(stderr).toMatch(/^novaspec: GET http:\S+: nothing listens on .+\n$/);
    expect(stdout).toBe('');
    expect(code).toBe(3);
  });
});

/** A quota of four servers, of which some are used. */
function usedServers(used: number): ProxyRules {
  const body = { limits: { absolute: { maxTotalInstances: 4, totalInstancesUsed: used } } };
  return { answer: ({ path }) => (path === '/compute/v2.1/limits' ? { status: 200, body } : undefined) };
}

/** Looks at a cloud behind a proxy, which stays as it was. */
async function examine(args: string[], rules: ProxyRules = {}): Promise<{ code: number | null; diagnosis: Diagnosis }> {
  const cloud = await openCommandBench();
  const url = await startProxy(cloud.cloud.url, rules);
  writeFileSync(join(cloud.folder, 'clouds.yaml'), cloud.cloud.cloudsYaml().replaceAll(cloud.cloud.url, url));
  const outcome = await novaspec(['doctor', '--os-cloud', 'novaspec', '--json', ...args], cloud.folder, cloud.env);
  expect(outcome.stderr).toBe('');
  expect(await cloud.leftovers()).toEqual([]);
  return { code: outcome.code, diagnosis: JSON.parse(outcome.stdout) as Diagnosis };
}

function shortage(left: number): string {
  return `the project's quota leaves ${left} servers, and a run of everything needs 7`;
}
