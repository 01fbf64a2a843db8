import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { openCommandBench } from './bench.ts';
import { novaspec, temporaryFolder } from './command.ts';
import { startProxy } from './proxy.ts';

/** All texts below a folder, by path. */
function textsIn(folder: string, below = ''): [string, string][] {
  return readdirSync(join(folder, below)).flatMap(name => {
    const path = join(below, name);
    return statSync(join(folder, path)).isDirectory()
      ? textsIn(folder, path)
      : [[path, readFileSync(join(folder, path), 'utf8')] as [string, string]];
  });
}

/** Every text below one of these keys, wherever it stands. */
function valuesOf(data: unknown, keys: readonly string[]): string[] {
  if (typeof data !== 'object' || data === null) return [];
  return Object.entries(data).flatMap(([key, value]) =>
    typeof value === 'string' && keys.includes(key) ? [value] : valuesOf(value, keys),
  );
}

test('no file of a run and nothing that it prints holds a secret, whatever the cloud repeats', {
  timeout: 120_000,
}, async () => {
  // Failures of every kind, so that all reports quote answers.
  const { cloud } = await openCommandBench({
    faults: ['list-203', 'attach-row-after-in-use', 'seq-third-attach-refused'],
    delay: 'none',
  });
  const tokens = new Set<string>();
  const hidden = {
    adminPass: 'pass-of-the-admin',
    hypervisor_hostname: 'rack-7-of-the-operator',
    'OS-EXT-SRV-ATTR:host': 'host-of-the-operator',
  };
  const gate = await startProxy(cloud.url, {
    // A chatty gateway: each answer repeats the token that it was asked with, and more than members may see.
    edit: (text, { headers }) => {
      const token = headers['x-auth-token'];
      if (typeof token === 'string') tokens.add(token);
      if (!text.startsWith('{') || text.startsWith('{"token"')) return text;
      return text.replace('{', `{"echo":${JSON.stringify({ token, ...hidden })},`);
    },
  });
  const home = temporaryFolder();
  const clouds = cloud.cloudsYaml().replaceAll(cloud.url, gate);
  writeFileSync(join(home, 'clouds.yaml'), clouds);
  const passwords = valuesOf(parse(clouds), ['password', 'application_credential_secret']);
  expect(passwords.length).toBeGreaterThan(3);
  const host = new URL(gate).host;
  const { code, stdout, stderr } = await novaspec(
    [
      'run',
      ...'--os-cloud novaspec --persona reader=novaspec-reader --persona admin=novaspec-admin'.split(' '),
      ...'--rule list.success --rule attach.async.list-first --rule history.settled --rule headers.vary --rule attach.request'.split(
        ' ',
      ),
      ...'--microversions latest --runs 2 --wait 3 --verbose --out out'.split(' '),
      '--redact',
      host.replaceAll('.', '\\.'),
      '--redact',
      'novaspec-reader',
    ],
    home,
    {
      OS_CLIENT_CONFIG_FILE: join(home, 'clouds.yaml'),
      GITHUB_ACTIONS: 'true',
      GITHUB_STEP_SUMMARY: join(home, 'summary.md'),
    },
  );
  expect(stderr).toBe('');
  expect(code).toBe(1);
  const texts: [string, string][] = [
    ...textsIn(join(home, 'out')),
    ['summary', readFileSync(join(home, 'summary.md'), 'utf8')],
    ['terminal', stdout],
  ];
  const files = texts.map(([name]) => name);
  for (const name of [
    'report.json',
    'report.html',
    'exchanges.har',
    'junit.xml',
    'ctrf.json',
    'results.tap',
    'report.md',
    'ledger.jsonl',
  ])
    expect(files).toContain(name);
  expect(tokens.size).toBeGreaterThan(1);
  // What each secret would look like: as it is, in a URL, in JSON.
  const secrets = [...passwords, ...tokens, ...Object.values(hidden), host, 'novaspec-reader'];
  const told = secrets.flatMap(secret =>
    texts.flatMap(([name, text]) =>
      [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')].some(form => text.includes(form))
        ? [`${name} holds ${secret}`]
        : [],
    ),
  );
  expect(told).toEqual([]);
  // The test would be blind if what was repeated had never come so far.
  const har = texts.find(([name]) => name === 'exchanges.har')?.[1] ?? '';
  expect(har).toContain('\\"OS-EXT-SRV-ATTR:host\\":\\"***\\"');
  expect(har).toContain('http://***/');
});

test.each([
  ['(', /^novaspec: --redact: Invalid regular expression/],
  ['x*', /^novaspec: --redact: x\* matches everywhere/],
])('the pattern %s is refused in one line', async (pattern, message) => {
  const { code, stderr } = await novaspec(['run', '--redact', pattern], temporaryFolder());
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
  expect(stderr.trimEnd()).not.toContain('\n');
});
