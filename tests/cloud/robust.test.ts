import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { listen } from '../../cloud/http/listen.ts';
import { type Bench, openBench, wish } from './client.ts';
import { connectRaw, type RawConnection } from './raw-client.ts';

let bench: Bench;
const opened: RawConnection[] = [];
const warnings: string[] = [];
const warn = (warning: Error): void => void warnings.push(String(warning.stack));

beforeAll(async () => {
  process.on('warning', warn);
  bench = await openBench();
});

afterAll(async () => {
  await bench.stop();
  process.off('warning', warn);
});

/** Whatever a client did: the cloud answers others rightly, and nothing was left behind in it. */
afterEach(async () => {
  for (const { socket } of opened.splice(0)) socket.destroy();
  const answer = await bench.nova('GET', '/servers', { version: '2.79' });
  expect({ status: answer.status, body: answer.body }).toEqual({ status: 200, body: { servers: [] } });
  expect(warnings).toEqual([]);
  // Both ends are in this process; the rest are idle connections of the bench.
  await expect.poll(openSockets, { timeout: 10_000 }).toBeLessThan(30);
});

function openSockets(): number {
  return process.getActiveResourcesInfo().filter(name => name === 'TCPSocketWrap').length;
}

async function connect(url = bench.cloud.url): Promise<RawConnection> {
  const connection = await connectRaw(url);
  opened.push(connection);
  return connection;
}

const get = (path = '/compute/v2.1/', more = ''): string => `GET ${path} HTTP/1.1\r\nHost: x\r\n${more}\r\n`;
const post = (more: string, body = ''): string =>
  `POST /compute/v2.1/servers HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${bench.tokens.member}\r\n${more}\r\n${body}`;

describe('requests that are no HTTP are refused, and their connections closed', () => {
  test.each([
    ['no request line', 'hello\r\n\r\n', 400],
    ['binary', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0xff, 0x0d, 0x0a, 0x0d, 0x0a]), 400],
    ['HTTP/9.9', 'GET / HTTP/9.9\r\nHost: x\r\n\r\n', 400],
    ['an unknown verb', 'BREW / HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['a space in the path', 'GET /a b HTTP/1.1\r\nHost: x\r\n\r\n', 400],
    ['no Host', 'GET / HTTP/1.1\r\n\r\n', 400],
    ['a header without a colon', 'GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n', 400],
    ['a folded header', 'GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n  folded\r\n\r\n', 400],
    ['a space before the colon', 'GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n', 400],
    ['a NUL in a header', 'GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n', 400],
    ['two lengths', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab', 400],
    ['a length that is none', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n', 400],
    [
      'a length and chunks',
      'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      400,
    ],
    ['an unknown coding', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: brotli\r\n\r\nabc', 400],
    ['chunks without a size', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n', 400],
    ['a huge header', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(100_000)}\r\n\r\n`, 431],
    ['many headers', `GET / HTTP/1.1\r\nHost: x\r\n${'A: b\r\n'.repeat(20_000)}\r\n`, 431],
    ['a huge path', `GET /${'a'.repeat(100_000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431],
    ['an unknown expectation', 'POST / HTTP/1.1\r\nHost: x\r\nExpect: miracles\r\nContent-Length: 0\r\n\r\n', 417],
    ['a tunnel', 'CONNECT example.org:443 HTTP/1.1\r\nHost: x\r\n\r\n', 405],
  ])('%s', async (_, text, status) => {
    const connection = await connect();
    connection.send(text);
    expect(await connection.says(/\r\n\r\n/)).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  });
});

describe('unusual requests are answered', () => {
  test('a client that takes us for a proxy, and one that asks about everything', async () => {
    const connection = await connect();
    connection.send(get(`${bench.cloud.url}/image`));
    await connection.says(/HTTP\/1.1 300 .*"versions"/s);
    connection.send('OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n');
    await connection.says(/"versions".*HTTP\/1.1 200 /s);
  });

  test('an offer to speak another protocol is not taken', async () => {
    const connection = await connect();
    connection.send(get('/compute/v2.1/', 'Connection: Upgrade\r\nUpgrade: websocket\r\n'));
    expect(await connection.says(/"version"/)).toMatch(/^HTTP\/1.1 200 /);
  });

  test.each(['TRACE', 'PATCH', 'PROPFIND', 'PURGE'])('%s is no method of a service', async method => {
    const headers = { 'x-auth-token': bench.tokens.member };
    const connection = await connect();
    connection.send(
      `${method} /compute/v2.1/servers HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${headers['x-auth-token']}\r\n\r\n`,
    );
    expect(await connection.says(/could not be found/)).toMatch(/^HTTP\/1.1 404 /);
  });

  test('requests that are sent without waiting are answered in their order', async () => {
    const connection = await connect();
    connection.send(Array.from({ length: 50 }, (_, index) => get(`/nowhere/${index}`)).join('') + get());
    const text = await connection.says(/"version"/);
    expect(text.match(/HTTP\/1.1 404 /g)).toHaveLength(50);
    const { exchanges } = bench.cloud.log();
    const paths = exchanges.map(({ request }) => request.path).filter(path => path.startsWith('/nowhere/'));
    expect(paths.slice(-50)).toEqual(Array.from({ length: 50 }, (_, index) => `/nowhere/${index}`));
  });

  test('a body that is asked for first', async () => {
    const connection = await connect();
    connection.send(post('Expect: 100-continue\r\nContent-Length: 2\r\n'));
    await connection.says(/^HTTP\/1.1 100 Continue/);
    connection.send('{}');
    await connection.says(/HTTP\/1.1 400 .*'server' is a required property/s);
  });

  test('a path that is no UTF-8, an encoded slash, an encoded space', async () => {
    const latin = await bench.nova('GET', '/servers/%ff%fe/os-volume_attachments');
    expect(latin.body.itemNotFound.message).toBe('Instance ÿþ could not be found.');
    expect((await bench.nova('GET', '/servers/a%2Fb/os-volume_attachments')).body.code).toBe('404 Not Found');
    const space = await bench.nova('GET', '/servers/a%20b/os-volume_attachments');
    expect(space.body.itemNotFound.message).toBe('Instance a b could not be found.');
    expect((await bench.nova('GET', '/servers/%')).status).toBe(404);
  });
});

describe('bodies', () => {
  const attachments = '/servers/x/os-volume_attachments';

  // A real Nova of any release says the same where its parser has no room left; older ones reach that sooner.
  test.each(['[', '{"a":'])('nested as deeply as fits, by %s', async bracket => {
    const endless = bracket.repeat(Math.floor(110_000 / bracket.length));
    const end = bracket === '[' ? ']' : '}';
    const depth = Math.floor(110_000 / (bracket.length + 1));
    const whole = `${bracket.repeat(depth)}1${end.repeat(depth)}`;
    for (const body of [endless, whole, `{"volumeAttachment": ${whole}}`]) {
      for (const path of ['/compute/v2.1', `/volume/v3/${bench.projects.member}`, '/identity/v3/auth']) {
        const target = path.startsWith('/compute') ? attachments : path.startsWith('/volume') ? '/volumes' : '/tokens';
        const headers = { 'content-type': 'application/json' };
        const { status } = await bench.send('POST', path + target, { text: body, headers });
        expect([400, 500]).toContain(status);
      }
    }
    expect(JSON.stringify(bench.cloud.log()).length).toBeGreaterThan(0);
    expect((await bench.send('GET', '/_novaspec/log')).status).toBe(200);
  });

  test('that are no UTF-8 are what no real Nova can read', async () => {
    const text = Buffer.from('{"volumeAttachment": {"volumeId": "\u00ff\u00fe"}}', 'latin1');
    const answer = await bench.nova('POST', attachments, { text });
    expect(answer.status).toBe(500);
    expect(answer.body.computeFault.message).toBe(
      'The server has either erred or is incapable of performing the requested operation.',
    );
  });

  test('said to be compressed are read as they are, as Nova does', async () => {
    const answer = await bench.nova('POST', attachments, { text: '{}', headers: { 'content-encoding': 'gzip' } });
    expect(answer.body.badRequest.message).toBe("'volumeAttachment' is a required property");
  });

  test('too large ones are 413, and their connections go on', async () => {
    const connection = await connect();
    connection.send(post('Content-Length: 4000000\r\n', 'x'.repeat(4_000_000)));
    await connection.says(/HTTP\/1.1 413 .*Request is too large/s);
    connection.send(get());
    await connection.says(/413 .*HTTP\/1.1 200 .*"version"/s);
  });

  test('endless ones are 413, and their connections closed', async () => {
    const connection = await connect();
    const chunk = `100000\r\n${'x'.repeat(0x100000)}\r\n`;
    connection.send(post('Transfer-Encoding: chunked\r\n'));
    const more = setInterval(() => connection.send(chunk), 1);
    await connection.says(/^HTTP\/1.1 413 .*Request is too large/s);
    await connection.closed();
    clearInterval(more);
  });

  test('that never come to their end take nothing with them', async () => {
    const before = bench.cloud.log().exchanges.length;
    const connections = await Promise.all(Array.from({ length: 50 }, () => connect()));
    for (const { send } of connections) send(post('Content-Length: 1000\r\n', '{"server": '));
    expect((await bench.nova('GET', '/servers')).status).toBe(200);
    for (const { socket } of connections) socket.resetAndDestroy();
    expect((await bench.nova('GET', '/servers')).status).toBe(200);
    const { exchanges } = bench.cloud.log();
    expect(exchanges.slice(before).filter(({ request }) => request.method === 'POST')).toEqual([]);
  });
});

describe('connections', () => {
  test('a thousand idle ones, and a hundred that send a byte now and then, while others are served', async () => {
    const idle = await Promise.all(Array.from({ length: 1000 }, () => connect()));
    const slow = await Promise.all(Array.from({ length: 100 }, () => connect()));
    const text = get();
    for (let index = 0; index < text.length; index += 10) {
      for (const { send } of slow) send(text.slice(index, index + 10));
      const answer = await bench.nova('GET', '/servers');
      expect(answer.status).toBe(200);
    }
    await Promise.all(slow.map(({ says }) => says(/"version"/)));
    for (const { send } of idle) send(get());
    await Promise.all(idle.map(({ says }) => says(/"version"/)));
  });

  test('a client that takes too long for its headers, or for its body, is told so and left', async () => {
    const listener = await listen({ headersMs: 200, requestMs: 400 }, (incoming, outgoing) => {
      incoming.resume().on('end', () => outgoing.end('whole'));
      incoming.on('error', () => undefined);
    });
    const [headers, body, whole] = await Promise.all([
      connect(listener.url),
      connect(listener.url),
      connect(listener.url),
    ]);
    headers.send('GET / HTTP/1.1\r\nHost: x\r\nA: ');
    body.send('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab');
    whole.send(get('/'));
    expect(await headers.closed()).toMatch(/^HTTP\/1.1 408 /);
    expect(await body.closed()).toMatch(/^HTTP\/1.1 408 /);
    expect(await whole.says(/whole/)).toMatch(/^HTTP\/1.1 200 /);
    await listener.stop();
  });

  test('a client that goes away before its answer is no matter', async () => {
    const slow = await openBench({ delay: 20 });
    const server = await slow.server();
    const volume = await slow.volume();
    const connection = await connect(slow.cloud.url);
    const body = JSON.stringify(wish(volume));
    connection.send(
      `POST /compute/v2.1/servers/${server}/os-volume_attachments HTTP/1.1\r\nHost: x\r\nX-Auth-Token: ${slow.tokens.member}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(() => slow.volumeStatus(volume), { timeout: 10_000, interval: 5 }).toBe('reserved');
    connection.socket.resetAndDestroy();
    await expect.poll(() => slow.volumeStatus(volume), { timeout: 10_000 }).toBe('in-use');
    await slow.stop();
  });
});

test('nothing piles up: what a thousand resets, each with a world of its own, leave behind', async () => {
  const make = async (): Promise<void> => {
    await bench.cinder('POST', '/volumes', { body: { volume: { size: 1 } } });
    bench.cloud.reset();
  };
  for (let count = 0; count < 1000; count += 1) await make();
  const { body } = await bench.send('GET', '/_novaspec');
  expect(body.held).toEqual({ servers: 0, volumes: 0, attachments: 0, tokens: 6 });
  // Timers and sockets of old worlds would be among them.
  const timers = process.getActiveResourcesInfo().filter(name => name === 'Timeout' || name === 'Immediate');
  expect(timers.length).toBeLessThan(100);
});
