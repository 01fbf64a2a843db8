import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CloudOptions } from '../../cloud/cloud.ts';
import type { Timing } from '../../src/judge/verdict.ts';
import { openCommandBench } from '../cli/bench.ts';
import { novaspec, type ReportFile, reportIn } from '../cli/command.ts';

type TimedCase = ReportFile['cases'][number] & { timings?: Timing[] };

/** The cases of a run on a cloud of its own. */
async function judged(cloud: CloudOptions, words: string[]): Promise<TimedCase[]> {
  const { folder, env } = await openCommandBench(cloud);
  const out = join(folder, 'out');
  await novaspec(
    ['run', '--os-cloud', 'novaspec', '--persona', 'admin=novaspec-admin', ...words, '--out', out],
    folder,
    env,
  );
  return reportIn(out).cases;
}

describe('what was accepted and completed is timed', () => {
  test('by operation and situation of the server', async () => {
    const rules = {
      'attach.success': ['attach', 'active'],
      'detach.success': ['detach', 'active'],
      'attach.state.shelved_offloaded': ['attach', 'shelved_offloaded'],
      'swap.state.paused': ['swap', 'paused'],
    };
    const words = Object.keys(rules).flatMap(rule => ['--rule', rule]);
    const cases = await judged({ release: 'zed' }, [...words, '--microversions', '2.79']);
    for (const [rule, [operation, state]] of Object.entries(rules)) {
      const timings = cases.filter(one => one.rule === rule).flatMap(one => one.timings ?? []);
      expect(timings.length).toBeGreaterThan(0);
      for (const { acceptedMs, completedMs, blurMs, ...rest } of timings) {
        expect(rest).toEqual({ operation, state });
        expect(completedMs).toBeGreaterThanOrEqual(acceptedMs);
        expect(completedMs).toBeGreaterThanOrEqual(blurMs);
      }
    }
  });

  test('but not what is refused, or complete with its answer', async () => {
    const rules = ['update.flag', 'attach.volume.unknown', 'list.success'];
    const cases = await judged({}, [...rules.flatMap(rule => ['--rule', rule]), '--microversions', '2.89']);
    expect(rules.filter(rule => !cases.some(one => one.rule === rule))).toEqual([]);
    expect(cases.flatMap(({ timings }) => timings ?? [])).toEqual([]);
  });

  test('nor an effect that never comes', async () => {
    const words = ['--rule', 'attach.success', '--microversions', '2.79', '--wait', '0.3'];
    const cases = await judged({ faults: ['attach-never-completes'] }, words);
    expect(cases.length).toBeGreaterThan(0);
    expect(cases.flatMap(({ timings }) => timings ?? [])).toEqual([]);
  });
});
