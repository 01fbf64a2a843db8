import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Bench, openBench, passwordAuth } from './client.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.stop());

const tokens = '/identity/v3/auth/tokens';
const domain = { id: 'default' };
const ours = () => parse(bench.cloud.cloudsYaml()).clouds.novaspec.auth;

function ask(body: unknown) {
  return bench.send('POST', tokens, { as: 'nobody', body });
}

test('the root and the version document are found without a token', async () => {
  const root = await bench.send('GET', '/identity', { as: 'nobody' });
  expect(root.status).toBe(300);
  const v3 = await bench.send('GET', '/identity/v3', { as: 'nobody' });
  expect(v3.body.version.links[0].href).toBe(`${bench.cloud.url}/identity/v3/`);
});

test('a token has its project, roles and the catalog', async () => {
  const { status, body } = await ask(passwordAuth(ours()));
  expect(status).toBe(201);
  expect(body.token.project.name).toBe('demo');
  expect(body.token.roles.map((role: { name: string }) => role.name)).toEqual(['member', 'reader']);
  const urls = body.token.catalog.map((service: { type: string; endpoints: { url: string }[] }) => [
    service.type,
    service.endpoints[0]?.url.replace(bench.cloud.url, ''),
  ]);
  expect(Object.fromEntries(urls)).toEqual({
    identity: '/identity',
    compute: '/compute/v2.1',
    'block-storage': `/volume/v3/${body.token.project.id}`,
    volumev3: `/volume/v3/${body.token.project.id}`,
    image: '/image',
  });
});

test.each([
  ['a wrong password', () => passwordAuth({ ...ours(), password: 'x' })],
  ['an unknown user', () => passwordAuth({ ...ours(), username: 'x' })],
  ['a project without a role', () => passwordAuth({ ...ours(), project_name: 'alt' })],
  ['an unknown token', () => ({ auth: { identity: { methods: ['token'], token: { id: 'x' } } } })],
])('%s is 401', async (_, body) => {
  const answer = await ask(body());
  expect(answer.status).toBe(401);
  expect(answer.body.error).toMatchObject({ code: 401, title: 'Unauthorized' });
});

test('a request without identity is 400', async () => {
  expect((await ask({ auth: {} })).status).toBe(400);
});

test('without a scope there is no project and no catalog', async () => {
  const auth = ours();
  const user = { name: auth.username, password: auth.password, domain };
  const { body } = await ask({ auth: { identity: { methods: ['password'], password: { user } } } });
  expect(body.token).not.toHaveProperty('project');
  expect(body.token).not.toHaveProperty('catalog');
});

test('a token buys a token, is validated, and ends when revoked', async () => {
  const first = (await ask(passwordAuth(ours()))).headers['x-subject-token'] ?? '';
  const scope = { project: { id: bench.projects.member } };
  const second = await ask({ auth: { identity: { methods: ['token'], token: { id: first } }, scope } });
  expect(second.body.token.methods).toEqual(['password', 'token']);
  const subject = { 'x-subject-token': first };
  expect((await bench.send('GET', tokens, { headers: subject })).body.token.user.name).toBe('member');
  expect((await bench.send('HEAD', tokens, { headers: subject })).status).toBe(200);
  expect((await bench.send('DELETE', tokens, { headers: subject })).status).toBe(204);
  expect((await bench.send('GET', tokens, { headers: subject })).status).toBe(404);
  const used = await bench.nova('GET', '/servers', { as: 'nobody', headers: { 'x-auth-token': first } });
  expect(used.status).toBe(401);
});

test('an application credential stands for its user', async () => {
  const me = await bench.send('GET', tokens, { headers: { 'x-subject-token': bench.tokens.member } });
  const path = `/identity/v3/users/${me.body.token.user.id}/application_credentials`;
  const made = await bench.send('POST', path, { body: { application_credential: { name: 'ci' } } });
  expect(made.status).toBe(201);
  const { id, secret } = made.body.application_credential;
  const credential = {
    auth: { identity: { methods: ['application_credential'], application_credential: { id, secret } } },
  };
  const token = await ask(credential);
  expect(token.body.token.project.id).toBe(bench.projects.member);
  expect((await bench.send('GET', path)).body.application_credentials).toHaveLength(1);
  expect((await bench.send('DELETE', `${path}/${id}`)).status).toBe(204);
  expect((await bench.send('GET', `${path}/${id}`)).status).toBe(404);
  expect((await ask(credential)).status).toBe(401);
});

test('a token expires', async () => {
  const short = await openBench({ tokenSeconds: 0 });
  expect((await short.nova('GET', '/servers')).status).toBe(401);
  await short.stop();
});

test('catalog and projects of the bearer', async () => {
  expect((await bench.send('GET', '/identity/v3/auth/catalog')).body.catalog).toHaveLength(5);
  expect((await bench.send('GET', '/identity/v3/auth/projects')).body.projects[0].name).toBe('demo');
  expect((await bench.send('GET', '/identity/v3/projects')).status).toBe(403);
  expect((await bench.send('GET', '/identity/v3/projects', { as: 'admin' })).body.projects).toHaveLength(3);
});
