import { expect, test } from 'vitest';
import { attachIn, openSurvivalBench, verdictsOf } from './bench.ts';

test('a token that expires in the middle is renewed, in the run and in its clean-up', async () => {
  let tokens = 0;
  const bench = await openSurvivalBench(
    { tokenSeconds: 2, troubles: ['slow-builds', 'slow-deletes'] },
    {
      answer: ({ method, path }) => {
        if (method === 'POST' && path.endsWith('/auth/tokens')) tokens += 1;
        return undefined;
      },
    },
  );
  const { code, report } = await bench.run(attachIn('paused'));
  expect(verdictsOf(report)).toEqual({ paused: 'pass' });
  expect(code).toBe(0);
  // One for each persona at the beginning.
  expect(tokens).toBeGreaterThan(4);
  // The tests' own tokens have expired too, so the report has to tell.
  expect(report.leftovers).toEqual([]);
  expect(report.ledger.removed).toBe(report.ledger.created);
});
