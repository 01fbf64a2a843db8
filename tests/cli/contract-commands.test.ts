import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { main, novaspec, type Outcome, scrubbed, startProcess, temporaryFolder } from './command.ts';

describe('list', () => {
  test('--json tells every case completely; ids are unique and the plan is always the same', async () => {
    const [first, second] = await Promise.all([ask('list', '--json'), ask('list', '--json')]);
    expect(first.code).toBe(0);
    expect(first.stdout === second.stdout).toBe(true);
    const cases = JSON.parse(first.stdout) as Record<string, unknown>[];
    expect(cases.length).toBeGreaterThan(1000);
    expect(new Set(cases.map(({ id }) => id)).size).toBe(cases.length);
    const shape = {
      id: expect.stringMatching(/@2\.\d+$/),
      rule: expect.any(String),
      level: expect.stringMatching(/^(required|advisory|informative)$/),
      suite: expect.any(String),
      operation: expect.stringMatching(/^(list|show|attach|update|detach)$/),
      microversion: expect.stringMatching(/^2\.\d+$/),
      persona: expect.any(String),
      given: { server: expect.any(String) },
      request: { method: expect.stringMatching(/^[A-Z]+$/), path: expect.stringMatching(/^\//), headers: {} },
      expect: { status: expect.any(Array) },
    };
    const odd = cases.filter(each => !matches(each, shape));
    expect(odd).toEqual([]);
  });

  test('ends with the number of cases', async () => {
    const folder = temporaryFolder();
    const { code, stdout } = await novaspec(['list', '--rule', 'list.success', '--microversions', '2.79'], folder);
    expect(stdout).toMatch(/^list\.success@2\.79 {2}required member\n1 case, 0 of them skipped; plan [0-9a-f]{64}\n$/);
    expect(code).toBe(0);
  });
});

test('a reader who has seen enough is no error', async () => {
  const folder = temporaryFolder();
  const line = `'${process.execPath}' '${main}' list --json --microversions latest | head -n 1`;
  const outcome = await startProcess('/bin/sh', ['-c', line], folder, scrubbed(folder)).ended;
  expect(outcome).toEqual({ code: 0, stdout: '[\n', stderr: '' });
});

describe('explain', () => {
  test('a rule: sentence, level, source, microversions, and a case as an example', async () => {
    const { code, stdout } = await ask('explain', 'attach.volume.unknown');
    expect(code).toBe(0);
    for (const row of [
      /^rule +attach\.volume\.unknown$/m,
      /^sentence +\S.*\.$/m,
      /^level +required$/m,
      /^source +\S/m,
    ]) {
      expect(stdout).toMatch(row);
    }
    expect(stdout).toMatch(/^microversions +2\.1, 2\.\d+, .* cases in the default plan\)$/m);
    expect(stdout).toMatch(/^expect +404 itemNotFound/m);
    expect(stdout).toMatch(/^curl +curl .*-X POST/m);
  });

  test('a case, also between the boundaries, as JSON', async () => {
    const { code, stdout } = await ask('explain', 'list.success@2.66', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      id: 'list.success@2.66',
      rule: 'list.success',
      level: 'required',
      example: { id: 'list.success@2.66', operation: 'list', expect: { status: [200] } },
    });
  });

  test.for<[string, string]>([
    ['attach.volume.unknwon', "'attach.volume.unknwon' is not known, did you mean 'attach.volume.unknown'?"],
    ['list.sucess@2.79', "did you mean 'list.success@2.79'?"],
    ['list.success@2.999', "'2.999' is not in the contract, which describes 2.1 to 2."],
  ])('%s is not known', async ([id, line]) => {
    expectUsage(await ask('explain', id), line);
  });
});

describe('spec', () => {
  test('prints one document in two forms, and it is that of the microversion', async () => {
    const [yaml, json] = await Promise.all([
      ask('spec', '--microversion', '2.79'),
      ask('spec', '--microversion', '2.79', '--json'),
    ]);
    expect([yaml.code, json.code]).toEqual([0, 0]);
    const document = JSON.parse(json.stdout);
    expect(parse(yaml.stdout)).toEqual(document);
    expect(document.openapi).toMatch(/^3\.1\./);
    expect(json.stdout).toContain('delete_on_termination');
    expect((await ask('spec', '--microversion', '2.78', '--json')).stdout).not.toContain('delete_on_termination');
  });

  test.for(['2.0', '2.999', 'newest'])('%s is not described', async version => {
    expectUsage(
      await ask('spec', '--microversion', version),
      `'${version}' is not in the contract, which describes 2.1 to`,
    );
  });
});

describe('validate', () => {
  const attachRequest = ['--operation', 'attach', '--microversion', '2.79', '--request'];
  const good = '{"volumeAttachment": {"volumeId": "a26887c6-c47b-4654-abb5-dfadf7d3f803"}}';

  test('accepts a good file, and names the exact place in a bad one', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'good.json'), good);
    writeFileSync(join(folder, 'bad.json'), '{"volumeAttachment": {"volumeId": "x", "extra~/key": 1}}');
    const accepted = await novaspec(['validate', ...attachRequest, 'good.json'], folder);
    expect(accepted).toEqual({ code: 0, stdout: 'good.json: valid\n', stderr: '' });
    const refused = await novaspec(['validate', ...attachRequest, 'bad.json'], folder);
    expect(refused.stdout).toMatch(/^bad\.json: \/volumeAttachment\/volumeId: .+ \(format\)$/m);
    expect(refused.stdout).toMatch(/^bad\.json: \/volumeAttachment\/extra~0~1key: .+ \(additionalProperties\)$/m);
    expect(refused).toMatchObject({ code: 1, stderr: '' });
  });

  test('reads standard input', async () => {
    const folder = temporaryFolder();
    const answer = await novaspec(['validate', ...attachRequest, '-'], folder, {}, good);
    expect(answer).toEqual({ code: 0, stdout: '-: valid\n', stderr: '' });
  });

  test.for<[string, string[], string]>([
    ['a file that is not there', [...attachRequest, 'none.json'], 'none.json cannot be read: ENOENT'],
    ['what is not JSON', [...attachRequest, '-'], '- is not JSON: '],
    [
      'an unknown operation',
      ['--operation', 'atach', '--microversion', '2.79', '--request', '-'],
      "did you mean 'attach'?",
    ],
    ['an unknown status', [...attachRequest.slice(0, 4), '--status', '201', '-'], 'has no status 201; it has 200, '],
    ['neither request nor status', [...attachRequest.slice(0, 4), '-'], 'give one of --request and --status'],
  ])('refuses %s', async ([, args, line]) => {
    expectUsage(await novaspec(['validate', ...args], temporaryFolder(), {}, '{oops'), line);
  });
});

function ask(...args: string[]): Promise<Outcome> {
  return novaspec(args, temporaryFolder());
}

function expectUsage({ code, stdout, stderr }: Outcome, line: string): void {
  expect(stderr).toMatch(/^novaspec: .+\n$/);
  expect(stderr).toContain(line);
  expect(stdout).toBe('');
  expect(code).toBe(2);
}

function matches(value: Record<string, unknown>, shape: Record<string, unknown>): boolean {
  try {
    expect(value).toMatchObject(shape);
    return true;
  } catch {
    return false;
  }
}
