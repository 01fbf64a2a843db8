import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { connect } from '../../src/target/connect.ts';
import type { TargetError } from '../../src/target/errors.ts';
import { openCommandBench } from '../cli/bench.ts';
import { novaspec, temporaryFolder } from '../cli/command.ts';
import { failure, freePort, record, settings, versionDocument } from '../target/support.ts';
import { makeAuthority } from './certificates.ts';
import { startForwarder, startSocks } from './forwarder.ts';
import { listenAt, startFront } from './front.ts';

test('all that a run says goes through the proxies, but what NO_PROXY exempts; their password is nowhere', async () => {
  const { cloud, folder } = await openCommandBench();
  const port = Number(new URL(cloud.url).port);
  const server = makeAuthority(folder, 'ca').issue('server', ['DNS:nova.test']);
  const nova = await startFront({ tls: server, cloud: cloud.url, paths: [['/', '/compute/']] });
  const plain = await startForwarder({ hosts: { 'keystone.test:80': port }, credentials: 'proxy-user:p%ss word' });
  const tunnel = await startForwarder({ hosts: { 'nova.test:443': nova.port }, credentials: 'tunnel-user:t0p-s3cret' });
  // 0.0.0.0 is this machine, too, but not by a name of the loopback, which no proxy is asked about.
  const cinder = `http://0.0.0.0:${port}`;
  const keystone = await startFront({
    cloud: cloud.url,
    paths: [['/identity/', '/identity/']],
    edit: text =>
      text
        .replaceAll(`"url":"${cloud.url}/compute/`, '"url":"https://nova.test/')
        .replaceAll(`"url":"${cloud.url}/volume/`, `"url":"${cinder}/volume/`)
        .replaceAll(`"url":"${cloud.url}`, '"url":"http://keystone.test'),
  });
  Object.assign(plain.hosts, { 'identity.test:5000': keystone.port });
  const yaml = cloud
    .cloudsYaml()
    .replaceAll(`${cloud.url}/identity/v3`, 'http://identity.test:5000/identity')
    .replaceAll('    region_name:', '    cacert: ca.pem\n    region_name:');
  writeFileSync(join(folder, 'clouds.yaml'), yaml);
  const env = {
    http_proxy: `http://proxy-user:p%25ss%20word@${plain.host}`,
    HTTP_PROXY: 'http://the-lower-case.wins.invalid',
    HTTPS_PROXY: `http://tunnel-user:t0p-s3cret@${tunnel.host}/`,
    NO_PROXY: 'other.test, 0.0.0.0',
  };
  const args = ['run', '--os-cloud', 'novaspec', '--persona', 'reader=novaspec-reader', '--microversions', 'latest'];
  const outcome = await novaspec([...args, '--suite', 'headers', '--out', 'out', '--verbose'], folder, env);
  expect(outcome.stdout).toContain('CONFORMING (exit code 0)');
  expect(outcome).toMatchObject({ code: 0, stderr: '' });

  expect(plain.seen).toContain('POST http://identity.test:5000/identity/v3/auth/tokens');
  expect(plain.seen.some(line => line.startsWith('GET http://keystone.test/image/'))).toBe(true);
  expect(plain.seen.filter(line => !/ http:\/\/(identity\.test:5000|keystone\.test)\//.test(line))).toEqual([]);
  expect(new Set(tunnel.seen)).toEqual(new Set(['CONNECT nova.test:443']));
  // Sockets are used again: no tunnel for each request.
  expect(nova.seen.length).toBeGreaterThan(tunnel.seen.length * 2);
  expect(cloud.log().exchanges.some(({ request }) => request.path.startsWith('/volume/v3/'))).toBe(true);

  const written = readdirSync(join(folder, 'out')).map(name => readFileSync(join(folder, 'out', name), 'utf8'));
  for (const text of [outcome.stdout, ...written])
    expect(text).not.toMatch(/t0p-s3cret|p%25ss|p%ss|dHVubmVsLXVz|cHJveHktdXNl/);
});

describe('which proxy, by the environment', () => {
  const host = 'nova.test:8774';
  test.each([
    [{ http_proxy: 'P' }, true],
    [{ HTTP_PROXY: 'P' }, true],
    [{ ALL_PROXY: 'P' }, true],
    [{ http_proxy: 'P', HTTP_PROXY: 'http://other.invalid' }, true],
    [{ HTTP_PROXY: 'P', ALL_PROXY: 'http://other.invalid' }, true],
    [{ HTTP_PROXY: 'P', http_proxy: '' }, true],
    [{ HTTP_PROXY: 'P', NO_PROXY: 'cinder.test,ova.test,nova.test:80,10.0.0.0/8' }, true],
    [{ https_proxy: 'P' }, false],
    [{ HTTP_PROXY: 'P', NO_PROXY: '*' }, false],
    [{ HTTP_PROXY: 'P', no_proxy: 'nova.test' }, false],
    [{ HTTP_PROXY: 'P', NO_PROXY: 'a.test NOVA.test:8774' }, false],
    [{ HTTP_PROXY: 'P', NO_PROXY: 'test' }, false],
    [{ HTTP_PROXY: 'P', NO_PROXY: '.test' }, false],
    [{ HTTP_PROXY: 'P', NO_PROXY: '*.test' }, false],
  ] as Record<string, string>[][] & [Record<string, string>, boolean][])('%o', async (given, proxied) => {
    await expectProxied(host, given, proxied);
  });

  // Addresses that lead to this machine, but are none of the loopback's own.
  test.each([
    ['0.0.0.0', '0.0.0.0', false],
    ['0.0.0.0', '0.0.0.0/8', false],
    ['0.0.0.0', '10.0.0.0/8', true],
    ['[::ffff:127.0.0.1]', '::ffff:7f00:1', false],
    ['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', false],
    ['[::ffff:127.0.0.1]', '::ffff:0:0/96', false],
    ['[::ffff:127.0.0.1]', 'fd00::/8', true],
    ['127.0.0.1', '', false],
    ['localhost', '', false],
  ])('%s with NO_PROXY=%s', async (address, exempt, proxied) => {
    const direct = await record(() => ({ body: versionDocument }));
    const port = new URL(direct.origin).port;
    await expectProxied(`${address}:${port}`, { HTTP_PROXY: 'P', NO_PROXY: exempt }, proxied);
    expect(direct.received).toHaveLength(proxied ? 0 : 1);
  });

  /** Whether a request goes to the proxy `P`; a name that nobody knows fails without. */
  async function expectProxied(target: string, given: Record<string, string>, proxied: boolean): Promise<void> {
    const { origin, received } = await record(() => ({ body: versionDocument }));
    // A proxy without a scheme speaks HTTP.
    const env = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, value.replace(/^P$/, origin.slice('http://'.length))]),
    );
    const outcome = await reach(`http://${target}`, env).catch((error: TargetError) => error.message);
    expect(received.map(({ path }) => path)).toEqual(proxied ? [`${new URL(`http://${target}`).origin}/v2.1/`] : []);
    if (target === host && !proxied) expect(outcome).toContain('the name nova.test does not resolve');
    else expect(outcome).toMatchObject({ compute: { max: '2.96' } });
  }

  test('SOCKS', async () => {
    const { origin, received } = await record(() => ({ body: versionDocument }));
    const { host: proxy, seen } = await startSocks({ 'nova.test:8774': Number(new URL(origin).port) });
    await reach('http://nova.test:8774', { ALL_PROXY: `socks5h://${proxy}` });
    expect(seen).toEqual(['SOCKS nova.test:8774']);
    expect(received).toHaveLength(1);
  });

  test.each([
    ['http://', 'it must look like http://proxy.example.org:3128'],
    ['ftp://proxy.example.org', 'ftp:// is none of http://, https://, socks://'],
    ['http://user:100%@proxy.example.org', 'a % in its user or password must be written as %25'],
  ])('HTTPS_PROXY=%s', async (url, says) => {
    const error = await failure(reach('https://nova.test', { HTTPS_PROXY: url }));
    expect(error.kind).toBe('config');
    expect(error.message).toContain(`HTTPS_PROXY is not the URL of a proxy: ${says}`);
  });
});

describe('a proxy that does not help: one line', () => {
  test.each(['http://nova.test', 'https://nova.test'])('%s', async target => {
    const name = target.startsWith('https') ? 'HTTPS_PROXY' : 'HTTP_PROXY';
    const forwarder = await startForwarder({ credentials: 'u:right' });
    const ask = (url: string) => ({ [name]: url });
    const proxy = `the proxy http://${forwarder.host} \\(${name}\\)`;
    expect(await says(target, ask(`http://${forwarder.host}`))).toMatch(
      new RegExp(
        `${proxy} wants credentials \\(407\\): write them into ${name} as .*, or exempt nova.test by NO_PROXY$`,
      ),
    );
    const wrong = await says(target, ask(`http://u:wr0ng-w0rd@${forwarder.host}`));
    expect(wrong).toMatch(new RegExp(`${proxy} refuses the user or password of its URL \\(407\\): correct them in`));
    const host = await freePort();
    const gone = await says(target, ask(`http://u:wr0ng-w0rd@${host}`));
    expect(gone).toMatch(
      new RegExp(`the proxy http://${host} \\(${name}\\) cannot be reached \\(ECONNREFUSED\\): correct`),
    );
    for (const line of [wrong, gone]) expect(line).not.toContain('wr0ng-w0rd');
    expect(await says(target, ask('http://no-proxy.invalid:3128'))).toMatch(
      /cannot be reached \((ENOTFOUND|EAI_AGAIN)\)/,
    );

    const knowsNobody = await startForwarder({});
    expect(await says(target, ask(`http://${knowsNobody.host}`))).toMatch(
      name === 'HTTPS_PROXY'
        ? /the proxy \S+ \(HTTPS_PROXY\) does not connect to nova\.test \(503\): check the target's URL/
        : /answered 503: the service, or the proxy http:\S+ before it, is out of order$/,
    );
    const silent = `127.0.0.1:${await listenAt(net.createServer())}`;
    expect(await says(target, ask(`http://${silent}`), 200)).toMatch(
      name === 'HTTPS_PROXY'
        ? /the proxy \S+ \(HTTPS_PROXY\) cannot be reached \(nothing within 0\.2 s\)/
        : /through the proxy http:\S+: no complete answer within 0\.2 s/,
    );
    const rude = `127.0.0.1:${await listenAt(net.createServer(socket => socket.destroy()))}`;
    expect(await says(target, ask(`http://${rude}`))).toMatch(/the proxy http:\/\/127\.0\.0\.1:\d+/);
  });

  test('the command says it, and ends with 3', async () => {
    const forwarder = await startForwarder({ credentials: 'u:right' });
    const args = ['list', '--target', 'https://nova.test', '--microversions', 'latest'];
    const folder = temporaryFolder();
    const outcome = await novaspec(args, folder, { HTTPS_PROXY: `http://u:wr0ng-w0rd@${forwarder.host}` });
    expect(outcome).toMatchObject({ code: 3, stdout: '' });
    expect(outcome.stderr).toMatch(
      /^novaspec: GET https:\/\/nova\.test\/v2\.1\/: the proxy \S+ \(HTTPS_PROXY\) refuses .*\n$/,
    );
    expect(outcome.stderr).not.toContain('wr0ng-w0rd');
  });
});

function reach(targetUrl: string, env: Record<string, string>, timeoutMs = settings.timeoutMs): Promise<unknown> {
  return connect({ ...settings, targetUrl, timeoutMs }, env, '/');
}

async function says(target: string, env: Record<string, string>, timeoutMs?: number): Promise<string> {
  const error = await failure(reach(target, env, timeoutMs));
  expect(error.kind).toBe('unreachable');
  return error.message;
}
