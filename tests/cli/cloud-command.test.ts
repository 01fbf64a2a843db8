import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { passwordAuth } from '../cloud/client.ts';
import { listen } from '../target/support.ts';
import { novaspec, reportIn, start, temporaryFolder } from './command.ts';

test('serves a cloud with a clouds.yaml that works, until it is told to stop', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'ready.yaml');
  const { child, ended } = start(['cloud', '--port', '0', '--ready-file', 'ready.yaml'], folder);
  await expect.poll(() => existsSync(file) && readFileSync(file, 'utf8').length, { timeout: 20_000 }).toBeTruthy();
  const text = readFileSync(file, 'utf8');
  const { auth } = parse(text).clouds.novaspec;
  const token = await fetch(`${auth.auth_url}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(passwordAuth(auth)),
  });
  expect(token.status).toBe(201);
  expect(token.headers.get('x-subject-token')).toBeTruthy();

  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, stdout: text, stderr: '' });
  await expect(fetch(auth.auth_url)).rejects.toThrow();
});

test('a port that is taken is told in one line', async () => {
  const port = (await listen(createServer())).split(':')[1] ?? '';
  const { code, stdout, stderr } = await novaspec(['cloud', '--port', port], temporaryFolder());
  expect(stderr).toMatch(new RegExp(`^novaspec: --port ${port}: .*EADDRINUSE.*\\n$`));
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('plays another release, with mistakes and troubles', async () => {
  const folder = temporaryFolder();
  const more = ['--fault', 'header-vary-missing', '--trouble', 'pause-never-ends', '--trouble', 'suspend-fails'];
  const args = ['cloud', '--release', '2025.1', ...more, '--delay', '1', '--ready-file', 'clouds.yaml'];
  const { says } = start(args, folder);
  await says('clouds:');
  await expect.poll(() => existsSync(join(folder, 'clouds.yaml')), { timeout: 20_000 }).toBe(true);
  const env = { OS_CLIENT_CONFIG_FILE: join(folder, 'clouds.yaml') };
  const rules = ['headers.vary', 'attach.state.paused', 'attach.state.suspended'].flatMap(rule => ['--rule', rule]);
  const selection = ['--os-cloud', 'novaspec', ...rules, '--microversions', '2.79', '--wait', '1', '--out', 'out'];
  const { code, stdout } = await novaspec(['run', ...selection], folder, env);
  expect(stdout).toContain('microversions 2.1 to 2.100');
  expect(code).toBe(1);
  const { cases } = reportIn(join(folder, 'out'));
  expect(cases.filter(({ verdict }) => verdict === 'fail').every(({ rule }) => rule.startsWith('headers.vary'))).toBe(
    true,
  );
  const errors = cases.filter(({ verdict }) => verdict === 'error').map(({ rule }) => rule);
  expect(errors.toSorted()).toEqual(['attach.state.paused', 'attach.state.suspended']);
});

test.each([
  [['--release', 'zd'], "--release: 'zd' is not known, did you mean 'zed'?; known: zed, 2025.1, 2026.1, 2026.2"],
  [
    ['--fault', 'header-vary-mising'],
    "--fault: 'header-vary-mising' is not known, did you mean 'header-vary-missing'?",
  ],
  [['--trouble', 'slow-build'], "--trouble: 'slow-build' is not known, did you mean 'slow-builds'?"],
  [
    ['--delay', '-1'],
    "option '--delay <pace>' argument '-1' is invalid. Expected none, quick, realistic or milliseconds, 0 or more.",
  ],
  [
    ['--delay', 'slow'],
    "option '--delay <pace>' argument 'slow' is invalid. Expected none, quick, realistic or milliseconds, 0 or more.",
  ],
])('%j is told in one line', async (args, line) => {
  const { code, stdout, stderr } = await novaspec(['cloud', ...args], temporaryFolder());
  expect(stderr).toBe(`novaspec: ${line}\n`);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});
