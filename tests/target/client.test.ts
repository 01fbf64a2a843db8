import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import { expect, test } from 'vitest';
import { connect } from '../../src/target/connect.ts';
import { openSessions } from '../../src/target/session.ts';
import type { TargetSettings } from '../../src/target/settings.ts';
import {
  environment,
  failure,
  freePort,
  listen,
  listenTls,
  record,
  settings,
  tree,
  versionDocument,
} from './support.ts';

const bare = (targetUrl: string, over: Partial<TargetSettings> = {}, env: Record<string, string> = {}) => {
  const cwd = tree();
  return connect({ ...settings, targetUrl, ...over }, environment(cwd, env), cwd);
};

/** A server that answers every connection by a function of the raw socket. */
const raw = (answer: (socket: net.Socket, data: Buffer) => void) =>
  listen(net.createServer(socket => socket.on('error', () => {}).once('data', data => answer(socket, data))));

test('nothing listens', async () => {
  const host = await freePort();
  const error = await failure(bare(`http://${host}`));
  expect(error.kind).toBe('unreachable');
  expect(error.message).toBe(
    `GET http://${host}/v2.1/: nothing listens on ${host} (ECONNREFUSED): check host and port, and that the service runs`,
  );
  expect(error.hint).toBe('check host and port, and that the service runs');
});

test('a name that does not resolve', async () => {
  const error = await failure(bare('http://no-such-host.invalid'));
  expect(error.kind).toBe('unreachable');
  expect(error.message).toContain('the name no-such-host.invalid does not resolve');
});

test('http:// to a port that speaks TLS', async () => {
  const { host } = await listenTls({});
  const error = await failure(bare(`http://${host}`));
  expect(error.kind).toBe('unreachable');
  expect(error.message).toContain(`${host} speaks TLS: use https://`);
});

test('http:// to a TLS port that explains itself', async () => {
  const body = '<html>400 The plain HTTP request was sent to HTTPS port</html>';
  const { origin } = await record(() => ({ status: 400, body }));
  expect((await failure(bare(origin))).message).toContain('the server speaks TLS: use https://');
});

test('https:// to a port that answers plain HTTP', async () => {
  const { origin } = await record(() => ({}));
  const error = await failure(bare(origin.replace('http:', 'https:')));
  expect(error.kind).toBe('unreachable');
  expect(error.message).toMatch(/does not speak TLS .*: if it answers plain HTTP, use http:\/\//);
});

test('https:// to a port that waits in silence, but answers plain HTTP', async () => {
  const handshake = 0x16;
  const host = await raw((socket, data) => {
    if (data[0] !== handshake) socket.end('HTTP/1.1 204 No Content\r\n\r\n');
  });
  const error = await failure(bare(`https://${host}`, { timeoutMs: 500 }));
  expect(error.message).toContain(`${host} does not speak TLS but answers plain HTTP: use http://`);
});

test('a certificate: untrusted, trusted by --cacert and by OS_CACERT, ignored by --insecure', async () => {
  const { host, ca } = await listenTls(versionDocument);
  const url = `https://${host}`;
  const error = await failure(bare(url));
  expect(error.kind).toBe('unreachable');
  expect(error.message).toMatch(/the certificate of .* is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\): name its CA by/);
  expect((await bare(url, { insecure: true })).compute.max).toBe('2.96');
  const target = await bare(url, { cacert: ca });
  expect(target.personas.member?.tls.ca).toBe(readFileSync(ca, 'utf8'));
  const sessions = openSessions(structuredClone(target));
  expect((await sessions.session('member').send('compute', { method: 'GET', path: '/' })).response.status).toBe(200);
  await sessions.close();
  expect((await failure(bare(url, { cacert: '/no/such/ca.pem' }))).message).toBe(
    'cacert /no/such/ca.pem cannot be read (ENOENT)',
  );
});

test('a target that does not answer', async () => {
  const host = await raw(() => {});
  const error = await failure(bare(`http://${host}`, { timeoutMs: 150 }));
  expect(error.kind).toBe('unreachable');
  expect(error.message).toContain('no complete answer within 0.15 s: is the target overloaded? raise --timeout');
});

test('a body that never ends: by time, and by size', async () => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  const dripping = await raw(socket => {
    socket.write(head);
    const timer = setInterval(() => socket.write('1\r\nx\r\n'), 10);
    socket.on('close', () => clearInterval(timer));
  });
  expect((await failure(bare(`http://${dripping}`, { timeoutMs: 150 }))).message).toContain(
    'no complete answer within 0.15 s',
  );

  const gushing = await raw(socket => {
    socket.write(head);
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    const pour = () => {
      while (socket.writable && socket.write(chunk));
    };
    socket.on('drain', pour);
    pour();
  });
  const error = await failure(bare(`http://${gushing}`));
  expect(error.kind).toBe('protocol');
  expect(error.message).toContain('the answer is larger than 100000 bytes');
});

test('a huge body', async () => {
  const { origin } = await record(() => ({ body: 'x'.repeat(200_000) }));
  expect((await failure(bare(origin))).message).toContain('the answer is larger than 100000 bytes');
});

test('an answer that breaks off', async () => {
  const host = await raw(socket => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"ver'));
  const error = await failure(bare(`http://${host}`));
  expect(error.kind).toBe('unreachable');
  expect(error.message).toContain('the connection was closed before the answer was complete');
});

test('something that is not HTTP', async () => {
  const host = await raw(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
  const error = await failure(bare(`http://${host}`));
  expect(error.kind).toBe('protocol');
  expect(error.message).toContain('the answer is not valid HTTP');
});

test('a request that HTTP cannot carry', async () => {
  const { origin, received } = await record(() => ({ body: versionDocument }));
  const sessions = openSessions(await bare(origin));
  const headers = { 'X-Odd': 'two\nlines' };
  const error = await failure(sessions.session('member').send('compute', { method: 'GET', path: '/x', headers }));
  expect(error.kind).toBe('protocol');
  expect(error.message).toContain('the request cannot be sent (ERR_INVALID_CHAR)');
  expect(received).toHaveLength(1);
  await sessions.close();
});

test.each([
  ['127.0.0.1:8774', 'must begin with http:// or https://'],
  ['ftp://x', 'must begin with http:// or https://'],
  ['http://u:hunter2@127.0.0.1', 'user and password do not belong into a URL'],
])('--target %s', async (url, says) => {
  const error = await failure(bare(url));
  expect(error.kind).toBe('config');
  expect(error.message).toContain(says);
  expect(error.message).not.toContain('hunter2');
});

test('idle sockets that the server just closed: a GET is repeated, a POST is not', async () => {
  const body = JSON.stringify(versionDocument);
  let served = 0;
  let reset = 0;
  // Answers the first request of each connection, and resets it at the second without a byte.
  const server = net.createServer(socket => {
    socket.on('error', () => {});
    socket.once('data', () => {
      served += 1;
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      socket.once('data', () => {
        reset += 1;
        socket.resetAndDestroy();
      });
    });
  });
  const sessions = openSessions(await bare(`http://${await listen(server)}`));
  const session = sessions.session('member');
  await Promise.all(['/a', '/b'].map(path => session.send('compute', { method: 'GET', path })));
  served = 0;
  expect((await session.send('compute', { method: 'GET', path: '/b' })).response.status).toBe(200);
  expect({ served, reset }).toEqual({ served: 1, reset: 2 });
  const error = await failure(session.send('compute', { method: 'POST', path: '/c', body: {} }));
  expect(error.kind).toBe('unreachable');
  expect(error.message).toContain('it is not repeated');
  expect({ served, reset }).toEqual({ served: 1, reset: 3 });
  await sessions.close();
});

test('waiting for a turn does not count towards the time limit', async () => {
  const server = http.createServer((_, response) => {
    setTimeout(() => response.end(JSON.stringify(versionDocument)), 100);
  });
  const sessions = openSessions(await bare(`http://${await listen(server)}`, { concurrency: 1, timeoutMs: 1000 }));
  const session = sessions.session('member');
  const sends = Array.from({ length: 12 }, () => session.send('compute', { method: 'GET', path: '/x' }));
  expect((await Promise.all(sends)).map(({ response }) => response.status)).toEqual(Array(12).fill(200));
  await sessions.close();
});

test('sockets are used again, after a HEAD too', async () => {
  let connections = 0;
  const server = http.createServer((_, response) => {
    const body = JSON.stringify(versionDocument);
    // Without a length Node takes the answer to a HEAD for the last one of its connection.
    response.setHeader('content-length', body.length).end(body);
  });
  server.on('connection', () => {
    connections += 1;
  });
  const sessions = openSessions(await bare(`http://${await listen(server)}`));
  connections = 0;
  for (const method of ['HEAD', 'GET', 'HEAD', 'POST', 'DELETE']) {
    await sessions.session('member').send('compute', { method, path: '/x' });
  }
  expect(connections).toBe(1);
  await sessions.close();
});

test('as many requests are in flight as allowed, and no more', async () => {
  const waiting: http.ServerResponse[] = [];
  let most = 0;
  const release = () => {
    for (const response of waiting.splice(0)) response.end('{}');
  };
  const server = http.createServer((request, response) => {
    if (request.url === '/v2.1/') {
      response.end(JSON.stringify(versionDocument));
      return;
    }
    waiting.push(response);
    most = Math.max(most, waiting.length);
    // Both answers wait for the second request, and then a little for a third one that must not come.
    if (waiting.length === 2) setTimeout(release, 5);
  });
  const sessions = openSessions(await bare(`http://${await listen(server)}`, { concurrency: 2 }));
  const session = sessions.session('member');
  await Promise.all(Array.from({ length: 20 }, () => session.send('compute', { method: 'GET', path: '/x' })));
  expect(most).toBe(2);
  await sessions.close();
});
