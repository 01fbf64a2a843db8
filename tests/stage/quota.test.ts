import { expect, test } from 'vitest';
import { defaultServers, readQuota, serversAllowed } from '../../src/stage/quota.ts';
import { madeUpApi } from './made-up-api.ts';

const limits = (absolute: unknown) => ({ limits: { absolute } });
const nano = { id: '1', name: 'nano', vcpus: 2, ram: 512, disk: 1 };

test('the limits of both services; -1 is none', async () => {
  const api = madeUpApi({
    'compute /limits': limits({
      maxTotalInstances: 10,
      totalInstancesUsed: 4,
      maxTotalCores: -1,
      totalCoresUsed: 8,
      maxTotalRAMSize: 4096,
      totalRAMUsed: 1024,
    }),
    'volume /limits': limits({ maxTotalVolumes: 5, totalVolumesUsed: 5, maxTotalVolumeGigabytes: 100 }),
  });
  expect(await readQuota(api)).toEqual({
    servers: { limit: 10, used: 4 },
    cores: { limit: null, used: 8 },
    ram: { limit: 4096, used: 1024 },
    volumes: { limit: 5, used: 5 },
    gigabytes: { limit: 100, used: 0 },
  });
});

const unknown = { limit: null, used: 0 };
const nothingKnown = { servers: unknown, cores: unknown, ram: unknown, volumes: unknown, gigabytes: unknown };

test.each([
  ['nothing', {}],
  ['a list', { 'compute /limits': [], 'volume /limits': [] }],
  ['text for numbers', { 'compute /limits': limits({ maxTotalInstances: 'ten' }) }],
])('an answer that is %s makes the quota unknown', async (_, answers) => {
  expect(await readQuota(madeUpApi(answers))).toEqual(nothingKnown);
});

test.each([
  [{}, Number.POSITIVE_INFINITY],
  [{ servers: { limit: 10, used: 4 } }, 6],
  [{ servers: { limit: 10, used: 4 }, cores: { limit: 11, used: 2 } }, 4],
  [{ cores: { limit: 11, used: 2 }, ram: { limit: 2000, used: 1000 } }, 1],
  [{ servers: { limit: 10, used: 12 } }, 0],
])('%j lets a number of servers in', (some, count) => {
  expect(serversAllowed({ ...nothingKnown, ...some }, nano)).toBe(count);
});

test('a run has at least one server, and no more than the default', () => {
  expect(defaultServers({ ...nothingKnown, servers: { limit: 3, used: 3 } }, nano, 10)).toBe(1);
  expect(defaultServers({ ...nothingKnown, servers: { limit: 3, used: 0 } }, nano, 10)).toBe(3);
  expect(defaultServers(nothingKnown, null, 10)).toBe(10);
});
