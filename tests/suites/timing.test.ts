import { describe, expect, test } from 'vitest';
import type { CaseResult } from '../../src/judge/verdict.ts';
import { judgeCloud } from '../proof/judge-cloud.ts';

const timingsOf = (results: CaseResult[]) => results.flatMap(({ timings }) => timings ?? []);

describe('what was accepted and completed is timed', () => {
  test.each([
    ['attach.success', 'attach', 'active'],
    ['detach.success', 'detach', 'active'],
    ['attach.state.shelved_offloaded', 'attach', 'shelved_offloaded'],
    ['swap.state.paused', 'swap', 'paused'],
  ])('%s as %s of a server that is %s', async (rule, operation, state) => {
    const results = await judgeCloud({ release: 'zed' }, { rules: [rule], microversions: '2.79' });
    expect(results.map(({ verdict }) => verdict)).not.toContain('error');
    const timings = timingsOf(results);
    expect(timings.length).toBeGreaterThan(0);
    for (const { acceptedMs, completedMs, blurMs, ...rest } of timings) {
      expect(rest).toEqual({ operation, state });
      expect(completedMs).toBeGreaterThanOrEqual(acceptedMs);
      expect(completedMs).toBeGreaterThanOrEqual(blurMs);
    }
  });
});

test.each(['update.flag', 'attach.volume.unknown', 'list.success'])(
  'what is refused, or complete with its answer, is not: %s',
  async rule => {
    const results = await judgeCloud({}, { rules: [rule], microversions: '2.89' });
    expect(results.length).toBeGreaterThan(0);
    expect(timingsOf(results)).toEqual([]);
  },
);

test('an effect that never comes has no time', async () => {
  const results = await judgeCloud(
    { faults: ['attach-never-completes'] },
    { rules: ['attach.success'], microversions: '2.79' },
    { waitLimit: 0.3 },
  );
  expect(timingsOf(results)).toEqual([]);
});
