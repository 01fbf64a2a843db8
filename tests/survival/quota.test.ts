import { expect, test } from 'vitest';
import { attachIn, openSurvivalBench, verdictsOf } from './bench.ts';

test('a quota that allows fewer servers than wanted: those that could be built serve all cases', async () => {
  // One of the three is somebody else's.
  const bench = await openSurvivalBench({ deployment: { quota: { instances: 3 } } });
  const situations = ['paused', 'stopped', 'suspended', 'locked'];
  const { code, report } = await bench.run([...attachIn(...situations), '--servers', '10']);
  expect(verdictsOf(report)).toEqual(Object.fromEntries(situations.map(each => [each, 'pass'])));
  expect(code).toBe(0);
  expect(await bench.left()).toEqual([]);
  await bench.expectStrangers();
});

test.each([
  [{ instances: 1 }, /^error: building a server: POST \S+ was answered 403 .*Quota exceeded for instances/],
  [{ volumes: 2 }, /^error: creating a volume: POST \S+ was answered 413 .*VolumeLimitExceeded/],
])('a quota of %j leaves no room: the cases name it', async (quota, cause) => {
  const bench = await openSurvivalBench({ deployment: { quota } });
  const ids = ['attach.state.paused@2.79', 'attach.state.stopped@2.79', 'access.server.unknown[list]@2.79'];
  const { code, report } = await bench.run([...ids.flatMap(id => ['--case', id]), '--servers', '10']);
  expect(verdictsOf(report)).toEqual({
    paused: expect.stringMatching(cause),
    stopped: expect.stringMatching(cause),
    'access.server.unknown': 'pass',
  });
  expect(code).toBe(4);
  expect(await bench.left()).toEqual([]);
  await bench.expectStrangers();
});
