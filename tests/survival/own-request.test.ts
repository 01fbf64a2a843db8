import { describe, expect, test } from 'vitest';
import type { ProxyRules } from '../cli/proxy.ts';
import { openSurvivalBench } from './bench.ts';

/** Whether a request is the case's own: the stage asks at the newest microversion. */
function isOwn({ method, path, headers }: Parameters<NonNullable<ProxyRules['answer']>>[0]): boolean {
  const version = headers['openstack-api-version'];
  return method === 'POST' && path.endsWith('/os-volume_attachments') && version === 'compute 2.79';
}

const busy = (status: number) => ({ status, body: { busy: { code: status, message: 'Come again.' } } });

describe('a request of a case that cannot be taken is no failure of the API', () => {
  test.each([
    ['429', busy(429), /^the target was not available: POST \S+ was answered 429 .*Come again/],
    ['502', busy(502), /^the target was not available: POST \S+ was answered 502 .*Come again/],
    ['503', busy(503), /^the target was not available: POST \S+ was answered 503 .*Come again/],
    ['a cut connection', 'cut', /^POST \S+: the connection was closed .*\(ECONNRESET\).* it is not repeated$/],
  ] as const)('%s: it is not sent again', async (_, answer, cause) => {
    let sent = 0;
    const bench = await openSurvivalBench(
      {},
      {
        answer: passing => {
          if (!isOwn(passing)) return undefined;
          sent += 1;
          return answer;
        },
      },
    );
    const rules = ['--rule', 'attach.success', '--rule', 'list.success'];
    const { code, report } = await bench.run(['--wait', '2', '--microversions', '2.79', ...rules]);
    const verdicts = report.cases.map(({ id, verdict, message }) => [id, verdict, message]);
    expect(verdicts).toContainEqual(['attach.success@2.79', 'error', expect.stringMatching(cause)]);
    expect(verdicts).toContainEqual(['list.success@2.79', 'pass', undefined]);
    expect(sent).toBe(1);
    expect(code).toBe(4);
    expect(await bench.left()).toEqual([]);
  });
});
