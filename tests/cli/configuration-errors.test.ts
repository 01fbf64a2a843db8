import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { novaspec, temporaryFolder } from './command.ts';

describe('what is wrong in the file is told with its line, whatever the command', () => {
  test.each([
    ['an unknown key', 'seed: 1\nos_cloud: x', "2: key: 'os_cloud' is not known, did you mean 'os-cloud'?"],
    ['one of a profile', 'profiles:\n  lab:\n    sede: 1', "3: lab: 'sede' is not known, did you mean 'seed'?"],
    ['an unknown persona', 'persona: {\n  raeder: x }', "2: persona: 'raeder' is not known, did you mean 'reader'?"],
    ['a key that is there twice', 'seed: 1\nruns: 2\nseed: 1', '3: seed is there twice'],
    ['an item that is there twice', 'rule:\n  - a\n  - b\n  - a', '4: rule: "a" is there twice'],
    ['no list', 'rule: attach', '1: rule: "attach" is invalid. Expected a list, as [ONE, TWO].'],
    ['no text', 'os-cloud:\nseed: 1', '1: os-cloud: null is invalid. Expected a text.'],
    ['no flag', '\ninsecure: maybe', '2: insecure: "maybe" is invalid. Expected true or false.'],
    ['no number', 'concurrency: lots', '1: concurrency: "lots" is invalid. Expected a whole number of 1 or more.'],
    ['too small a number', 'concurrency: 0', '1: concurrency: 0 is invalid. Expected a whole number of 1 or more.'],
    ['an unknown level', 'level:\n- requird', "2: level: 'requird' is not known, did you mean 'required'?"],
    ['no settings at all', '- a', '1: ["a"] is invalid. Expected settings, as NAME: VALUE.'],
    [
      'a profile in a profile',
      'profiles: { a: {\n  profiles: {} } }',
      '2: profiles.a.profiles: {} is invalid. A profile',
    ],
    ['no YAML', 'rule: [a\nseed: 1', '2: '],
    [
      'a variable that is not set',
      `\ntoken: \${SECRET}`,
      `2: SECRET is not set in the environment; \${SECRET:-DEFAULT}`,
    ],
    ['an empty one', `rule:\n  - "\${EMPTY}"`, '2: EMPTY is not set in the environment'],
    ['what is no variable', `token: \${SEC-RET}`, `1: a \${ begins no \${NAME}`],
  ])('%s', async (_, content, line) => {
    const { code, stderr, stdout } = await inFolder(content, ['judge', 'nothing.har'], { EMPTY: '' });
    expect(stderr).toMatch(/^novaspec: novaspec\.yaml:.+\n$/);
    expect(stderr).toContain(`novaspec.yaml:${line}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('what an option refuses is told with the place that it came from', () => {
  test.each<[string, Record<string, string>, string]>([
    ['rule:\n  - headers\n  - atach', {}, "novaspec.yaml:3: rule: 'atach' is not known, did you mean 'attach'?"],
    ['suite: [headers,\n  heders]', {}, "novaspec.yaml:2: suite: 'heders' is not known, did you mean 'headers'?"],
    ['microversions: 2.999', {}, 'novaspec.yaml:1: microversions'],
    ['redact: ["("]', {}, 'novaspec.yaml:1: redact: Invalid regular expression'],
    ['reporter:\n  - tap\n  - junti=x', {}, "novaspec.yaml:3: reporter: 'junti' is not known, did you mean 'junit'?"],
    [`seed: "\${N}"`, { N: '0' }, "novaspec.yaml:1: seed: '0' is invalid. Expected a whole number of 1 or more."],
    [`insecure: \${N}`, { N: 'yes' }, "novaspec.yaml:1: insecure: 'yes' is invalid. Expected true or false, 1 or 0."],
    ['', { NOVASPEC_TIMEOUT: '0' }, "NOVASPEC_TIMEOUT: '0' is invalid. Expected a number above 0."],
    ['', { NOVASPEC_LEVEL: 'nix' }, "NOVASPEC_LEVEL: 'nix' is not known"],
    ['', { NOVASPEC_PERSONA: 'reader' }, "NOVASPEC_PERSONA: 'reader' is invalid. Expected PERSONA=CLOUD."],
    ['', { NOVASPEC_PERSONA: 'raeder=x' }, "NOVASPEC_PERSONA: 'raeder' is not known, did you mean 'reader'?"],
    ['', { NOVASPEC_INSECURE: 'on' }, "NOVASPEC_INSECURE: 'on' is invalid. Expected true or false, 1 or 0."],
  ])('%j %j', async (content, env, line) => {
    const { code, stderr, stdout } = await inFolder(content, ['run'], env);
    expect(stderr.replace(/^configuration: novaspec\.yaml\n/, '')).toMatch(/^novaspec: .+\n$/);
    expect(stderr).toContain(`novaspec: ${line}`);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('what is wrong with the choice of a file', () => {
  test.each<[string[], Record<string, string>, string]>([
    [['--config', 'nix.yaml'], {}, 'nix.yaml: cannot be read: there is no such file'],
    [[], { NOVASPEC_CONFIG: 'folder' }, 'folder: cannot be read: EISDIR'],
    [['--config-profile', 'lba'], {}, "novaspec.yaml: --config-profile: 'lba' is not known, did you mean 'lab'?"],
    [[], { NOVASPEC_CONFIG_PROFILE: 'x' }, "novaspec.yaml: NOVASPEC_CONFIG_PROFILE: 'x' is not known"],
    [['--no-config', '--config-profile', 'lab'], {}, '--config-profile does not go with --no-config'],
  ])('%j %j', async (args, env, line) => {
    const { code, stderr } = await inFolder('profiles: { lab: { seed: 2 }, prod: }', ['list', ...args], env);
    expect(stderr).toMatch(/^novaspec: .+\n$/);
    expect(stderr).toContain(`novaspec: ${line}`);
    expect(code).toBe(2);
  });

  test('a profile without a file', async () => {
    const { code, stderr } = await novaspec(['list', '--config-profile', 'lab'], temporaryFolder());
    expect(stderr).toBe('novaspec: --config-profile: there is no novaspec.yaml here; --config FILE names another\n');
    expect(code).toBe(2);
  });
});

test('an empty file, and one of comments, say nothing', async () => {
  for (const content of ['', '# seed: 1\n']) {
    const { code, stderr } = await inFolder(content, ['list', '--suite', 'headers']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: 'configuration: novaspec.yaml\n' });
  }
});

function inFolder(content: string, args: string[], env: Record<string, string> = {}) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'folder'));
  writeFileSync(join(folder, 'novaspec.yaml'), content);
  return novaspec(args, folder, env);
}
