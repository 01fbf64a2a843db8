import { readFileSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePort, listen, listenTls, record, versionDocument } from '../target/support.ts';
import { openCommandBench } from './bench.ts';
import { novaspec, type Outcome, reportIn, temporaryFolder } from './command.ts';
import { startProxy } from './proxy.ts';

/** One small suite at one microversion: what is wrong shows before any case. */
const small = ['run', '--suite', 'headers', '--microversions', '2.79', '--timeout', '1', '--out', 'out'];

describe('a target that cannot be judged is told in one line, and reported', () => {
  test('nothing listens', async () => {
    const outcome = await runAt(`http://${await freePort()}`);
    expectFailure(outcome, 3, /^GET http:\S+: nothing listens on 127\.0\.0\.1:\d+ \(ECONNREFUSED\): /);
  });

  test('https:// for plain HTTP', async () => {
    const { origin } = await record(() => ({ body: versionDocument }));
    const outcome = await runAt(origin.replace('http:', 'https:'));
    expectFailure(outcome, 3, /does not speak TLS.*use http:\/\/$/);
  });

  test('no URL at all', async () => {
    expectFailure(
      await runAt('nova.example.org'),
      2,
      /^--target: nova\.example\.org is no URL of a service: .*http:\/\//,
    );
  });

  test('a certificate of nobody', async () => {
    const { host, ca } = await listenTls(versionDocument);
    const outcome = await runAt(`https://${host}`);
    expectFailure(outcome, 3, /the certificate of \S+ is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\): .*--cacert/);
    // What the line advises gets past the certificate.
    const args = ['list', '--target', `https://${host}`, '--cacert', ca, '--microversions', 'latest'];
    const trusting = await novaspec(args, temporaryFolder());
    expect(trusting).toMatchObject({ code: 0, stderr: '' });
  });

  test('HTML instead of JSON', async () => {
    const { origin } = await record(() => ({ headers: { 'content-type': 'text/html' }, body: '<h1>It works!</h1>' }));
    expectFailure(await runAt(origin), 3, /answered HTML, not JSON \(200\): is this the compute endpoint\?$/);
  });

  test('an answer without end', async () => {
    const server = http.createServer((_, response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    });
    expectFailure(await runAt(`http://${await listen(server)}`), 3, /no complete answer within 1 s: .*--timeout/);
  });

  test('an answer of 5 MB', async () => {
    const { origin } = await record(() => ({ body: ' '.repeat(5 * 1024 * 1024) }));
    expectFailure(await runAt(origin), 3, /the answer is larger than \d+ bytes/);
  });
});

test('wrong credentials', async () => {
  const cloud = await openCommandBench();
  const file = join(cloud.folder, 'clouds.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/password: ".*"/g, 'password: "wrong"'));
  const outcome = await run(['--os-cloud', 'novaspec'], cloud.folder, cloud.env);
  expectFailure(
    outcome,
    3,
    /^Keystone refuses cloud novaspec, user member, project demo at \S+: .*check user, password/,
  );
  expect(outcome.stdout + outcome.stderr).not.toContain('"wrong"');
});

describe('clouds.yaml', () => {
  test('that is no YAML: file and line', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'clouds.yaml'), 'clouds:\n  prod:\n    auth: [\n');
    expectFailure(await run(['--os-cloud', 'prod'], folder), 2, /clouds\.yaml:\d+/);
  });

  test('without that cloud: the nearest', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'clouds.yaml'), 'clouds:\n  production:\n    auth: {}\n');
    expectFailure(
      await run(['--os-cloud', 'prodution'], folder),
      2,
      /no cloud prodution in .*did you mean production\?/,
    );
  });
});

test('list says it in one line, too', async () => {
  const target = `http://${await freePort()}`;
  const { code, stdout, stderr } = await novaspec(
    ['list', '--target', target, '--microversions', 'latest'],
    temporaryFolder(),
  );
  expect(stderr).toMatch(/^novaspec: GET http:\S+: nothing listens on .+\n$/);
  expect(stdout).toBe('');
  expect(code).toBe(3);
});

test('a cloud that stalls ends as incomplete: every request has a limit', async () => {
  const cloud = await openCommandBench();
  const stalled = /\/servers\/[^/]+\/os-volume_attachments/;
  const url = await startProxy(cloud.cloud.url, { answer: ({ path }) => (stalled.test(path) ? 'stall' : undefined) });
  writeFileSync(join(cloud.folder, 'clouds.yaml'), cloud.cloud.cloudsYaml().replaceAll(cloud.cloud.url, url));
  const args = ['run', '--os-cloud', 'novaspec', '--case', 'headers.vary[list]@2.79', '--timeout', '1', '--out', 'out'];
  const { code, stdout } = await novaspec(args, cloud.folder, cloud.env);

  expect(stdout).toMatch(/^ERROR headers\.vary\[list\]@2\.79: could not be judged: .*no complete answer within 1 s/m);
  expect(code).toBe(4);
  expect(reportIn(join(cloud.folder, 'out'))).toMatchObject({ exitCode: 4, verdict: 'incomplete', leftovers: [] });
  expect(await cloud.leftovers()).toEqual([]);
});

interface Failed extends Outcome {
  folder: string;
}

function runAt(target: string): Promise<Failed> {
  return run(['--target', target], temporaryFolder());
}

async function run(args: string[], folder: string, env: Record<string, string> = {}): Promise<Failed> {
  return { ...(await novaspec([...small, ...args], folder, env)), folder };
}

/** The same line on the screen, where it may be wrapped, and in the report; nothing on standard error. */
function expectFailure({ code, stdout, stderr, folder }: Failed, exitCode: number, line: RegExp): void {
  expect(stderr).toBe('');
  const report = reportIn(join(folder, 'out'));
  expect(report).toMatchObject({ exitCode, verdict: 'could not run', complete: false, ledger: { created: 0 } });
  expect(report.failure).toMatch(line);
  expect(report.failure).not.toContain('\n');
  expect(stdout.replaceAll(/\s+/g, ' ')).toContain(`${report.failure} COULD NOT RUN (exit code ${exitCode})`);
  expect(code).toBe(exitCode);
}
