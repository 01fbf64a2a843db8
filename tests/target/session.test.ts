import { describe, expect, test } from 'vitest';
import { connect } from '../../src/target/connect.ts';
import type { RequestSpec } from '../../src/target/exchange.ts';
import { openSessions } from '../../src/target/session.ts';
import { environment, failure, type Reply, record, settings, tree, versionDocument } from './support.ts';
import { withCloud } from './with-cloud.ts';

const get: RequestSpec = { method: 'GET', path: '/servers' };

/** Names of headers that superagent and Node add by themselves. */
const always = ['Host', 'Connection'];

describe('what goes out', () => {
  const rows: [
    string,
    RequestSpec,
    { path?: string; names?: string[]; body?: string; headers?: Record<string, unknown> },
  ][] = [
    [
      'a plain GET',
      { ...get, query: 'limit=1&x=%2F' },
      { path: '/v2.1/servers?limit=1&x=%2F', names: ['Accept', 'User-Agent', 'X-Auth-Token'], body: '' },
    ],
    [
      'a JSON body',
      { method: 'POST', path: '/x', body: { a: [1, 'é'] } },
      {
        names: ['Accept', 'User-Agent', 'Content-Type', 'X-Auth-Token', 'Content-Length'],
        body: '{"a":[1,"é"]}',
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'user-agent': expect.stringMatching(/^novaspec\/\d+\.\d+\.\d+/),
        },
      },
    ],
    ['null is a body', { method: 'PUT', path: '/x', body: null }, { body: 'null' }],
    [
      'raw bytes',
      { method: 'POST', path: '/x', raw: '{"broken": ' },
      { body: '{"broken": ', headers: { 'content-type': 'application/json' } },
    ],
    ['an empty raw body', { method: 'POST', path: '/x', raw: '' }, { body: '', headers: { 'content-length': '0' } }],
    [
      'a Content-Type of the case',
      { method: 'POST', path: '/x', raw: 'a', headers: { 'content-type': 'text/plain' } },
      {
        body: 'a',
        names: ['Accept', 'User-Agent', 'X-Auth-Token', 'content-type', 'Content-Length'],
        headers: { 'content-type': 'text/plain' },
      },
    ],
    [
      'no Content-Type',
      { method: 'POST', path: '/x', raw: '{}', headers: { 'Content-Type': '' } },
      { body: '{}', names: ['Accept', 'User-Agent', 'X-Auth-Token', 'Content-Length'] },
    ],
    [
      'headers of the case replace ours, as they are written',
      { ...get, headers: { ACCEPT: '*/*', 'X-OpenStack-Nova-API-Version': '2.79' } },
      { names: ['User-Agent', 'X-Auth-Token', 'ACCEPT', 'X-OpenStack-Nova-API-Version'], headers: { accept: '*/*' } },
    ],
    ['no token', { ...get, token: 'none' }, { names: ['Accept', 'User-Agent'] }],
    [
      'a token that no Keystone issued',
      { ...get, token: 'invalid' },
      { headers: { 'x-auth-token': 'novaspec-invalid-token' } },
    ],
    ['a body on DELETE', { method: 'DELETE', path: '/x', body: {} }, { body: '{}' }],
  ];
  test.each(rows)('%s', async (_, spec, expected) => {
    await withCloud(
      () => ({}),
      async (sessions, { received }) => {
        await sessions.session('member').send('compute', spec);
        const [request] = received;
        if (expected.path !== undefined) expect(request?.path).toBe(expected.path);
        if (expected.body !== undefined) expect(request?.body).toBe(expected.body);
        if (expected.names) expect(request?.names.filter(name => !always.includes(name))).toEqual(expected.names);
        expect(request?.headers).toMatchObject(expected.headers ?? {});
      },
    );
  });

  test('a service without endpoint', async () => {
    await withCloud(
      () => ({}),
      async sessions => {
        const error = await failure(sessions.session('member').send('image', { method: 'GET', path: '/images' }));
        expect(error.message).toBe('GET /images: prod has no image endpoint');
        expect((await failure(() => sessions.session('admin'))).message).toContain(
          'no persona admin: name its cloud by',
        );
        expect(sessions.session('member')).toBe(sessions.session('member'));
      },
    );
  });
});

describe('what comes back', () => {
  const rows: [string, Reply, Record<string, unknown>][] = [
    ['JSON', { status: 202, body: { a: 1 } }, { status: 202, body: '{"a":1}', json: { a: 1 } }],
    ['broken JSON', { body: '{"a":' }, { status: 200, body: '{"a":' }],
    ['an error', { status: 409, body: { conflictingRequest: {} } }, { status: 409, json: { conflictingRequest: {} } }],
    [
      'a redirect',
      { status: 302, headers: { location: '/elsewhere' } },
      { status: 302, headers: expect.objectContaining({ location: '/elsewhere' }) },
    ],
    ['a server error', { status: 500, body: 'oops' }, { status: 500, body: 'oops' }],
    ['HTML', { status: 404, headers: { 'content-type': 'text/html' }, body: '<p>' }, { status: 404, body: '<p>' }],
    [
      'a multipart answer',
      { headers: { 'content-type': 'multipart/form-data; boundary=x' }, body: 'raw' },
      { body: 'raw' },
    ],
    ['repeated headers', { headers: { Vary: 'A', vary: 'B' } }, { headers: expect.objectContaining({ vary: 'A, B' }) }],
  ];
  test.each(rows)('%s', async (_, reply, expected) => {
    await withCloud(
      () => reply,
      async sessions => {
        const { response, startedAt, durationMs } = await sessions.session('member').send('compute', get);
        expect(response).toMatchObject(expected);
        if (typeof reply.body === 'string') expect(response).not.toHaveProperty('json');
        expect(Math.abs(Date.now() - startedAt)).toBeLessThan(60_000);
        expect(durationMs).toBeGreaterThanOrEqual(0);
      },
    );
  });
});

describe('401', () => {
  test('renews the token once for all requests in flight, and repeats them', async () => {
    await withCloud(
      () => ({ body: { servers: [] } }),
      async (sessions, cloud) => {
        cloud.revoke();
        const session = sessions.session('member');
        const spec = { method: 'POST', path: '/servers', body: { name: 'x' } };
        const exchanges = await Promise.all(Array.from({ length: 5 }, () => session.send('compute', spec)));
        expect(exchanges.map(({ response }) => response.status)).toEqual([200, 200, 200, 200, 200]);
        expect(cloud.tokens).toHaveLength(2);
        expect(session.requests).toBe(11);
        expect(cloud.received.at(-1)?.body).toBe('{"name":"x"}');
      },
    );
  });

  test('a second one is the answer', async () => {
    await withCloud(
      () => ({ status: 401, body: { error: 'no' } }),
      async (sessions, cloud) => {
        expect((await sessions.session('member').send('compute', get)).response.status).toBe(401);
        expect(cloud.tokens).toHaveLength(2);
        expect(cloud.received.filter(({ path }) => path === '/v2.1/servers')).toHaveLength(2);
      },
    );
  });

  test.each<[string, RequestSpec]>([
    ['no token', { ...get, token: 'none' }],
    ['an invalid token', { ...get, token: 'invalid' }],
    ['a token of the case', { ...get, headers: { 'x-auth-token': 'own' } }],
  ])('is the answer to %s', async (_, spec) => {
    await withCloud(
      () => ({}),
      async (sessions, cloud) => {
        expect((await sessions.session('member').send('compute', spec)).response.status).toBe(401);
        expect(cloud.received).toHaveLength(1);
      },
    );
  });

  test('is the answer on a bare target', async () => {
    const { origin, received } = await record(({ path }) =>
      path === '/v2.1/' ? { body: versionDocument } : { status: 401 },
    );
    const cwd = tree();
    const target = await connect({ ...settings, targetUrl: origin, token: 'given' }, environment(cwd), cwd);
    const sessions = openSessions(target);
    expect((await sessions.session('member').send('compute', get)).response.status).toBe(401);
    expect(received).toHaveLength(2);
    await sessions.close();
  });
});

/** Answers so many times that it is busy, then well. */
const busy = (status: number, times: number, after = '0') => {
  let left = times;
  return (): Reply => (left-- > 0 ? { status, headers: { 'retry-after': after } } : { body: { ok: true } });
};

describe('Retry-After', () => {
  const date = new Date(0).toUTCString();
  test.each<[string, () => Reply, string, number, number]>([
    ['429 on GET', busy(429, 3), 'GET', 200, 3],
    ['503 on HEAD', busy(503, 1), 'HEAD', 200, 1],
    ['a date', busy(503, 1, date), 'GET', 200, 1],
    ['more than three times', busy(503, 9), 'GET', 503, 3],
    ['429 on POST: nothing was done', busy(429, 1), 'POST', 200, 1],
    ['503 on POST: who knows', busy(503, 1), 'POST', 503, 0],
    ['longer than the time limit', busy(503, 1, '3600'), 'GET', 503, 0],
    ['nonsense', busy(503, 1, 'soon'), 'GET', 503, 0],
  ])('%s', async (_, nova, method, status, waits) => {
    await withCloud(nova, async sessions => {
      const session = sessions.session('member');
      expect((await session.send('compute', { method, path: '/x' })).response.status).toBe(status);
      expect(session.waits).toBe(waits);
      expect(session.requests).toBe(waits + 1);
    });
  });

  test('503 on a POST that bears to be done twice', () =>
    withCloud(busy(503, 1), async sessions => {
      const session = sessions.session('member');
      const request = { method: 'POST', path: '/x', patient: true };
      expect((await session.send('compute', request)).response.status).toBe(200);
      expect(session.waits).toBe(1);
    }));

  test('absent: 503 is the answer', async () => {
    await withCloud(
      () => ({ status: 503 }),
      async sessions => {
        expect((await sessions.session('member').send('compute', get)).response.status).toBe(503);
      },
    );
  });
});
