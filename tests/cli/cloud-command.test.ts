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

test.each([
  ['127.0.0.2', 'http://127.0.0.2:'],
  ['::1', 'http://[::1]:'],
])('listens on %s when it is told to, and its catalog says so', async (address, prefix) => {
  const folder = temporaryFolder();
  const { child, says, ended } = start(['cloud', '--listen', address, '--ready-file', 'clouds.yaml'], folder);
  await says('clouds:');
  await expect.poll(() => existsSync(join(folder, 'clouds.yaml')), { timeout: 20_000 }).toBe(true);
  const { auth } = parse(readFileSync(join(folder, 'clouds.yaml'), 'utf8')).clouds.novaspec;
  expect(auth.auth_url.startsWith(prefix)).toBe(true);
  const token = await fetch(`${auth.auth_url}/auth/tokens`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(passwordAuth(auth)),
  });
  const { catalog } = ((await token.json()) as { token: { catalog: { endpoints: { url: string }[] }[] } }).token;
  const urls = catalog.flatMap(({ endpoints }) => endpoints.map(({ url }) => url));
  expect(urls.every(url => url.startsWith(prefix))).toBe(true);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});

test('nobody else can reach it unless it is told to listen; then it says what that means', async () => {
  const folder = temporaryFolder();
  const plain = start(['cloud'], folder);
  await plain.says('clouds:');
  plain.child.kill('SIGTERM');
  expect((await plain.ended).stdout).toContain('auth_url: http://127.0.0.1:');
  const url = 'http://cloud.example.org:8774';
  const wide = start(['cloud', '--listen', '0.0.0.0', '--public-url', `${url}/`], folder);
  await wide.says('clouds:');
  wide.child.kill('SIGTERM');
  const { stdout, stderr, code } = await wide.ended;
  expect(stderr).toBe(
    'novaspec: whoever reaches 0.0.0.0 can use this cloud: its passwords, its log and its reset are no secret\n',
  );
  expect(stdout).toContain(`auth_url: ${url}/identity/v3`);
  expect(code).toBe(0);
});

test('an address that is not of this machine is told in one line', async () => {
  const { code, stdout, stderr } = await novaspec(['cloud', '--listen', '192.0.2.1'], temporaryFolder());
  expect(stderr).toMatch(/^novaspec: --listen 192\.0\.2\.1: .*EADDRNOTAVAIL.*\n$/);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('a ready file that cannot be written is told in one line, and the cloud ends', async () => {
  const { code, stderr } = await novaspec(['cloud', '--ready-file', 'no/such/folder.yaml'], temporaryFolder());
  expect(stderr).toMatch(/^novaspec: --ready-file: .*ENOENT.*\n$/);
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
  [['--port', '65536'], "option '--port <n>' argument '65536' is invalid. Expected a port, 0 to 65535."],
  [['--port', '0.0.0.0:80'], "option '--port <n>' argument '0.0.0.0:80' is invalid. Expected a port, 0 to 65535."],
  [
    ['--listen', 'everywhere'],
    "option '--listen <address>' argument 'everywhere' is invalid. Expected an IP address of this machine, as 127.0.0.1 or ::1.",
  ],
  [
    ['--public-url', 'cloud.example.org'],
    "option '--public-url <url>' argument 'cloud.example.org' is invalid. Expected an http or https URL without a query, as http://cloud.example.org:8774.",
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
