import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach } from 'vitest';
import { TargetError } from '../../src/target/errors.ts';
import type { TargetSettings } from '../../src/target/settings.ts';

const cleanups: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

export const settings: TargetSettings = { personas: {}, timeoutMs: 5000, maxBodyBytes: 100_000, concurrency: 8 };

/** A temporary folder holding these files; removed after the test. */
export function tree(files: Record<string, string> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'novaspec-target-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** An environment whose home is `home` and that has nothing else. */
export function environment(home: string, variables: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { HOME: home, XDG_CONFIG_DIRS: join(home, 'xdg'), ...variables };
}

/** Starts a server on the loopback; returns its origin without scheme. */
export async function listen(server: Server): Promise<string> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise(resolve => server.close(resolve));
  });
  return hostOf(server);
}

function hostOf(server: Server): string {
  const address = server.address();
  return typeof address === 'object' && address !== null ? `127.0.0.1:${address.port}` : '';
}

/** A port on which nothing listens. */
export async function freePort(): Promise<string> {
  const server = http.createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const host = hostOf(server);
  await new Promise(resolve => server.close(resolve));
  return host;
}

export interface Received {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  /** Names as they came. */
  names: string[];
  body: string;
}

export type Reply = { status?: number; headers?: Record<string, string>; body?: unknown };

/** A server that records what it receives and answers by a function; objects become JSON. */
export async function record(answer: (request: Received) => Reply): Promise<{ origin: string; received: Received[] }> {
  const received: Received[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const entry = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        names: request.rawHeaders.filter((_, index) => index % 2 === 0),
        body: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(entry);
      const { status = 200, headers = {}, body = {} } = answer(entry);
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    });
  });
  return { origin: `http://${await listen(server)}`, received };
}

/** The answer of a version document. */
export const versionDocument = { version: { id: 'v2.1', version: '2.96', min_version: '2.1' } };

/** A server with a certificate of its own for 127.0.0.1; `ca` is the file to trust. */
export async function listenTls(body: unknown): Promise<{ host: string; ca: string }> {
  const folder = tree();
  const key = join(folder, 'key.pem');
  const ca = join(folder, 'cert.pem');
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const kind = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  execFileSync('openssl', ['req', ...kind, '-keyout', key, '-out', ca, ...subject], { stdio: 'ignore' });
  const server = https.createServer({ key: readFileSync(key), cert: readFileSync(ca) }, (_, response) => {
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  return { host: await listen(server), ca };
}

/** The TargetError that a promise or function fails with. */
export async function failure(action: Promise<unknown> | (() => unknown)): Promise<TargetError> {
  try {
    await (typeof action === 'function' ? action() : action);
  } catch (error) {
    if (error instanceof TargetError) return error;
    throw error;
  }
  throw new Error('did not fail');
}

export interface FakeUser {
  password: string;
  roles: string[];
}

/** A Keystone with a catalog, and a Nova beside it; `revoke` ends the tokens issued so far. */
export async function fakeCloud(
  options: {
    users?: Record<string, FakeUser>;
    catalog?: (origin: string) => unknown[];
    nova?: (request: Received) => Reply;
  } = {},
): Promise<{ origin: string; received: Received[]; tokens: string[]; revoke(): void }> {
  const users = options.users ?? { alice: { password: 's3cret-of-alice', roles: ['member', 'reader'] } };
  const tokens: string[] = [];
  const valid = new Set<string>();
  let origin = '';
  const catalog = options.catalog ?? (at => [service('compute', `${at}/v2.1`), service('volumev3', `${at}/v3/p1`)]);
  const server = await record(request => {
    if (request.path === '/identity/v3/auth/tokens') {
      const { auth } = JSON.parse(request.body);
      const user = auth.identity.password?.user;
      const known = users[user?.name ?? 'alice'];
      if (!known || (user && known.password !== user.password)) {
        return { status: 401, body: { error: { code: 401, message: 'Wrong user or password.' } } };
      }
      const token = `token-${tokens.length + 1}-of-${user?.name ?? 'alice'}`;
      tokens.push(token);
      valid.add(token);
      const body = {
        token: {
          roles: known.roles.map(name => ({ name })),
          project: { id: 'p1' },
          user: { id: 'u1' },
          catalog: catalog(origin),
        },
      };
      return { status: 201, headers: { 'x-subject-token': token }, body };
    }
    if (request.path.endsWith('/v2.1/')) return { body: versionDocument };
    if (!request.path.startsWith('/v')) return { status: 404, body: 'not found' };
    const token = request.headers['x-auth-token'];
    if (typeof token !== 'string' || !valid.has(token)) return { status: 401, body: { error: 'token' } };
    return options.nova?.(request) ?? {};
  });
  origin = server.origin;
  return {
    ...server,
    tokens,
    revoke() {
      valid.clear();
    },
  };
}

/** An entry of a service catalog with one public endpoint. */
export function service(type: string, url: string, region = 'RegionOne', kind = 'public'): unknown {
  return { type, name: type, endpoints: [{ interface: kind, region_id: region, url }] };
}

/** A clouds.yaml with one user of a fake cloud per entry; the key is the cloud's name. */
export function cloudsYaml(origin: string, users: Record<string, string> = { prod: 's3cret-of-alice' }): string {
  const clouds = Object.entries(users).map(
    ([name, password]) => `  ${name}:
    auth:
      auth_url: ${origin}/identity
      username: alice
      password: ${password}
      project_name: demo
      user_domain_id: default
      project_domain_id: default
`,
  );
  return `clouds:\n${clouds.join('')}`;
}
