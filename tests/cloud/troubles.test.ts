import { afterEach, expect, test } from 'vitest';
import { startCloud, troubles } from '../../cloud/cloud.ts';
import { type Answer, type Bench, openBench, until } from './client.ts';

let bench: Bench | undefined;
afterEach(async () => {
  await bench?.stop();
  bench = undefined;
});

async function open(id: string): Promise<Bench> {
  bench = await openBench({ troubles: [id] });
  return bench;
}

test('ids are unique, sentences are sentences, an unknown one is refused with the known ones', async () => {
  const ids = troubles.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { id, sentence } of troubles) {
    expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
  }
  await expect(startCloud({ troubles: ['nope'] })).rejects.toThrow(
    /unknown trouble nope; known are pause-never-ends, /,
  );
});

/** What so many GETs of the flavors are answered; `reset` where the connection is cut. */
async function ask(b: Bench, count: number): Promise<(Answer | 'reset')[]> {
  const answers: (Answer | 'reset')[] = [];
  for (let index = 0; index < count; index++) {
    answers.push(await b.nova('GET', '/flavors').catch((): 'reset' => 'reset'));
  }
  return answers;
}

test.each([
  ['rate-limited', 17, 429, ['0', '1']],
  ['unavailable', 19, 503, ['1', '1']],
  ['unavailable-silent', 29, 503, [undefined, undefined]],
] as const)('%s: every %dth request is %d', async (id, nth, status, waits) => {
  const answers = await ask(await open(id), 2 * nth);
  const refused = answers.flatMap((answer, index) =>
    answer !== 'reset' && answer.status === status ? [[index + 1, answer.headers['retry-after']]] : [],
  );
  expect(refused).toEqual([
    [nth, waits[0]],
    [2 * nth, waits[1]],
  ]);
});

test('connection-resets: every 23rd GET is cut', async () => {
  const answers = await ask(await open('connection-resets'), 46);
  expect(answers.flatMap((answer, index) => (answer === 'reset' ? [index + 1] : []))).toEqual([23, 46]);
});

test('answers-lost: every seventh creation is carried out, but nobody is told', async () => {
  const b = await open('answers-lost');
  const create = () => b.cinder('POST', '/volumes', { body: { volume: { size: 1 } } });
  for (let index = 0; index < 6; index++) expect((await create()).status).toBe(202);
  await expect(create()).rejects.toThrow();
  expect((await b.cinder('GET', '/volumes')).body.volumes).toHaveLength(7);
});

test.each([
  ['deletes-fail-twice', 'server', [500, 500, 202]],
  ['deletes-fail-twice', 'volume', [500, 500, 202]],
  ['deletes-never-work', 'server', [500, 500, 500]],
] as const)('%s of a %s', async (id, kind, statuses) => {
  const b = await open(id);
  const made = await b[kind]();
  const remove = () =>
    kind === 'volume'
      ? b.cinder('DELETE', `/volumes/${made}`)
      : b.nova('POST', `/servers/${made}/action`, { body: { forceDelete: null } });
  expect([(await remove()).status, (await remove()).status, (await remove()).status]).toEqual(statuses);
});

test('build-fails and volume-fails: not all that is made becomes usable', async () => {
  const builds = await open('build-fails');
  await Promise.all([builds.server(), builds.server()]);
  const [{ id }] = (await builds.nova('GET', '/servers')).body.servers;
  expect(await builds.status(id)).toBe('ACTIVE');
  const imageRef = (await builds.send('GET', '/image/v2/images')).body.images[0].id;
  const body = { server: { name: 's', flavorRef: '42', imageRef } };
  const third = (await builds.nova('POST', '/servers', { body })).body.server.id;
  await until(() => builds.status(third), 'ERROR');
  expect((await builds.nova('GET', `/servers/${third}`)).body.server.fault.message).toContain('Exhausted all hosts');
  await builds.stop();
  const volumes = await open('volume-fails');
  for (let index = 0; index < 4; index++) await volumes.volume();
  const fifth = (await volumes.cinder('POST', '/volumes', { body: { volume: { size: 1 } } })).body.volume.id;
  await until(() => volumes.volumeStatus(fifth), 'error');
});

test.each([
  ['suspend-fails', { suspend: null }, 'ERROR'],
  ['resize-fails', { resize: { flavorRef: '84' } }, 'ERROR'],
] as const)('%s', async (id, action, status) => {
  const b = await open(id);
  await b.act(await b.server(), action, status);
});

test('pause-never-ends', async () => {
  const b = await open('pause-never-ends');
  const server = await b.server();
  await b.nova('POST', `/servers/${server}/action`, { body: { pause: null } });
  await ask(b, 20);
  expect((await b.nova('GET', `/servers/${server}`)).body.server['OS-EXT-STS:task_state']).toBe('pausing');
});

test('deletes-never-end', async () => {
  const b = await open('deletes-never-end');
  const volume = await b.volume();
  expect((await b.cinder('DELETE', `/volumes/${volume}`)).status).toBe(202);
  await ask(b, 20);
  expect(await b.volumeStatus(volume)).toBe('deleting');
});
