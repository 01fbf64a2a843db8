import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bench, nowhere, openBench, wish } from './client.ts';

let bench: Bench;
let server: string;
beforeAll(async () => {
  bench = await openBench();
  server = await bench.server();
});
afterAll(() => bench.stop());

const list = () => `/servers/${server}/os-volume_attachments`;

test.each([
  ['zed', '2.93'],
  ['2025.1', '2.100'],
  ['2026.1', '2.103'],
  ['2026.2', '2.104'],
] as const)('%s offers up to %s', async (release, version) => {
  const own = await openBench({ release });
  const { body } = await own.send('GET', '/compute/v2.1/', { as: 'nobody' });
  expect(body.version).toMatchObject({ version, min_version: '2.1', status: 'CURRENT' });
  const root = await own.send('GET', '/compute/', { as: 'nobody' });
  expect(root.body.versions[0].version).toBe(version);
  await own.stop();
});

describe('the microversion of a request', () => {
  test.each([
    [{}, '2.1'],
    [{ 'openstack-api-version': 'compute 2.60' }, '2.60'],
    [{ 'x-openstack-nova-api-version': '2.60' }, '2.60'],
    [{ 'openstack-api-version': 'compute 2.60', 'x-openstack-nova-api-version': '2.70' }, '2.60'],
    [{ 'openstack-api-version': 'volume 3.60', 'x-openstack-nova-api-version': '2.70' }, '2.70'],
    [{ 'openstack-api-version': 'compute' }, '2.1'],
    [{ 'openstack-api-version': '2.60' }, '2.1'],
    [{ 'openstack-api-version': 'volume 3.60, compute 2.60' }, '2.60'],
    [{ 'openstack-api-version': 'compute 2.60, compute 2.70' }, '2.70'],
    [{ 'openstack-api-version': 'COMPUTE 2.60' }, '2.60'],
    [{ 'openstack-api-version': 'compute latest' }, '2.104'],
  ])('%j is %s', async (headers, version) => {
    const answer = await bench.nova('GET', list(), { headers });
    expect(answer.status).toBe(200);
    expect(answer.headers['openstack-api-version']).toBe(`compute ${version}`);
  });

  test.each(['LATEST', 'abc', '2', '2.01', '2.1.1'])('%s is malformed: 400 without version headers', async version => {
    const answer = await bench.nova('GET', list(), { version });
    expect(answer.status).toBe(400);
    expect(answer.body.badRequest.message).toBe(
      `API Version String ${version} is of invalid format. Must be of format MajorNum.MinorNum.`,
    );
    expect(answer.headers).not.toHaveProperty('openstack-api-version');
    expect(answer.headers).toHaveProperty('x-openstack-request-id');
  });

  test.each(['2.0', '2.105', '3.0', '9.9'])('%s is out of range: 406 that echoes it', async version => {
    const answer = await bench.nova('GET', list(), { version });
    expect(answer.status).toBe(406);
    expect(answer.body.computeFault.message).toContain(`Version ${version} is not supported`);
    expect(answer.headers['x-openstack-nova-api-version']).toBe(version);
  });
});

test('the headers of an answer', async () => {
  const answer = await bench.nova('GET', list(), { version: '2.89' });
  const vary = answer.raw.filter((_, index) => answer.raw[index - 1] === 'Vary');
  expect(vary).toEqual(['OpenStack-API-Version', 'X-OpenStack-Nova-API-Version']);
  expect(answer.headers['content-type']).toBe('application/json');
  expect(answer.headers['x-openstack-request-id']).toMatch(/^req-[0-9a-f-]{36}$/);
  expect(answer.headers['x-compute-request-id']).toBe(answer.headers['x-openstack-request-id']);
  const vendor = 'application/vnd.openstack.compute+json';
  expect((await bench.nova('GET', list(), { headers: { accept: vendor } })).headers['content-type']).toBe(vendor);
});

test('no token and a bad token are 401 of the middleware', async () => {
  for (const headers of [{}, { 'x-auth-token': 'abc' }]) {
    const answer = await bench.nova('GET', list(), { as: 'nobody', headers });
    expect(answer.status).toBe(401);
    expect(answer.body.error.title).toBe('Unauthorized');
    expect(answer.headers['www-authenticate']).toMatch(/^Keystone uri="/);
    expect(answer.headers).not.toHaveProperty('openstack-api-version');
  }
});

test.each([
  ['PATCH', ''],
  ['PUT', ''],
  ['DELETE', ''],
  ['HEAD', ''],
  ['PATCH', '/x'],
  ['POST', '/x'],
  ['GET', '/'],
  ['GET', '.json'],
])('%s on "%s" is an unrouted 404', async (method, end) => {
  const answer = await bench.nova(method, list() + end);
  expect(answer.status).toBe(404);
  expect(answer.headers).not.toHaveProperty('openstack-api-version');
  expect(answer.headers).toHaveProperty('x-compute-request-id');
  if (method !== 'HEAD') expect(answer.body).toMatchObject({ code: '404 Not Found', title: 'Not Found' });
});

test('OPTIONS is 200 and empty, without a token', async () => {
  const answer = await bench.nova('OPTIONS', list(), { as: 'nobody' });
  expect([answer.status, answer.text]).toEqual([200, '']);
});

test.each([
  ['application/xml', 415],
  ['text/plain', 404],
  ['application/json; charset=utf-8', 404],
  ['application/vnd.openstack.compute+json', 404],
])('content type %s is %i', async (type, status) => {
  const answer = await bench.nova('POST', list(), { body: wish(nowhere()), headers: { 'content-type': type } });
  expect(answer.status).toBe(status);
});

test('the project may stand in the URL, if it is the own one', async () => {
  expect((await bench.nova('GET', `/${bench.projects.member}${list()}`)).status).toBe(200);
  const wrong = await bench.nova('GET', `/${bench.projects.other}${list()}`);
  expect(wrong.status).toBe(400);
  expect(wrong.body.badRequest.message).toContain('Malformed request URL');
});

test.each([
  ['a bad version goes before a bad body', 406, { version: '9.9', text: '{' }],
  ['a bad version goes before a bad type', 406, { version: '9.9', headers: { 'content-type': 'application/xml' } }],
  ['a bad type goes before bad JSON', 415, { text: '{', headers: { 'content-type': 'application/xml' } }],
  ['bad JSON goes before an unknown server', 400, { text: '{' }],
  ['a bad body goes before an unknown server', 400, { body: {} }],
])('%s', async (_, status, ask) => {
  expect((await bench.nova('POST', `/servers/${nowhere()}/os-volume_attachments`, ask)).status).toBe(status);
});

test.each([
  ['a reader', 'reader'],
  ['a stranger', 'other'],
] as const)('%s sees 400 for a bad body', async (_, as) => {
  expect((await bench.nova('POST', list(), { as, body: {} })).status).toBe(400);
});
