import { expect, test } from 'vitest';
import { attachIn, openSurvivalBench, verdictsOf } from './bench.ts';

test('a cloud that cannot build any server: two are tried for each that is wanted, then the cases have its fault', async () => {
  const bench = await openSurvivalBench(
    {},
    {
      edit: (text, { method, path }) => {
        if (method !== 'GET' || !/\/servers\/[^/]+$/.test(path) || !text.startsWith('{"server":')) return text;
        const { server } = JSON.parse(text);
        return JSON.stringify({
          server: { ...server, status: 'ERROR', fault: { message: 'No valid host was found.' } },
        });
      },
    },
  );
  const { code, report } = await bench.run(attachIn('paused', 'stopped', 'suspended', 'locked', 'rescued', 'resized'));
  const cause = expect.stringMatching(
    /^error: server \S+ went to ERROR: No valid host was found\. \(the second one\)$/,
  );
  expect(new Set(Object.values(verdictsOf(report)))).toEqual(new Set([cause]));
  // At most four servers walk; each has a volume, and each case one of its own.
  expect(report.ledger.created).toBeLessThanOrEqual(4 * 2 * 2 + 6);
  expect(code).toBe(4);
  expect(await bench.left()).toEqual([]);
  await bench.expectStrangers();
});
