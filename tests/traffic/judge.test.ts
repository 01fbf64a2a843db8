import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { novaspec, type Outcome, temporaryFolder } from '../cli/command.ts';
import { profiles } from '../differential/profiles.ts';
import { drive } from './drive.ts';
import { realEntries } from './real-answers.ts';
import { recordedCloud } from './recorder.ts';

/** What tests read of `--json`. */
interface Told {
  exchanges: {
    file: string;
    verdict: string;
    operation: string;
    microversion: string | null;
    deviations: { rule: string; level: string }[];
    findings: { rule: string }[];
  }[];
  entries: number;
  foreign: Record<string, number>;
  verdicts: { pass: number; fail: number; notJudged: number };
  rules: { judged: string[]; open: string[]; others: number };
  exitCode: number;
}

const toldBy = ({ stdout }: Outcome) => JSON.parse(stdout) as Told;

/** What a client that is not ours did with a cloud, as a HAR. */
async function traffic(options: Parameters<typeof recordedCloud>[0], versions?: string[]): Promise<string> {
  const recorded = await recordedCloud({ delay: 'none', ...options });
  try {
    await drive(recorded, versions);
    return recorded.har();
  } finally {
    await recorded.stop();
  }
}

describe('of a good cloud', () => {
  test('nothing fails, whatever the release, and most of what traffic can show is judged', async () => {
    const folder = temporaryFolder();
    const releases = ['zed', '2025.1', '2026.2'] as const;
    const hars = await Promise.all(
      releases.map(release => traffic({ release, deployment: { listOrder: 'shuffled' } })),
    );
    for (const [index, release] of releases.entries()) writeFileSync(join(folder, `${release}.har`), hars[index] ?? '');
    const files = releases.map(release => `${release}.har`);
    const outcome = await novaspec(['judge', ...files, '--json'], folder);
    const { exchanges, entries, foreign, verdicts, rules } = toldBy(outcome);
    expect(exchanges.filter(({ deviations }) => deviations.length > 0)).toEqual([]);
    expect(exchanges.filter(({ findings }) => findings.length > 0)).toEqual([]);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(verdicts).toEqual({ pass: exchanges.length, fail: 0, notJudged: 0 });
    expect(exchanges.length).toBeGreaterThan(500);
    expect(foreign).toEqual({ 'other APIs': entries - exchanges.length - 6, 'other methods': 6 });
    expect(new Set(exchanges.map(({ operation }) => operation)).size).toBe(5);
    expect(rules.judged.length).toBeGreaterThan(50);
    expect(rules.open.filter(rule => rules.judged.includes(rule))).toEqual([]);
  });
});

/** Mistakes that show in an exchange by itself, or in what one says of another, and the rule that tells. */
const visible: [fault: string, rule: string][] = [
  ['list-203', 'list.success'],
  ['create-async-200', 'attach.accepted'],
  ['delete-body', 'detach.success'],
  ['list-tag-too-late', 'list.success'],
  ['create-id-missing', 'attach.success'],
  ['show-bdm-uuid-is-attachment', 'show.ids'],
  ['show-tag-never', 'show.tag'],
  ['error-code-differs', 'access.server.unknown'],
  ['header-version-without-service', 'headers.microversion'],
  ['header-vary-one-name', 'headers.vary.success'],
  ['header-error-as-html', 'headers.content-type.error'],
  ['version-legacy-header-ignored', 'version.legacy-header'],
  ['version-malformed-accepted', 'version.malformed'],
  ['version-default-latest', 'version.absent'],
  ['create-extra-property-accepted', 'attach.request.invalid'],
  ['list-limit-unchecked', 'list.query.invalid'],
  ['list-unknown-query-accepted', 'list.query.unknown.refused'],
  ['content-type-unchecked', 'request.content-type.refused'],
  ['delete-not-attached-409', 'detach.volume.unknown'],
  ['unauthenticated-no-challenge', 'access.token.challenge'],
];

test('mistakes that traffic shows are found by the rules that they break', { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  const queue = visible.values();
  // Each of them shows at this one; good clouds are driven at many.
  const versions = ['2.101'];
  const record = async () => {
    for (const [fault] of queue)
      writeFileSync(join(folder, `${fault}.har`), await traffic({ faults: [fault] }, versions));
  };
  await Promise.all([record(), record(), record()]);
  const outcome = await novaspec(['judge', ...visible.map(([fault]) => `${fault}.har`), '--json'], folder);
  expect(outcome).toMatchObject({ code: 1, stderr: '' });
  const { exchanges } = toldBy(outcome);
  const found = visible.map(([fault, rule]) => {
    const broken = exchanges.filter(({ file }) => file === `${fault}.har`).flatMap(({ deviations }) => deviations);
    return [
      fault,
      broken.some(deviation => deviation.rule === rule) ? rule : [...new Set(broken.map(each => each.rule))],
    ];
  });
  expect(found).toEqual(visible);
});

test.each(profiles)('$cloud answered nothing that fails', async profile => {
  const folder = temporaryFolder();
  // Of each class the first microversion; docs/judge.md tells of all.
  const { classes } = loadContract();
  const entries = realEntries(profile, microversion => [...classes, profile.max].includes(microversion));
  writeFileSync(join(folder, 'real.har'), JSON.stringify({ log: { version: '1.2', entries } }));
  const outcome = await novaspec(['judge', 'real.har', '--json'], folder);
  const { exchanges, verdicts, rules } = toldBy(outcome);
  expect(exchanges.filter(({ verdict }) => verdict !== 'pass')).toEqual([]);
  expect(outcome.code).toBe(0);
  expect(verdicts.pass).toBeGreaterThan(2500);
  expect(rules.judged.length).toBeGreaterThan(80);
});
