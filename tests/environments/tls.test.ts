import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import https from 'node:https';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connect } from '../../src/target/connect.ts';
import type { TargetSettings } from '../../src/target/settings.ts';
import { openCommandBench } from '../cli/bench.ts';
import { novaspec, reportIn, startProcess, temporaryFolder } from '../cli/command.ts';
import { failure, settings, versionDocument } from '../target/support.ts';
import { makeAuthority, makeExpired } from './certificates.ts';
import { listenAt, startFront } from './front.ts';

const ipv6 = Object.values(networkInterfaces()).some(all => all?.some(({ address }) => address === '::1'));
/** Where the machine has no IPv6, all stands on IPv4. */
const loopback = ipv6 ? '::1' : '127.0.0.1';

const small = ['--case', 'attach.success*', '--microversions', 'latest', '--out', 'out'];

test('a cloud behind TLS that knows its clients, with services at other hosts, under prefixes, with the project in the path and slashes at the end', async context => {
  const { cloud, folder, projects, tokens } = await openCommandBench({ faults: ['header-vary-missing'] });
  const authority = makeAuthority(folder, 'ca');
  const server = authority.issue('server', ['IP:127.0.0.1', 'IP:::1']);
  authority.issue('client');
  const tls = { ...server, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
  const project = projects.member;

  const nova = await startFront({
    address: loopback,
    tls,
    cloud: cloud.url,
    paths: [
      [`/site/a/compute/v2.1/${project}`, '/compute/v2.1'],
      ['/site/a/compute/', '/compute/'],
    ],
  });
  const cinder = await startFront({ cloud: cloud.url, paths: [['/deep/volume', '/volume']] });
  const catalog = [
    [`"url":"${cloud.url}/compute/v2.1"`, `"url":"${nova.origin}/site/a/compute/v2.1/${project}/"`],
    [`"url":"${cloud.url}/volume/`, `"url":"${cinder.origin}/deep/volume/`],
  ];
  const keystone = await startFront({
    address: loopback,
    tls,
    cloud: cloud.url,
    paths: [['/id/', '/identity/']],
    edit: text => catalog.reduce((edited, [here = '', there = '']) => edited.replaceAll(here, there), text),
  });
  const yaml = cloud
    .cloudsYaml()
    .replaceAll(`${cloud.url}/identity/v3`, `${keystone.origin}/id/`)
    .replaceAll('    region_name:', '    cacert: ca.pem\n    cert: client.pem\n    key: client.key\n    region_name:');
  writeFileSync(join(folder, 'clouds.yaml'), yaml);

  const outcome = await novaspec(['run', '--os-cloud', 'novaspec', ...small], folder);
  expect(outcome.stdout).toContain('CONFORMING (exit code 0)');
  expect(outcome).toMatchObject({ code: 0, stderr: '' });
  expect(keystone.seen).toContain('POST /id/v3/auth/tokens');
  expect(nova.seen.filter(line => /^POST \S+\/os-volume_attachments$/.test(line))).toHaveLength(1);
  expect(cinder.seen.some(line => line.startsWith('POST /deep/volume/v3/'))).toBe(true);
  expect([...nova.seen, ...cinder.seen].filter(line => /\w\/\//.test(line))).toEqual([]);

  // A bare target, by options alone; the command that repeats a failure repeats them, too.
  const target = `${nova.origin}/site/a/compute/v2.1/${project}/`;
  const trust = ['--cacert', 'ca.pem', '--cert', 'client.pem', '--cert-key', 'client.key'];
  const volume = ['--volume-url', `${cinder.origin}/deep/volume/v3/${project}/`];
  const env = { OS_TOKEN: tokens.member };
  const vary = ['--case', 'headers.vary[list]@2.79'];
  const bare = await novaspec(['run', '--target', target, ...volume, ...trust, ...vary, '--out', 'out'], folder, env);
  expect(bare).toMatchObject({ code: 1, stderr: '' });
  expect(reportIn(join(folder, 'out')).cases).toMatchObject([{ verdict: 'fail' }]);
  const word = ipv6 ? `'${target}'` : target;
  expect(bare.stdout).toContain(`  repeat  npx novaspec run --target ${word} --volume-url ${cinder.origin}/`);
  expect(bare.stdout).toContain(` ${trust.join(' ')} --case 'headers.vary[list]@2.79'\n`);

  // The same by the environment, as openstack reads it.
  const words = ['list', '--target', `${nova.origin}/site/a/compute`, '--microversions', 'latest'];
  const named = { ...env, OS_CACERT: 'ca.pem', OS_CERT: 'client.pem', OS_KEY: 'client.key' };
  expect(await novaspec(words, folder, named)).toMatchObject({ code: 0, stderr: '' });
  if (!ipv6) await context.annotate('no IPv6 loopback on this machine: IPv4 took its place');
});

test('files that are no certificates or keys are told by name, and nothing is sent', async () => {
  const folder = temporaryFolder();
  const authority = makeAuthority(folder, 'ca');
  authority.issue('client');
  authority.issue('other');
  writeFileSync(join(folder, 'empty.pem'), '');
  writeFileSync(join(folder, 'broken.pem'), authority.cert.replace(/(?<=CERTIFICATE-----\n).{40}/, 'A'.repeat(40)));
  execFileSync('openssl', ['pkey', '-aes128', '-passout', 'pass:x', '-in', 'client.key', '-out', 'locked.key'], {
    cwd: folder,
    stdio: 'pipe',
  });
  const says = async (files: Record<string, string>) => {
    const named = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, join(folder, file)]));
    const byEnvironment = Object.keys(files).every(name => name.startsWith('OS_'));
    const [over, env] = byEnvironment ? [{}, named] : [named, {}];
    const error = await failure(reach('https://nova.invalid', over, env));
    expect(error.kind).toBe('config');
    return error.message.replaceAll(`${folder}/`, '').replaceAll(folder, '.');
  };
  const cert = 'client.pem';
  const rows = await Promise.all([
    says({ cacert: 'none.pem' }),
    says({ cacert: '.' }),
    says({ OS_CACERT: 'empty.pem' }),
    says({ cacert: 'broken.pem' }),
    says({ cert }),
    says({ cert, key: 'none.key' }),
    says({ cert, key: 'client.pem' }),
    says({ cert, key: 'other.key' }),
    says({ cert, key: 'locked.key' }),
    says({ OS_KEY: 'client.key' }),
  ]);
  expect(rows.map(row => row.replace(/\(ERR_\w+\)/, '(ERR_…)'))).toEqual([
    'cacert none.pem cannot be read (ENOENT)',
    'cacert . cannot be read (EISDIR)',
    'cacert empty.pem holds no certificate: it must be a PEM file',
    'cacert broken.pem holds a broken certificate (ERR_…)',
    'cert client.pem holds no private key: it must be a PEM file',
    'key none.key cannot be read (ENOENT)',
    'key client.pem holds no private key: it must be a PEM file',
    'key other.key is not the key of cert client.pem',
    'key locked.key is encrypted: nobody is asked for its password; `openssl pkey` decrypts it',
    'key client.key has no cert beside it: name its certificate',
  ]);
  const target = ['list', '--target', 'https://nova.invalid', '--microversions', 'latest'];
  for (const [args, line] of [
    [['--cert', 'client.pem', '--cert-key', 'other.key'], 'key other.key is not the key of cert client.pem'],
    [['--cert-key', 'client.key'], '--cert-key goes with --cert'],
  ] as const) {
    const outcome = await novaspec([...target, ...args], folder);
    expect(outcome).toEqual({ code: 2, stdout: '', stderr: `novaspec: ${line}\n` });
  }
});

test('certificates that are refused, by either side: one line that says what to do', async () => {
  const folder = temporaryFolder();
  const authority = makeAuthority(folder, 'ca');
  const stranger = makeAuthority(folder, 'stranger').issue('guest');
  authority.issue('client');
  const good = authority.issue('server', ['IP:127.0.0.1']);
  const strict = { ...good, ca: authority.cert, requestCert: true, rejectUnauthorized: true };
  const ca = { cacert: authority.certFile };
  const guest = { cert: stranger.certFile, key: stranger.keyFile };

  expect(await refusal(await serve(authority.issue('named', ['DNS:nova.test'])), ca)).toContain(
    'the certificate of HOST is for another name (ERR_TLS_CERT_ALTNAME_INVALID): use a name that stands in it, or',
  );
  const old = makeExpired(folder, 'old');
  expect(await refusal(await serve(old), { cacert: old.certFile })).toContain(
    'the certificate of HOST is not valid today (CERT_HAS_EXPIRED): compare the clocks, have it renewed, or',
  );
  expect(await refusal(await serve(good), { cacert: join(folder, 'stranger.pem') })).toMatch(
    /the certificate of HOST is not trusted \(\w+\): name its CA by --cacert/,
  );
  // Node's server cuts the connection of a stranger; others say what they miss.
  expect(await refusal(await serve(strict), { ...ca, ...guest })).toMatch(
    /closed before the answer was complete \(\w+\): .*not repeated; is the client certificate one that the target trusts\?/,
  );
  for (const version of ['-tls1_2', '-tls1_3']) {
    const server = await opensslServer(
      ['s_server', version, '-www', ...strictly, '-cert', good.certFile, '-key', good.keyFile],
      folder,
    );
    expect(await refusal(server, ca)).toMatch(
      /HOST wants a client certificate \([\w/ ]*alert [\w ]+\): name a certificate by --cert /,
    );
    expect(await refusal(server, { ...ca, ...guest })).toMatch(
      /HOST refuses the client certificate \([\w/ ]*alert [\w ]+\): it must be one that this server trusts/,
    );
  }
  const nginx = createServer((_, response) => {
    response
      .writeHead(400, { 'content-type': 'text/html' })
      .end('<center>No required SSL certificate was sent</center>');
  });
  expect(await refusal(`http://127.0.0.1:${await listenAt(nginx)}`, {})).toMatch(
    /^GET \S+: the server wants a client certificate \(400\): name a certificate by --cert /,
  );
  const outcome = await novaspec(['list', '--target', await serve(strict), '--cacert', 'ca.pem'], folder);
  expect(outcome).toMatchObject({ code: 3, stdout: '' });
  expect(outcome.stderr).toMatch(/^novaspec: GET https:\S+: \S+ wants a client certificate .*\n$/);
});

/** Any Nova. */
const answer: RequestListener = (_, response) => {
  response.setHeader('content-type', 'application/json').end(JSON.stringify(versionDocument));
};

async function serve(tls: https.ServerOptions): Promise<string> {
  return `https://127.0.0.1:${await listenAt(https.createServer(tls, answer))}`;
}

/** Why a target cannot be reached. */
async function refusal(target: string, over: Partial<TargetSettings>): Promise<string> {
  const error = await failure(reach(target, over));
  expect(error.kind).toBe('unreachable');
  return error.message.replaceAll(/127\.0\.0\.1:\d+/g, 'HOST');
}

/** Asks a bare target for its microversions. */
function reach(targetUrl: string, over: Partial<TargetSettings>, env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  return connect({ ...settings, targetUrl, ...over }, env, '/');
}

const strictly = ['-accept', '127.0.0.1:0', '-Verify', '1', '-verify_return_error', '-CAfile', 'ca.pem'];

/** Starts openssl's server, which tells its port; gives its URL. */
async function opensslServer(args: string[], cwd: string): Promise<string> {
  const server = startProcess('openssl', args, cwd, process.env);
  let said = '';
  server.child.stdout?.on('data', text => {
    said += text;
  });
  await server.says('ACCEPT');
  const [, port] = /ACCEPT 127\.0\.0\.1:(\d+)/.exec(said) ?? [];
  return `https://127.0.0.1:${port}`;
}
