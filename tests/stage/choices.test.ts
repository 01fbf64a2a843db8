import { describe, expect, test } from 'vitest';
import { type Choices, choose, type Wishes } from '../../src/stage/choices.ts';
import { serverBody, volumeBody } from '../../src/stage/creation.ts';
import { type Answers, madeUpApi } from './made-up-api.ts';

const gib = 2 ** 30;
const flavors = (list: unknown[]): Answers => ({ 'compute /flavors/detail': { flavors: list } });
const images = (list: unknown[]): Answers => ({ 'image /images?limit=1000': { images: list } });
const flavor = (id: string, disk: number, ram: number, more = {}) => ({
  id,
  name: `m1.${id}`,
  disk,
  ram,
  vcpus: 1,
  ...more,
});
const image = (id: string, more = {}) => ({ id, name: `image ${id}`, status: 'active', size: 1, min_disk: 0, ...more });

const cloud: Answers = {
  ...images([image('a', { size: 9 }), image('b'), image('c', { status: 'queued', size: 0 })]),
  ...flavors([flavor('big', 20, 2048), flavor('nano', 1, 64), flavor('none', 0, 16), flavor('micro', 1, 128)]),
  'network /networks': { networks: [{ id: 'n1', name: 'blue' }] },
  'compute /os-availability-zone': { availabilityZoneInfo: [{ zoneName: 'east' }, { zoneName: 'west' }] },
  'volume /os-availability-zone': { availabilityZoneInfo: [{ zoneName: 'east' }] },
  'volume /types': { volume_types: [{ id: 't1', name: 'fast' }] },
};

const types = (usual: object, ...list: object[]): Answers => ({
  ...cloud,
  'volume /types': { volume_types: list },
  'volume /types/default': { volume_type: usual },
});

const withServices = { image: { url: '' }, network: { url: '' } };
const make = (wishes: Wishes, answers: Answers = cloud, max?: string): Promise<Choices> =>
  choose(madeUpApi(answers, max), withServices, wishes);

describe('without wishes', () => {
  test('the smallest image, the smallest flavor with a disk for it, the next one, and no network', async () => {
    expect(await make({})).toMatchObject({
      image: { id: 'b', disk: 1 },
      flavor: { id: 'nano', vcpus: 1, ram: 64, disk: 1 },
      resizeFlavor: { id: 'micro' },
      network: 'none',
      availabilityZone: null,
      volumeZone: null,
      volumeType: null,
      missing: { image: null, flavor: null },
    });
  });

  test.each([
    ['its minimum', { min_disk: 10, size: 1 }, 10],
    ['its content', { size: 2 * gib + 1 }, 3],
    ['what it unfolds to', { size: 1, virtual_size: 5 * gib }, 5],
  ])('the image needs a disk for %s, and the flavor has it', async (_, more, disk) => {
    const chosen = await make({}, { ...cloud, ...images([image('a', more)]) });
    expect(chosen.image?.disk).toBe(disk);
    expect(chosen.flavor?.id).toBe('big');
    expect(chosen.resizeFlavor).toBeNull();
  });

  test('a disabled flavor is none, and the only one is no flavor to resize to', async () => {
    const list = [flavor('nano', 1, 64), flavor('micro', 1, 128, { 'OS-FLV-DISABLED:disabled': true })];
    expect(await make({}, { ...cloud, ...flavors(list) })).toMatchObject({
      flavor: { id: 'nano' },
      resizeFlavor: null,
    });
  });

  test('what the cloud does not have is missing, with the reason', async () => {
    const { missing, image, flavor } = await make({}, { ...images([]) });
    expect([image, flavor]).toEqual([null, null]);
    expect(missing.image).toBe('choosing an image: the cloud offers no active one to this project');
    expect(missing.flavor).toMatch(/^choosing a flavor: GET \/flavors\/detail was answered 404/);
  });

  test('where a server cannot be without networks, Nova takes the only one', async () => {
    expect((await make({}, cloud, '2.36')).network).toBeNull();
  });

  test('a target without image service is asked by its old API', async () => {
    const answers = { 'compute /images/detail': { images: [{ id: 'x', name: 'x' }] }, ...flavors([]) };
    const chosen = await choose(madeUpApi(answers), { image: null, network: null }, {});
    expect(chosen.image).toEqual({ id: 'x', name: 'x', disk: 1, ram: 0 });
  });
});

describe('volumes that can be attached several times', () => {
  const many = { id: 't2', name: 'many', extra_specs: { multiattach: '<is> True' } };
  const plain = { id: 't1', name: 'fast', extra_specs: {} };

  test.each([
    ['the default is another type', types(plain, many, plain), null],
    ['the default is such a type: another one is chosen', types(many, many, plain), 'fast'],
    ['there is nothing else', types(many, many), null],
  ])('%s', async (_, answers, type) => {
    expect((await make({}, answers)).volumeType).toBe(type);
  });

  test('cannot be wished for', async () => {
    await expect(make({ volumeType: 'many' }, types(plain, many, plain))).rejects.toThrow(
      '--volume-type: volumes of many can be attached several times: novaspec takes that type by itself',
    );
  });
});

describe('wishes', () => {
  test.each<[Wishes, object]>([
    [{ image: 'image a' }, { image: { id: 'a' } }],
    [{ image: 'a' }, { image: { id: 'a' } }],
    [{ flavor: 'm1.micro' }, { flavor: { id: 'micro' }, resizeFlavor: { id: 'nano' } }],
    [{ resizeFlavor: 'big' }, { flavor: { id: 'nano' }, resizeFlavor: { id: 'big' } }],
    [{ network: 'blue' }, { network: { id: 'n1' } }],
    [{ network: 'none' }, { network: 'none' }],
    [{ availabilityZone: 'east' }, { availabilityZone: 'east', volumeZone: 'east' }],
    [{ availabilityZone: 'west' }, { availabilityZone: 'west', volumeZone: null }],
    [{ volumeType: 't1' }, { volumeType: 'fast' }],
  ])('%j', async (wishes, chosen) => {
    expect(await make(wishes)).toMatchObject(chosen);
  });

  test('an image that is in no list is found by its id', async () => {
    const answers = { ...cloud, 'image /images/shared': image('shared') };
    expect((await make({ image: 'shared' }, answers)).image?.id).toBe('shared');
  });

  test('what cannot be listed is taken as it was wished', async () => {
    const wishes = { image: 'i', flavor: 'f', network: 'n', availabilityZone: 'z', volumeType: 't' };
    expect(await make(wishes, {})).toMatchObject({
      image: { id: 'i' },
      flavor: { id: 'f' },
      network: { id: 'n' },
      availabilityZone: 'z',
      volumeType: 't',
    });
  });

  test.each<[Wishes, string]>([
    [{ image: 'imag a' }, "--image: 'imag a' is not known, did you mean 'image a'?; known: image a, image b"],
    [{ image: 'c' }, "--image: 'c' is not known"],
    [{ flavor: 'nan' }, "--flavor: 'nan' is not known, did you mean 'm1.nano'?"],
    [{ resizeFlavor: 'x' }, "--resize-flavor: 'x' is not known"],
    [{ resizeFlavor: 'nano' }, '--resize-flavor: m1.nano is the flavor that servers have already'],
    [{ network: 'bleu' }, "--network: 'bleu' is not known, did you mean 'blue'?"],
    [{ availabilityZone: 'eats' }, "--availability-zone: 'eats' is not known, did you mean 'east'?"],
    [{ volumeType: 'slow' }, "--volume-type: 'slow' is not known"],
  ])('%j is refused in one line', async (wishes, line) => {
    await expect(make(wishes)).rejects.toMatchObject({ kind: 'config', message: expect.stringContaining(line) });
  });

  test('a name that two have needs an id', async () => {
    const answers = { ...cloud, ...images([image('a', { name: 'same' }), image('b', { name: 'same' })]) };
    await expect(make({ image: 'same' }, answers)).rejects.toThrow(
      "--image: 2 are named 'same': give one of the ids a, b",
    );
  });

  test('no network, where a server cannot be without', async () => {
    await expect(make({ network: 'none' }, cloud, '2.36')).rejects.toThrow('--network none: the target ends at 2.36');
  });
});

describe('the bodies of creations', () => {
  const api = madeUpApi({});
  const { create } = api.data.server;
  const server = async (wishes: Wishes, answers = cloud) =>
    serverBody(api, await make(wishes, answers), create, { name: 'n', run_id: 'r' });

  test('hold what was chosen', async () => {
    const usual = { name: 'n', imageRef: 'b', flavorRef: 'nano', metadata: { novaspec_run: 'r' } };
    expect(await server({})).toEqual({ server: { ...usual, networks: 'none' } });
    expect(await server({ network: 'blue', availabilityZone: 'west' })).toEqual({
      server: { ...usual, networks: [{ uuid: 'n1' }], availability_zone: 'west' },
    });
  });

  test('of volumes: the chosen type unless another is needed, and the zone', async () => {
    const chosen = await make({ volumeType: 'fast', availabilityZone: 'east' });
    const { create, create_bootable } = api.data.volume;
    const values = { name: 'n', run_id: 'r' };
    const usual = { name: 'n', metadata: { novaspec_run: 'r' }, availability_zone: 'east' };
    expect(volumeBody(api, chosen, create, values)).toEqual({ volume: { ...usual, size: 1, volume_type: 'fast' } });
    expect(volumeBody(api, chosen, create, values, 'multi')).toEqual({
      volume: { ...usual, size: 1, volume_type: 'multi' },
    });
    expect(volumeBody(api, chosen, create_bootable, values)).toEqual({
      volume: { ...usual, size: '1', imageRef: 'b', volume_type: 'fast' },
    });
  });

  test('cannot be made without an image or a flavor', async () => {
    await expect(server({}, { ...cloud, ...images([]) })).rejects.toThrow('choosing an image: the cloud offers no');
    await expect(server({}, { ...cloud, ...flavors([]) })).rejects.toThrow('choosing a flavor: the cloud offers none');
  });
});
