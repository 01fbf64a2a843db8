import { describe, expect, test } from 'vitest';
import type { Selection } from '../../src/plan/selection.ts';
import { judgeCloud } from './judge-cloud.ts';

const microversions = '2.1,2.60,2.85,latest';
// Between the oldest and the newest release lie small differences, none of which is about old microversions.
const microversionsBetween = '2.60,latest';

describe.each(['zed', '2025.1', '2026.1', '2026.2'] as const)('a faultless %s raises no alarm', release => {
  test('when everything happens at once', () => {
    const isBetween = release === '2025.1' || release === '2026.1';
    return expectNoAlarm(0, { microversions: isBetween ? microversionsBetween : microversions });
  });

  // Validation and the order of checks do not depend on how long a cloud takes.
  test('when everything takes its time', () =>
    expectNoAlarm(5, { microversions, suites: ['access', 'errors', 'queries', 'samples', 'shapes'] }));

  async function expectNoAlarm(delay: number, selection: Partial<Selection>): Promise<void> {
    const results = await judgeCloud({ release, delay }, selection, { waitLimit: 30 });
    expect(results.length).toBeGreaterThan(300);
    const alarms = results.filter(
      ({ verdict, findings }) => !['pass', 'skipped'].includes(verdict) || findings.length > 0,
    );
    expect(alarms.map(({ id, message, findings }) => message ?? `${id}: ${JSON.stringify(findings)}`)).toEqual([]);
  }
});
