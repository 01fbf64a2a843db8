import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bench, nowhere, openBench, until } from './client.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.stop());

test('the list of versions needs no token, the document of one does', async () => {
  const { status, body } = await bench.send('GET', '/volume/', { as: 'nobody' });
  expect(status).toBe(300);
  expect(body.versions[0]).toMatchObject({ id: 'v3.0', status: 'CURRENT' });
  expect((await bench.send('GET', '/volume/v3/', { as: 'nobody' })).status).toBe(401);
  expect((await bench.send('GET', '/volume/v3/')).body).toEqual(body);
});

test('a volume is made, seen by its project only, and deleted', async () => {
  const volume = await bench.volume({ name: 'v' });
  const { body } = await bench.cinder('GET', `/volumes/${volume}`);
  expect(body.volume).toMatchObject({ name: 'v', size: 1, attachments: [], multiattach: false });
  expect((await bench.cinder('GET', `/volumes/${volume}`, { as: 'other' })).status).toBe(404);
  expect((await bench.cinder('GET', `/volumes/${volume}`, { as: 'admin' })).status).toBe(200);
  expect((await bench.cinder('GET', '/volumes/detail?status=available')).body.volumes).toHaveLength(1);
  expect((await bench.cinder('GET', '/volumes', { as: 'other' })).body.volumes).toEqual([]);
  expect((await bench.cinder('DELETE', `/volumes/${volume}`)).status).toBe(202);
  await until(() => bench.volumeStatus(volume), 'gone');
});

test('an attached volume cannot be deleted, nor its attachment from this side', async () => {
  const server = await bench.server();
  const volume = await bench.volume({ volume_type: 'multiattach' });
  await bench.attach(server, volume);
  expect((await bench.cinder('DELETE', `/volumes/${volume}`)).status).toBe(400);
  const [attachment] = (await bench.cinder('GET', '/attachments')).body.attachments;
  expect(attachment).toMatchObject({ status: 'attached', instance: server, volume_id: volume });
  expect((await bench.cinder('DELETE', `/attachments/${attachment.id}`)).status).toBe(409);
  const shown = (await bench.cinder('GET', `/volumes/${volume}`)).body.volume;
  expect(shown.attachments[0]).toMatchObject({ attachment_id: attachment.id, server_id: server, device: '/dev/vdb' });
});

test.each([
  ['no size', {}, 400],
  ['a size of zero', { size: 0 }, 400],
  ['an unknown type', { size: 1, volume_type: 'nope' }, 404],
])('%s is refused', async (_, volume, status) => {
  expect((await bench.cinder('POST', '/volumes', { body: { volume } })).status).toBe(status);
});

test('refusals outside a volume', async () => {
  expect((await bench.cinder('GET', `/volumes/${nowhere()}`)).body.itemNotFound.code).toBe(404);
  expect((await bench.cinder('GET', '/volumes', { as: 'nobody' })).status).toBe(401);
  expect((await bench.cinder('GET', '/nope')).status).toBe(404);
  expect((await bench.send('GET', `/volume/v3/${bench.projects.other}/volumes`)).body.badRequest.message).toBe(
    'Malformed request url',
  );
  const newer = { headers: { 'openstack-api-version': 'volume 3.999' } };
  expect((await bench.cinder('GET', '/volumes', newer)).status).toBe(406);
  const reset = { body: { 'os-reset_status': { status: 'error' } } };
  expect((await bench.cinder('POST', `/volumes/${await bench.volume()}/action`, reset)).status).toBe(403);
});

test('types name what may be shared; the first is the one of volumes without a type', async () => {
  const { body } = await bench.cinder('GET', '/types');
  const specs = body.volume_types.map((type: { name: string; extra_specs: unknown }) => [type.name, type.extra_specs]);
  expect(specs).toEqual([
    ['default', {}],
    ['multiattach', { multiattach: '<is> True' }],
    ['novaspec-attach-fails', {}],
    ['novaspec-attach-hangs', {}],
    ['novaspec-detach-fails', {}],
    ['novaspec-swap-fails', {}],
  ]);
  const { volume } = (await bench.cinder('POST', '/volumes', { body: { volume: { size: 1 } } })).body;
  expect(volume.volume_type).toBe('default');
});
