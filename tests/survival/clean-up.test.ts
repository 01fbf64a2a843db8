import { expect, test } from 'vitest';
import { attachIn, openSurvivalBench, verdictsOf } from './bench.ts';

test('what a run had to leave is finished by cleanup, once the cloud lets it', async () => {
  const cloud = { deletes: false };
  const bench = await openSurvivalBench(
    {},
    {
      answer: ({ method, path }) =>
        method === 'DELETE' && /\/servers\/[^/]+$/.test(path) && !cloud.deletes ? { status: 500, body: {} } : undefined,
    },
  );
  const { code, report, stdout } = await bench.run(['--wait', '1', ...attachIn('paused')]);
  expect(verdictsOf(report)).toEqual({ paused: 'pass' });
  expect(code).toBe(5);
  expect(stdout).toContain('npx novaspec cleanup out --os-cloud novaspec');
  expect(await bench.left()).not.toEqual([]);
  cloud.deletes = true;
  expect(await bench.cleanup()).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nNothing is left\.\n$/) });
  expect(await bench.left()).toEqual([]);
  await bench.expectStrangers();
});

test('a run that was killed with servers in all situations is finished by cleanup', async () => {
  const bench = await openSurvivalBench({ delay: 20 });
  const run = bench.start(['--suite', 'states', '--microversions', '2.79']);
  await expect.poll(async () => (await bench.left()).length, { timeout: 20_000 }).toBeGreaterThan(25);
  run.child.kill('SIGKILL');
  await run.ended;
  expect(await bench.cleanup()).toMatchObject({ code: 0, stdout: expect.stringMatching(/\nNothing is left\.\n$/) });
  expect(await bench.left()).toEqual([]);
  await bench.expectStrangers();
});

test('somebody else’s server and volume stay, even with the very names of the run’s', async () => {
  const bench = await openSurvivalBench({ troubles: ['slow-builds'] });
  const { ended } = bench.start(attachIn('paused'));
  const named = async (kind: string) => (await bench.left()).find(name => name.includes(`-${kind}-`)) ?? '';
  await expect.poll(() => named('server'), { timeout: 20_000 }).not.toBe('');
  const [server, volume] = [await named('server'), await named('volume')];
  const [{ id: imageRef }] = (await bench.send('GET', '/image/v2/images')).body.images;
  for (const name of [server, `${server}0`]) {
    await bench.nova('POST', '/servers', { body: { server: { name, flavorRef: '42', imageRef } } });
  }
  for (const name of [volume, `${volume}0`])
    await bench.cinder('POST', '/volumes', { body: { volume: { name, size: 1 } } });
  expect((await ended).code).toBe(0);
  expect((await bench.left()).toSorted()).toEqual([server, `${server}0`, volume, `${volume}0`].toSorted());
});
