import { describe, expect, test } from 'vitest';
import { createBehaviour } from '../../cloud/behaviour/behaviour.ts';
import { faults } from '../../cloud/catalogue.ts';
import { faultKinds } from '../../cloud/faults/fault-kind.ts';
import { faultNamed } from '../../cloud/faults.ts';
import { releaseNamed } from '../../cloud/releases.ts';
import { type Bench, nowhere, openBench, until, wish } from './client.ts';

test('ids are unique and sentences are sentences', () => {
  const ids = faults.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, sentence } of faults) {
    expect(id).toMatch(/^[a-z0-9]+([-_][a-z0-9]+)*$/);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  }
});

test.each(faultKinds)('there are several faults of kind %s', kind => {
  expect(faults.filter(fault => fault.kind === kind).length).toBeGreaterThanOrEqual(3);
});

test.each(['zed', '2025.1', '2026.1', '2026.2'] as const)('every fault fits %s', release => {
  for (const { id } of faults) expect(() => faultNamed(id).patch(createBehaviour(releaseNamed(release)))).not.toThrow();
});

/** Some faults, and what shows them. */
const examples: [id: string, show: (bench: Bench, path: string, volume: string) => Promise<void>][] = [
  ['route-trailing-slash', async (bench, path) => expect((await bench.nova('GET', `${path}/`)).status).toBe(200)],
  [
    'version-latest-unknown',
    async (bench, path) => expect((await bench.nova('GET', path, { version: 'latest' })).status).toBe(400),
  ],
  [
    'header-vary-missing',
    async (bench, path) => expect((await bench.nova('GET', path)).headers).not.toHaveProperty('vary'),
  ],
  [
    'create-tag-long-accepted',
    async (bench, path) =>
      expect(
        (await bench.nova('POST', path, { version: '2.49', body: wish(nowhere(), { tag: 'a'.repeat(61) }) })).status,
      ).toBe(404),
  ],
  [
    'policy-create-open',
    async (bench, path) =>
      expect((await bench.nova('POST', path, { as: 'reader', body: wish(nowhere()) })).status).toBe(404),
  ],
  [
    'create-async-200',
    async (bench, path, volume) =>
      expect((await bench.nova('POST', path, { version: '2.101', body: wish(volume) })).status).toBe(200),
  ],
  [
    'order-create-policy-before-body',
    async (bench, path) => expect((await bench.nova('POST', path, { as: 'reader', body: {} })).status).toBe(403),
  ],
  [
    'attach-in-active-refused',
    async (bench, path, volume) => expect((await bench.nova('POST', path, { body: wish(volume) })).status).toBe(409),
  ],
  [
    'list-id-kept',
    async (bench, path, volume) => {
      await bench.attach(path.split('/')[2] ?? '', volume);
      expect((await bench.nova('GET', path, { version: '2.89' })).body.volumeAttachments[0]).toHaveProperty(
        'id',
        volume,
      );
    },
  ],
  [
    'paging-hidden-not-counted',
    async (bench, path, volume) => {
      await bench.attach(path.split('/')[2] ?? '', volume);
      expect((await bench.nova('GET', `${path}?limit=1`)).body.volumeAttachments).toHaveLength(1);
    },
  ],
  [
    'attach-phantom',
    async (bench, path, volume) => {
      const body = { 'os-reset_status': { status: 'error' } };
      await bench.cinder('POST', `/volumes/${volume}/action`, { as: 'admin', body });
      expect((await bench.nova('POST', path, { body: wish(volume) })).status).toBe(400);
      expect((await bench.nova('GET', `${path}/${volume}`)).status).toBe(200);
    },
  ],
  [
    'attach-row-late',
    async (bench, path, volume) => {
      expect((await bench.nova('POST', path, { body: wish(volume) })).status).toBe(200);
      await until(() => bench.volumeStatus(volume), 'in-use');
      expect((await bench.nova('GET', `${path}/${volume}`)).status).toBe(200);
    },
  ],
  [
    'unknown-token-accepted',
    async (bench, path) =>
      expect((await bench.nova('GET', path, { as: 'nobody', headers: { 'x-auth-token': 'x' } })).status).toBe(200),
  ],
  [
    'error-code-text',
    async (bench, path) => expect((await bench.nova('GET', `${path}/${nowhere()}`)).body.itemNotFound.code).toBe('404'),
  ],
  [
    'list-hidden-shown',
    async (bench, path) =>
      expect((await bench.nova('GET', path)).body.volumeAttachments[0]).toMatchObject({ volumeId: null }),
  ],
  [
    'show-tag-never',
    async (bench, path, volume) => {
      await bench.attach(path.split('/')[2] ?? '', volume, { body: wish(volume, { tag: 't' }) });
      const [item] = (await bench.nova('GET', path, { version: '2.70' })).body.volumeAttachments;
      const shown = (await bench.nova('GET', `${path}/${volume}`, { version: '2.70' })).body.volumeAttachment;
      expect([item.tag, shown.tag]).toEqual(['t', null]);
    },
  ],
  [
    'proxy-html-errors',
    async (bench, path) => {
      const answer = await bench.nova('GET', `${path}/${nowhere()}`);
      expect([answer.status, answer.headers['content-type']]).toEqual([404, 'text/html']);
      // Only the attachments are behind it.
      expect((await bench.nova('GET', `/servers/${nowhere()}`)).body).toHaveProperty('itemNotFound');
    },
  ],
  [
    'proxy-redirects-slash',
    async (bench, path) => {
      const answer = await bench.nova('GET', `${path}/`);
      expect([answer.status, answer.headers.location]).toEqual([301, `/compute/v2.1${path}`]);
    },
  ],
  [
    'proxy-caches-list',
    async (bench, path, volume) => {
      const read = async (): Promise<unknown> => (await bench.nova('GET', path)).headers['x-openstack-request-id'];
      await until(async () => [await read(), await read()].every((id, _, all) => id === all[0]), true);
      await bench.attach(path.split('/')[2] ?? '', volume);
      await until(async () => (await bench.nova('GET', path)).body.volumeAttachments.length, 1);
    },
  ],
];

describe('a fault shows over HTTP', () => {
  test.each(examples)('%s', async (id, show) => {
    const bench = await openBench({ faults: [id] });
    const server = await bench.server();
    await show(bench, `/servers/${server}/os-volume_attachments`, await bench.volume());
    await bench.stop();
  });
});
