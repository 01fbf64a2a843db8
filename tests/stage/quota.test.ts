import { expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { shareOut, shortages } from '../../src/stage/budget.ts';
import { readQuota, serversAllowed, volumesAllowed } from '../../src/stage/quota.ts';
import { madeUpApi } from './made-up-api.ts';

const limits = (absolute: unknown) => ({ limits: { absolute } });
const nano = { id: '1', name: 'nano', vcpus: 2, ram: 512, disk: 1, extraDisks: false };

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

const { stage } = loadContract().data;
const wanted = { servers: undefined, concurrency: 16 };
const volumes = (limit: number, used = 0) => ({ ...nothingKnown, volumes: { limit, used } });

test.each([
  [nothingKnown, { servers: 12, walkers: 4, own: 3, volumes: 32 }],
  [
    { ...nothingKnown, servers: { limit: 3, used: 3 } },
    { servers: 1, walkers: 1, own: 1, volumes: 32 },
  ],
  [
    { ...nothingKnown, servers: { limit: 7, used: 0 } },
    { servers: 7, walkers: 1, own: 1, volumes: 32 },
  ],
  [volumes(10), { servers: 12, walkers: 1, own: 3, volumes: 2 }],
  [volumes(20), { servers: 12, walkers: 4, own: 3, volumes: 9 }],
  [volumes(20, 18), { servers: 12, walkers: 1, own: 3, volumes: 2 }],
])('%j is shared out as %j', (quota, budget) => {
  expect(shareOut(stage, quota, nano, wanted)).toEqual(budget);
});

test('what the user wants goes before the default', () => {
  expect(shareOut(stage, nothingKnown, nano, { servers: 30, concurrency: 4 })).toEqual({
    servers: 30,
    walkers: 4,
    own: 3,
    volumes: 8,
  });
});

test('what the quota lacks is said', () => {
  expect(shortages(stage, nothingKnown, nano)).toEqual([]);
  expect(shortages(stage, volumes(10), nano)).toEqual([]);
  expect(shortages(stage, { ...volumes(9), servers: { limit: 2, used: 0 } }, nano)).toEqual([
    "the project's quota leaves 2 servers, and a run of everything needs 7",
    "the project's quota leaves 9 volumes, and a run of everything needs 10",
  ]);
  expect(volumesAllowed({ ...volumes(9), gigabytes: { limit: 5, used: 1 } })).toBe(4);
});
