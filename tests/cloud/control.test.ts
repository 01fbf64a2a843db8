import { afterEach, describe, expect, test } from 'vitest';
import type { CloudOptions } from '../../cloud/cloud.ts';
import { type Bench, openBench, until, wish } from './client.ts';

const benches: Bench[] = [];

async function open(options: CloudOptions = {}): Promise<Bench> {
  const bench = await openBench(options);
  benches.push(bench);
  return bench;
}

afterEach(async () => {
  for (const bench of benches.splice(0)) await bench.stop();
});

describe('reset', () => {
  test('takes away what was made and leaves who may sign in', async () => {
    const bench = await open();
    const server = await bench.server();
    const volume = await bench.volume();
    await bench.attach(server, volume);
    const flavors = await bench.nova('GET', '/flavors');
    const types = await bench.cinder('GET', '/types');
    const images = await bench.send('GET', '/image/v2/images');

    const answer = await bench.send('POST', '/_novaspec/reset', { as: 'nobody' });
    expect({ status: answer.status, text: answer.text }).toEqual({ status: 204, text: '' });

    expect((await bench.nova('GET', '/servers')).body).toEqual({ servers: [] });
    expect((await bench.cinder('GET', '/volumes')).body).toEqual({ volumes: [] });
    expect((await bench.cinder('GET', '/attachments', { as: 'admin' })).body).toEqual({ attachments: [] });
    expect((await bench.nova('GET', `/servers/${server}/os-instance-actions`, { version: '2.21' })).status).toBe(404);
    expect((await bench.nova('GET', '/flavors')).body).toEqual(flavors.body);
    expect((await bench.cinder('GET', '/types')).body).toEqual(types.body);
    expect((await bench.send('GET', '/image/v2/images')).body).toEqual(images.body);
    await bench.attach(await bench.server(), await bench.volume());
  });

  test('ends what was to happen: a server that is being built never appears', async () => {
    const bench = await open({ delay: 5, faults: ['attach-phantom'], troubles: ['build-never-ends'] });
    const images = await bench.send('GET', '/image/v2/images');
    const server = { name: 's', flavorRef: '42', imageRef: images.body.images[0].id };
    for (let count = 0; count < 5; count += 1) await bench.nova('POST', '/servers', { body: { server } });
    bench.cloud.reset();
    const volume = await bench.volume();
    expect((await bench.nova('GET', '/servers', { as: 'admin' })).body.servers).toEqual([]);
    expect(await bench.volumeStatus(volume)).toBe('available');
  });

  test('forgets application credentials, but the tokens that they gave stay', async () => {
    const bench = await open();
    const users = await bench.send('GET', '/identity/v3/auth/tokens', {
      headers: { 'x-subject-token': bench.tokens.member },
    });
    const path = `/identity/v3/users/${users.body.token.user.id}/application_credentials`;
    const made = await bench.send('POST', path, { body: { application_credential: { name: 'a' } } });
    const { id, secret } = made.body.application_credential;
    const auth = { identity: { methods: ['application_credential'], application_credential: { id, secret } } };
    const token = await bench.send('POST', '/identity/v3/auth/tokens', { as: 'nobody', body: { auth } });
    bench.cloud.reset();
    expect((await bench.send('GET', path)).body.application_credentials).toEqual([]);
    expect((await bench.send('POST', '/identity/v3/auth/tokens', { as: 'nobody', body: { auth } })).status).toBe(401);
    const headers = { 'x-auth-token': token.headers['x-subject-token'] };
    expect((await bench.nova('GET', '/servers', { as: 'nobody', headers })).status).toBe(200);
  });

  test('an attach on its way is told so, and leaves no trace', async () => {
    const bench = await open({ delay: 20 });
    const server = await bench.server();
    const volume = await bench.volume();
    const path = `/servers/${server}/os-volume_attachments`;
    const attaching = bench.nova('POST', path, { version: '2.20', body: wish(volume) });
    // The row is there some steps before the answer.
    await until(async () => (await bench.nova('GET', path)).body.volumeAttachments.length, 1);
    bench.cloud.reset();
    const { status, body } = await attaching;
    const message = 'The cloud was reset while this request was on its way.';
    // On a machine that is busy enough it may have been answered before.
    expect([200, 503]).toContain(status);
    if (status === 503) expect(body).toEqual({ serviceUnavailable: { code: 503, message } });
    expect((await bench.nova('GET', path)).status).toBe(404);
    expect(bench.cloud.log().exchanges.filter(({ request }) => request.method === 'POST')).toEqual([]);
  });

  test('any number at the same time, among attaches: each request gets one whole answer', async () => {
    const bench = await open();
    const round = async (): Promise<number[]> => {
      const server = await bench.server().catch(() => '');
      const volume = await bench.volume().catch(() => '');
      const path = `/servers/${server}/os-volume_attachments`;
      const [attached] = await Promise.all([
        bench.nova('POST', path, { version: '2.79', body: wish(volume) }),
        bench.send('POST', '/_novaspec/reset', { as: 'nobody' }),
      ]);
      return [attached.status];
    };
    const statuses = (await Promise.all(Array.from({ length: 12 }, round))).flat();
    expect(statuses.filter(status => ![200, 400, 404, 405, 409, 503].includes(status))).toEqual([]);
    bench.cloud.reset();
    const overview = await bench.send('GET', '/_novaspec', { as: 'nobody' });
    expect(overview.body.held).toMatchObject({ servers: 0, volumes: 0, attachments: 0 });
    await bench.attach(await bench.server(), await bench.volume());
  }, 120_000);
});

describe('the log', () => {
  test('has each exchange once, oldest first, and none of itself', async () => {
    const bench = await open();
    bench.cloud.reset();
    await bench.nova('GET', '/servers?limit=1', { version: '2.79' });
    await bench.cinder('POST', '/volumes', { body: { volume: { size: 0 } } });
    await bench.send('GET', '/nowhere');
    const { body } = await bench.send('GET', '/_novaspec/log', { as: 'nobody' });
    expect(body).toEqual({ dropped: 0, exchanges: [expect.anything(), expect.anything(), expect.anything()] });
    const [list, create, nowhere] = body.exchanges;
    expect(list).toEqual({
      id: 1,
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      duration: expect.any(Number),
      service: 'compute',
      request: {
        method: 'GET',
        path: '/compute/v2.1/servers?limit=1',
        headers: expect.objectContaining({ 'x-auth-token': '***', 'openstack-api-version': 'compute 2.79' }),
        body: null,
      },
      response: {
        status: 200,
        headers: expect.arrayContaining([['Vary', 'OpenStack-API-Version']]),
        body: { servers: [] },
      },
    });
    expect(create.request.body).toEqual({ volume: { size: 0 } });
    expect(create.response.body.badRequest.message).toContain('size');
    expect(nowhere).toMatchObject({ id: 3, service: null, response: { status: 404 } });
    expect(bench.cloud.log()).toEqual(body);

    const filtered = await bench.send('GET', '/_novaspec/log?service=block-storage&method=POST&since=1');
    expect(filtered.body.exchanges).toEqual([create]);
  });

  test('has no secret in it', async () => {
    const bench = await open();
    const password = /password: "([^"]+)"/.exec(bench.cloud.cloudsYaml())?.[1] ?? '';
    await bench.send('POST', '/identity/v3/auth/tokens', { as: 'nobody', text: `{"password": "${password}"` });
    await bench.send('GET', '/identity/v3/auth/tokens', { headers: { 'x-subject-token': bench.tokens.member } });
    await bench.send('GET', `/nowhere?token=${bench.tokens.member}`);
    await bench.server();
    const text = JSON.stringify(bench.cloud.log());
    expect(text).toContain('"password":"***"');
    expect(text).toContain('"adminPass":"***"');
    for (const secret of [password, ...Object.values(bench.tokens)]) expect(text).not.toContain(secret);
    expect(text).not.toMatch(/gAAAAA/);
  });

  test('is limited, and says how many it has dropped', async () => {
    const bench = await open({ logExchanges: 3 });
    bench.cloud.reset();
    for (let count = 0; count < 8; count += 1) await bench.send('GET', `/count/${count}`);
    const { dropped, exchanges } = bench.cloud.log();
    expect(dropped).toBe(5);
    expect(exchanges.map(({ id, request }) => [id, request.path])).toEqual([
      [6, '/count/5'],
      [7, '/count/6'],
      [8, '/count/7'],
    ]);
    const silent = await open({ logExchanges: 0 });
    expect(silent.cloud.log().exchanges).toEqual([]);
  });

  test('holds 8 MiB of bodies at most', async () => {
    const bench = await open();
    const text = 'x'.repeat(110_000);
    for (let count = 0; count < 90; count += 1) await bench.nova('POST', '/servers', { text });
    const { dropped, exchanges } = bench.cloud.log();
    expect(dropped).toBeGreaterThan(5);
    const bytes = exchanges.reduce(
      (sum, { request }) => sum + (typeof request.body === 'string' ? request.body.length : 0),
      0,
    );
    expect(bytes).toBeLessThan(8 * 1024 * 1024);
    expect(bytes).toBeGreaterThan(7 * 1024 * 1024);
  });

  test('shows an exchange that a trouble has cut', async () => {
    const bench = await open({ troubles: ['connection-resets'] });
    let cut = 0;
    for (let count = 0; count < 30; count += 1) await bench.nova('GET', '/servers').catch(() => cut++);
    const { exchanges } = bench.cloud.log();
    expect(cut).toBeGreaterThan(0);
    expect(exchanges.filter(({ response }) => response === null)).toHaveLength(cut);
  });
});

test('the overview says what this is, and where', async () => {
  const bench = await open({ release: 'zed' });
  await bench.server();
  const { body } = await bench.send('GET', '/_novaspec', { as: 'nobody' });
  expect(body).toEqual({
    name: 'novaspec',
    version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    release: 'zed',
    identity: `${bench.cloud.url}/identity/v3`,
    log: `GET ${bench.cloud.url}/_novaspec/log`,
    reset: `POST ${bench.cloud.url}/_novaspec/reset`,
    held: { servers: 1, volumes: 0, attachments: 0, tokens: 6 },
    memory: {
      rss: expect.any(Number),
      heapTotal: expect.any(Number),
      heapUsed: expect.any(Number),
      external: expect.any(Number),
    },
  });
  const unknown = await bench.send('GET', '/_novaspec/nothing', { as: 'nobody' });
  expect(unknown.status).toBe(404);
  expect(unknown.body.error).toBe('no GET /_novaspec/nothing here');
});

test('two clouds of different releases live side by side, and one reset is no other', async () => {
  const [zed, newest] = await Promise.all([open({ release: 'zed' }), open({ release: '2026.2' })]);
  const [server] = await Promise.all([zed.server(), newest.server()]);
  newest.cloud.reset();
  expect((await zed.nova('GET', '/servers')).body.servers.map(({ id }: { id: string }) => id)).toEqual([server]);
  expect((await newest.nova('GET', '/servers')).body.servers).toEqual([]);
  const versions = await Promise.all([zed, newest].map(bench => bench.nova('GET', '/', { as: 'nobody' })));
  expect(versions.map(({ body }) => body.version.version)).toEqual(['2.93', '2.104']);
  await until(async () => (await zed.nova('GET', '/servers')).status, 200);
});

test('a cloud can be stopped twice, and by `await using`', async () => {
  const bench = await open();
  await bench.cloud[Symbol.asyncDispose]();
  await bench.cloud.stop();
  await expect(bench.nova('GET', '/servers')).rejects.toThrow();
});
