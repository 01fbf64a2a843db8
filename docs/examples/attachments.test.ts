import { type Cloud, startCloud } from 'novaspec/cloud';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

let cloud: Cloud;

beforeAll(async () => {
  cloud = await startCloud({ release: '2025.1', delay: 'none' });
});
afterEach(() => cloud.reset());
afterAll(() => cloud.stop());

// What stands for the client under test: it signs in with a password, as clouds.yaml says.
async function signIn(): Promise<string> {
  const [, name, password] = /username: (\S+)\s+password: "([^"]+)"/.exec(cloud.cloudsYaml()) ?? [];
  const domain = { id: 'default' };
  const identity = { methods: ['password'], password: { user: { name, password, domain } } };
  const scope = { project: { name: 'demo', domain } };
  const answer = await fetch(`${cloud.url}/identity/v3/auth/tokens`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ auth: { identity, scope } }),
  });
  return answer.headers.get('X-Subject-Token') ?? '';
}

test('the client asks for the newest microversion', async () => {
  const headers = { 'X-Auth-Token': await signIn(), 'OpenStack-API-Version': 'compute latest' };
  const answer = await fetch(`${cloud.url}/compute/v2.1/servers`, { headers });
  expect(answer.status).toBe(200);

  const [list] = cloud.log().exchanges.filter(({ service }) => service === 'compute');
  expect(list?.request.headers['openstack-api-version']).toBe('compute latest');
  expect(list?.request.headers['x-auth-token']).toBe('***');
});

test('each test begins with an empty cloud', () => {
  expect(cloud.log().exchanges).toEqual([]);
});
