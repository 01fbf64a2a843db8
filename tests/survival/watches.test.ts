import { expect, test } from 'vitest';
import type { ProxyRules } from '../cli/proxy.ts';
import { openSurvivalBench } from './bench.ts';

const busy = { status: 503, body: { busy: { code: 503, message: 'Come again.' } } };
const async = ['--wait', '2', '--microversions', '2.79', '--case', 'attach.async.*[plain]@2.79'];

/** Who asks for attachments at the microversion of the cases, which the stage does not. */
function asks(wanted: string): (passing: Parameters<NonNullable<ProxyRules['answer']>>[0]) => boolean {
  return ({ method, path, headers }) =>
    method === wanted && path.endsWith('/os-volume_attachments') && headers['openstack-api-version'] === 'compute 2.79';
}

test('a request that cannot be taken is judged by nobody, and is not sent again', async () => {
  let sent = 0;
  const isOwn = asks('POST');
  const answer: ProxyRules['answer'] = passing => {
    if (!isOwn(passing)) return undefined;
    sent += 1;
    return busy;
  };
  const bench = await openSurvivalBench({}, { answer });
  const { code, report } = await bench.run(async);
  expect(new Set(report.cases.map(({ verdict }) => verdict))).toEqual(new Set(['error']));
  expect(report.cases[0]?.message).toMatch(/^the scenario ended before: POST \S+ was answered 503 .*Come again/);
  expect(sent).toBe(1);
  expect(code).toBe(4);
  expect(await bench.left()).toEqual([]);
});

test('an observer that cannot be asked is no failure of the API', async () => {
  const isReading = asks('GET');
  const bench = await openSurvivalBench({}, { answer: passing => (isReading(passing) ? busy : undefined) });
  const { code, report } = await bench.run(async);
  expect(new Set(report.cases.map(({ verdict }) => verdict))).toEqual(new Set(['error']));
  expect(report.cases[0]?.message).toMatch(
    /^the target was not available while it was watched: GET \S+ was answered 503/,
  );
  expect(code).toBe(4);
  expect(await bench.left()).toEqual([]);
});

test('a run that is interrupted while it watches leaves nothing behind', async () => {
  const bench = await openSurvivalBench({ delay: 300 });
  const { child, ended } = bench.start(['--suite', 'async', '--microversions', '2.79']);
  // Those that are shared, and some that scenarios have for themselves.
  const servers = async () => (await bench.left()).filter(name => name.includes('-server-')).length;
  await expect.poll(servers, { timeout: 20_000 }).toBeGreaterThan(3);
  child.kill('SIGINT');
  expect((await ended).code).toBe(130);
  expect(await bench.left()).toEqual([]);
});
