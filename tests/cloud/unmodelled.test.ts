import { beforeAll, describe, expect, test } from 'vitest';
import { type Bench, openBench } from './client.ts';

let bench: Bench;

beforeAll(async () => {
  bench = await openBench();
  return () => bench.stop();
});

const said = (what: string, service: string): string =>
  `The embedded cloud of novaspec does not model ${what} of ${service}. What it models stands in docs/embedded-cloud.md.`;

describe('what a real service would do is answered 501 in its own envelope', () => {
  test.each([
    ['POST', '/os-aggregates', 'POST /os-aggregates', '2.79'],
    ['GET', '/os-hypervisors/1/uptime', 'GET /os-hypervisors/{id}/uptime', '2.79'],
    ['GET', '/os-migrations', 'GET /os-migrations', undefined],
    ['GET', '/os-fping', 'GET /os-fping', '2.35'],
  ])('Nova: %s %s', async (method, path, name, version) => {
    const answer = await bench.nova(method, path, { version, ...(method === 'POST' ? { body: {} } : {}) });
    expect(answer.body).toEqual({ notImplemented: { code: 501, message: said(name, 'Nova') } });
    expect(answer.status).toBe(501);
    expect(answer.headers['x-openstack-request-id']).toMatch(/^req-/);
    expect(answer.headers['openstack-api-version']).toBe(`compute ${version ?? '2.1'}`);
    const inProject = await bench.nova(method, `/${bench.projects.member}${path}`, { version, body: {} });
    expect(inProject.status).toBe(501);
  });

  test('a server action and a property of Nova', async () => {
    const server = await bench.server();
    const action = await bench.nova('POST', `/servers/${server}/action`, { body: { evacuate: {} } });
    expect(action.body).toEqual({ notImplemented: { code: 501, message: said('the server action evacuate', 'Nova') } });
    const unknown = await bench.nova('POST', `/servers/${server}/action`, { body: { nosuch: {} } });
    expect(unknown.body).toEqual({ badRequest: { code: 400, message: 'There is no such action: nosuch' } });
    const body = { server: { name: 's', flavorRef: '42', personality: [] } };
    const property = await bench.nova('POST', '/servers', { body });
    const message = said('the property personality of POST /servers', 'Nova');
    expect(property.body).toEqual({ notImplemented: { code: 501, message } });
  });

  test('paths, an action and a property of Cinder', async () => {
    const { body, status } = await bench.cinder('GET', '/backups');
    expect(body).toEqual({ notImplemented: { code: 501, message: said('GET /backups', 'Cinder') } });
    expect(status).toBe(501);
    const volume = await bench.volume();
    const action = await bench.cinder('POST', `/volumes/${volume}/action`, { body: { 'os-migrate_volume': {} } });
    const { message } = action.body.notImplemented;
    expect(message).toBe(said('the volume action os-migrate_volume', 'Cinder'));
    const made = await bench.cinder('POST', '/volumes', { body: { volume: { size: 1, backup_id: volume } } });
    expect(made.body.notImplemented.message).toBe(said('the property backup_id of POST /volumes', 'Cinder'));
    const plain = await bench.cinder('POST', '/volumes', { body: { volume: { size: 1, backup_id: null } } });
    expect(plain.status).toBe(202);
  });

  test('Keystone and Glance', async () => {
    const groups = await bench.send('GET', '/identity/v3/groups');
    const message = said('GET /groups', 'Keystone');
    expect(groups.body).toEqual({ error: { code: 501, title: 'Not Implemented', message } });
    const image = await bench.send('PATCH', '/image/v2/images/x');
    expect(image.body).toMatchObject({ code: '501 Not Implemented', title: 'Not Implemented' });
    expect(image.body.message).toContain(said('PATCH /images/{id}', 'Glance'));
  });
});

describe('what no real service would do stays what they answer', () => {
  test.each([
    ['GET', '/os-nosuch', undefined],
    ['PATCH', '/os-aggregates', undefined],
    ['HEAD', '/os-aggregates', undefined],
    ['GET', '/os-aggregates/', undefined],
    ['GET', '/os-fping', '2.36'],
    ['PATCH', '/servers/x/os-volume_attachments', undefined],
    ['GET', '/servers/x/os-volume_attachments/', undefined],
    ['DELETE', '/servers/x/os-volume_attachments', undefined],
  ])('%s %s is 404', async (method, path, version) => {
    expect((await bench.nova(method, path, { version })).status).toBe(404);
  });

  test('nobody is told without a token', async () => {
    expect((await bench.nova('GET', '/os-migrations', { as: 'nobody' })).status).toBe(401);
    expect((await bench.cinder('GET', '/backups', { as: 'nobody' })).status).toBe(401);
    expect((await bench.send('GET', '/identity/v3/groups', { as: 'nobody' })).status).toBe(401);
    expect((await bench.send('PATCH', '/image/v2/images/x', { as: 'nobody' })).status).toBe(401);
  });
});
