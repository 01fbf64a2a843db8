import { describe, expect, test } from 'vitest';
import type { CloudOptions } from '../../cloud/cloud.ts';
import type { Selection } from '../../src/plan/selection.ts';
import { judgeCloud } from './judge-cloud.ts';

const microversions = '2.1,2.60,2.85,latest';
// Between the oldest and the newest release lie small differences, none of which is about old microversions or time.
const microversionsBetween = 'latest';

describe('a faultless cloud raises no alarm', () => {
  test.each(['zed', '2026.2'] as const)('%s, when everything happens at once', release =>
    expectNoAlarm({ release, delay: 0 }, { microversions }),
  );

  test.each(['2025.1', '2026.1'] as const)('%s, when everything happens at once', release =>
    expectNoAlarm({ release, delay: 0 }, { microversions: microversionsBetween }),
  );

  // Validation and the order of checks do not depend on how long a cloud takes.
  test.each(['zed', '2026.2'] as const)('%s, when everything takes its time', release =>
    expectNoAlarm(
      { release, delay: 5 },
      { microversions, suites: ['access', 'errors', 'queries', 'samples', 'shapes'] },
    ),
  );
});

async function expectNoAlarm(cloud: CloudOptions, selection: Partial<Selection>): Promise<void> {
  const results = await judgeCloud(cloud, selection, { waitLimit: 30 });
  expect(results.length).toBeGreaterThan(300);
  const alarms = results.filter(
    ({ verdict, findings }) => !['pass', 'skipped'].includes(verdict) || findings.length > 0,
  );
  expect(alarms.map(({ id, message, findings }) => message ?? `${id}: ${JSON.stringify(findings)}`)).toEqual([]);
}
