import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/cli/diagnosis.ts';
import { har, listEntry } from '../traffic/entries.ts';
import { openCommandBench } from './bench.ts';
import { novaspec, reportIn, temporaryFolder } from './command.ts';

test('each setting comes from the strongest place that says it, and doctor says which', async () => {
  const folder = folderWith(`
    # yaml-language-server: $schema=./node_modules/novaspec/schemas/config.schema.json
    timeout: 11
    concurrency: 11
    seed: 11
    servers: 11
    microversions: 2.60
    reporter: ["junit=\${JUNIT:-junit}.xml", 'tap']
    redact: ['$\${x}', "a{1,2}"]
    token: \${NOTHING:-}
    profiles:
      lab:
        concurrency: \${JOBS}
        seed: 12
        servers: 12
        insecure: true
        resize-flavor: &micro m1.micro
      prod:
        token: \${NOT_NEEDED_HERE}
  `);
  const env = {
    NOVASPEC_CONFIG_PROFILE: 'lab',
    NOVASPEC_SEED: '13',
    NOVASPEC_SERVERS: '13',
    NOVASPEC_SUITE: 'headers, shapes',
    NOVASPEC_PERSONA: 'reader=novaspec-reader,other=novaspec-other',
    NOVASPEC_CASE: 'headers.*\nshow.*,x*\n',
    NOVASPEC_INSECURE: 'false',
    NOVASPEC_VERBOSE: '1',
    JOBS: '12',
  };
  // A case takes away the suites that weaker places name, not those beside it.
  const args = ['doctor', '--json', '--servers', '14'];
  const { stdout, stderr } = await novaspec([...args, '--level', 'required'], folder, { ...env, NOVASPEC_CASE: '' });
  expect(stderr).toBe('configuration: novaspec.yaml (profile lab)\n');
  const { settings } = JSON.parse(stdout) as Diagnosis;
  const rows = Object.fromEntries(settings.map(({ name, value, from }) => [name, [value, from]]));
  expect(rows).toMatchObject({
    timeout: [11, 'novaspec.yaml:2'],
    concurrency: [12, 'novaspec.yaml:12 (profile lab)'],
    seed: [13, 'environment NOVASPEC_SEED'],
    servers: [14, 'option --servers'],
    length: [null, 'default'],
    microversions: ['2.60', 'novaspec.yaml:6'],
    reporter: [['junit=junit.xml', 'tap'], 'novaspec.yaml:7'],
    redact: ['***', 'novaspec.yaml:8'],
    token: [null, 'default'],
    suite: [['headers', 'shapes'], 'environment NOVASPEC_SUITE'],
    persona: [{ reader: 'novaspec-reader', other: 'novaspec-other' }, 'environment NOVASPEC_PERSONA'],
    level: [['required'], 'option --level'],
    insecure: [false, 'environment NOVASPEC_INSECURE'],
    verbose: [true, 'environment NOVASPEC_VERBOSE'],
    'resize-flavor': ['m1.micro', 'novaspec.yaml:16 (profile lab)'],
  });

  const lines = await novaspec(['doctor', '--no-config', '--case', 'headers.*', '--runs', '2'], folder, {
    NOVASPEC_CASE: env.NOVASPEC_CASE,
    NOVASPEC_PERSONA: env.NOVASPEC_PERSONA,
    NOVASPEC_SUITE: env.NOVASPEC_SUITE,
  });
  expect(lines.stderr).toBe('');
  const own = lines.stdout.split('\n\n')[0]?.split('\n');
  expect(own).toEqual([
    'Settings',
    '  persona                   reader=novaspec-reader, other=novaspec-other, from',
    '                            environment NOVASPEC_PERSONA',
    '  case                      headers.*, from option --case',
    '  runs                      2, from option --runs',
  ]);
});

describe('the target', () => {
  test('is the cloud that the file names, unless the environment names another', async () => {
    const { folder, env } = await openCommandBench();
    write(folder, 'os-cloud: novaspec\npersona: { reader: novaspec-reader }\ntoken: ""\n');
    const own = await diagnosis(folder, env);
    expect(own.target.name).toBe('novaspec');
    expect(own.personas).toContainEqual(expect.objectContaining({ persona: 'reader', cloud: 'novaspec-reader' }));

    // The personas are users of the file's cloud.
    const other = await diagnosis(folder, { ...env, OS_CLOUD: 'novaspec-other' });
    expect(other.target.name).toBe('novaspec-other');
    expect(other.settings).toContainEqual({ name: 'os-cloud', value: 'novaspec-other', from: 'OS_CLOUD' });
    expect(other.settings).toContainEqual({ name: 'persona', value: {}, from: 'default' });
    const named = await diagnosis(folder, { ...env, OS_CLOUD: 'nix', NOVASPEC_OS_CLOUD: 'novaspec' });
    expect(named.target.name).toBe('novaspec');
    expect(named.settings).toContainEqual(expect.objectContaining({ name: 'persona', from: 'novaspec.yaml:2' }));
  });

  test('never gets the token of another one', async () => {
    const { cloud, tokens } = await openCommandBench();
    const target = `${cloud.url}/compute/v2.1`;
    const folder = folderWith(`
      target: ${target}
      token: ${tokens.member}
      microversions: latest
      profiles: { elsewhere: { target: ${target}/ } }
    `);
    const own = await diagnosis(folder, {}, 4);
    expect(own.settings).toContainEqual({ name: 'token', value: '***', from: 'novaspec.yaml:2' });
    const other = await novaspec(['doctor', '--config-profile', 'elsewhere'], folder);
    expect(other.stdout + other.stderr).toContain('401');
    const token = await diagnosis(folder, { NOVASPEC_CONFIG_PROFILE: 'elsewhere', OS_TOKEN: tokens.member }, 4);
    expect(token.settings).toContainEqual({ name: 'token', value: '***', from: 'OS_TOKEN' });
  });
});

test('filters of a stronger place replace those of weaker ones', async () => {
  const folder = folderWith(`
    suite: [headers]
    level: [required]
    microversions: latest
  `);
  const listed = async (...args: string[]) => {
    const { stdout } = await novaspec(['list', ...args], folder);
    return stdout.split('\n').slice(0, -2);
  };
  expect(await listed('--case', 'attach.tag@2.49')).toEqual(['attach.tag@2.49  required member']);
  const rules = await listed('--rule', 'show');
  expect(rules.length).toBeGreaterThan(1);
  // Level and microversion narrow what is named.
  expect(rules.filter(line => !/^show\S+@2\.104 {2}required /.test(line))).toEqual([]);
});

test('a printed command repeats its case, whether the file is there, gone or another one', async () => {
  const { folder, env } = await openCommandBench({ faults: ['header-vary-missing'] });
  write(
    folder,
    'os-cloud: novaspec\nrule: [headers.vary]\nmicroversions: 2.60\nseed: 3\nout: first\nreporter: [tap]\n',
  );
  const { code, stdout, stderr } = await novaspec(['run'], folder, env);
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'configuration: novaspec.yaml\n' });
  expect(stdout).toContain('Reports in ');
  expect(reportIn(join(folder, 'first')).cases.length).toBeGreaterThan(1);
  const [, command = '', id = ''] = /^ {2}repeat +npx novaspec (run .*--case '?([^\s']+)'?)$/m.exec(stdout) ?? [];
  expect(command).toMatch(/^run --no-config --os-cloud novaspec --seed 3 --case /);
  for (const content of ['rule: [attach]\nmicroversions: 2.1\ntarget: http://127.0.0.1:9\n', null]) {
    const place = content === null ? temporaryFolder() : folder;
    if (content !== null) write(place, content);
    const words = command.split(' ').map(word => word.replaceAll("'", ''));
    const again = await novaspec([...words, '--out', 'again'], place, env);
    expect(again.code).toBe(1);
    expect(reportIn(join(place, 'again')).cases).toEqual([expect.objectContaining({ id, verdict: 'fail' })]);
  }
});

describe('commands take what concerns them', () => {
  test('certify: what it requires, and nothing that it refuses', async () => {
    const folder = folderWith(`
      suite: [headers]
      seed: 2
      profile: compute-volume-attachments-2026.2
      key: nobody.key
    `);
    const { code, stderr } = await novaspec(['certify'], folder);
    expect(stderr).toMatch(/^configuration: novaspec\.yaml\nnovaspec: novaspec\.yaml:4: key: ENOENT.*\n$/);
    expect(code).toBe(2);
  });

  test('prove: faults where it has no targets to judge, whatever target the file names for others', async () => {
    const folder = folderWith('os-cloud: x\npersona: { admin: y }\nsuite: [headers]\nfault:\n  - list-204\n');
    const { code, stderr } = await novaspec(['prove'], folder);
    expect(stderr).toMatch(
      /^configuration: novaspec\.yaml\nnovaspec: novaspec\.yaml:5: fault: 'list-204' is not known/,
    );
    expect(code).toBe(2);
    const typed = await novaspec(['prove', '--suite', 'headers'], folder);
    expect(typed.stderr).toContain('novaspec: --suite goes with --mutants only');
  });

  test('cleanup, cloud and judge', async () => {
    const folder = folderWith('results: elsewhere\ntrouble: [nix]\nlevel: [required]\nport: 0\n');
    expect((await novaspec(['cleanup'], folder)).stdout).toBe(
      'Nothing to clean up: no run below elsewhere left anything.\n',
    );
    expect((await novaspec(['cloud'], folder)).stderr).toMatch(/^novaspec: novaspec\.yaml:2: trouble: 'nix' is not/);
    const judged = await novaspec(['judge', '-'], folder, { NOVASPEC_JSON: 'true' }, har([listEntry()]));
    expect(judged).toMatchObject({ code: 0, stderr: 'configuration: novaspec.yaml\n' });
    expect(JSON.parse(judged.stdout)).toBeTypeOf('object');
  });

  test('those that judge nothing ask neither file nor environment', async () => {
    const folder = folderWith('nonsense: [');
    const { code, stdout } = await novaspec(['keygen', '--out', 'mine'], folder, { NOVASPEC_OUT: 'theirs' });
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('mine.key') });
  });
});

async function diagnosis(folder: string, env: Record<string, string>, code?: number): Promise<Diagnosis> {
  const outcome = await novaspec(['doctor', '--json'], folder, env);
  expect(outcome.stderr).toMatch(/^configuration: novaspec\.yaml.*\n$/);
  if (code !== undefined) expect(outcome.code).toBe(code);
  return JSON.parse(outcome.stdout) as Diagnosis;
}

function folderWith(content: string): string {
  const folder = temporaryFolder();
  write(folder, content);
  return folder;
}

/** The file, without the indentation of the test. */
function write(folder: string, content: string): void {
  const indentation = /^\n? */.exec(content)?.[0] ?? '';
  writeFileSync(join(folder, 'novaspec.yaml'), content.replaceAll(indentation || /$^/g, '\n').trimStart());
}
