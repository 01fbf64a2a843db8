import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CommandBench, openCommandBench } from './bench.ts';
import { novaspec, type Outcome, type ReportFile, reportIn } from './command.ts';
import { startProxy } from './proxy.ts';

describe('a bare compute endpoint', () => {
  test('without volumes: what needs one is skipped and says so, the rest is judged', async () => {
    const cloud = await openCommandBench();
    const { code, cases } = await judgeBare(cloud, ['--suite', 'headers', '--suite', 'queries']);
    expect(cases.filter(({ verdict }) => verdict === 'fail' || verdict === 'error')).toEqual([]);
    expect(cases.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(10);
    const skipped = cases.filter(({ verdict }) => verdict === 'skipped');
    expect(skipped.map(({ message }) => message)).toContainEqual(
      expect.stringMatching(/^capability missing: volume service: .*--volume-url/),
    );
    expect(code).toBe(0);
    expect(await cloud.leftovers()).toEqual([]);
  });

  test('with a volume that the user gives: the cases run with that one, and it stays', async () => {
    const cloud = await openCommandBench();
    const volume = await cloud.volume({ name: 'mine' });
    const rules = ['--rule', 'attach.success', '--rule', 'show.success'];
    const { code, cases } = await judgeBare(cloud, ['--volume', volume, ...rules]);
    expect(new Set(cases.map(({ rule }) => rule))).toEqual(new Set(['attach.success', 'show.success']));
    expect(new Set(cases.map(({ verdict }) => verdict))).toEqual(new Set(['pass']));
    expect(code).toBe(0);
    expect(await cloud.leftovers()).toEqual([]);
    expect(await cloud.volumeStatus(volume)).toBe('available');
  });

  test('without a volume API what is watched is what Nova shows, and a volume of the user is never at risk', async () => {
    const cloud = await openCommandBench();
    const volume = await cloud.volume({ name: 'mine' });
    const { code, cases } = await judgeBare(cloud, ['--volume', volume, '--suite', 'async', '--poll-rate', '500']);
    const verdicts = new Map(cases.map(({ id, verdict }) => [id.replace(/@.*/, ''), verdict]));
    expect(verdicts.get('attach.async.completes[plain]')).toBe('pass');
    expect(verdicts.get('detach.async.list-once[plain]')).toBe('pass');
    // What only Cinder can tell, and what could cost the volume.
    expect(verdicts.get('attach.async.volume-order[plain]')).toBe('skipped');
    expect(verdicts.get('detach.server.flag[ended]')).toBe('skipped');
    expect(new Set(verdicts.values())).toEqual(new Set(['pass', 'skipped']));
    expect(code).toBe(0);
    expect(await cloud.leftovers()).toEqual([]);
    expect(await cloud.volumeStatus(volume)).toBe('available');
  });

  test('that attaches slowly: nothing is detached before its attach is complete', async () => {
    const cloud = await openCommandBench({ delay: 100 });
    const volume = await cloud.volume({ name: 'mine' });
    const { code, stdout } = await judgeBare(cloud, ['--volume', volume, '--rule', 'detach.success']);
    expect(stdout).toContain('CONFORMING (exit code 0)');
    expect(code).toBe(0);
  });
});

test('a cloud that refuses to build servers: failures stay failures, and what needs a server could not be judged', async () => {
  const cloud = await openCommandBench({ faults: ['header-vary-missing'] });
  const refusal = { status: 403, body: { forbidden: { code: 403, message: 'Quota exceeded for instances' } } };
  const proxy = await startProxy(cloud.cloud.url, {
    answer: ({ method, path }) => (method === 'POST' && path.endsWith('/servers') ? refusal : undefined),
  });
  writeFileSync(join(cloud.folder, 'clouds.yaml'), cloud.cloud.cloudsYaml().replaceAll(cloud.cloud.url, proxy));
  const args = ['run', '--os-cloud', 'novaspec', '--rule', 'headers.vary', '--microversions', 'latest', '--out', 'out'];
  const { code } = await novaspec(args, cloud.folder, cloud.env);
  const { cases } = reportIn(join(cloud.folder, 'out'));
  const verdicts = new Map(cases.map(({ id, verdict }) => [id.replace(/@.*/, ''), verdict]));
  expect(verdicts.get('headers.vary[list]')).toBe('fail');
  expect(verdicts.get('headers.vary.success[list]')).toBe('error');
  expect([...verdicts.values()]).not.toContain('unjudged');
  expect(code).toBe(1);
  expect(await cloud.leftovers()).toEqual([]);
});

describe('a target of another range of microversions', () => {
  test('below: the rest is skipped for that reason', async () => {
    const { code, report, stdout } = await judgeRange('2.60', '2.60-2.61');
    expect(stdout).toContain('microversions 2.1 to 2.60');
    expect(report.cases.map(({ id, verdict, message }) => [id, verdict, message])).toEqual([
      ['list.success@2.60', 'pass', undefined],
      ['list.success@2.61', 'skipped', 'microversion out of range: the target offers 2.1 to 2.60'],
    ]);
    expect(code).toBe(0);
  });

  test('above: what is known is judged, and a note says that it is not all', async () => {
    const { code, report } = await judgeRange('2.105', 'latest');
    expect(report.notes).toEqual([
      expect.stringMatching(/^the target offers 2\.105; the contract describes up to 2\.\d+/),
    ]);
    expect(report.cases.map(({ verdict }) => verdict)).toContain('pass');
    expect(report.cases.filter(({ verdict }) => verdict === 'fail' || verdict === 'error')).toEqual([]);
    expect(code).toBe(0);
  });
});

async function judgeBare(cloud: CommandBench, more: string[]): Promise<Outcome & ReportFile> {
  const target = ['--target', `${cloud.cloud.url}/compute/v2.1`, '--token', cloud.tokens.member];
  const args = ['run', ...target, '--microversions', '2.79', '--out', 'out', ...more];
  const outcome = await novaspec(args, cloud.folder);
  return { ...outcome, ...reportIn(join(cloud.folder, 'out')) };
}

/** Judges at some microversions a cloud that offers them up to `max`. */
async function judgeRange(max: string, microversions: string): Promise<Outcome & { report: ReportFile }> {
  const cloud = await openCommandBench();
  const proxy = await startProxy(cloud.cloud.url, {
    answer: ({ headers }) => {
      const asked = /^compute (2\.\d+)$/.exec(String(headers['openstack-api-version']))?.[1];
      if (asked === undefined || minorOf(asked) <= minorOf(max)) return undefined;
      return { status: 406, body: { computeFault: { code: 406, message: `Version ${asked} is not supported.` } } };
    },
    edit: (text, { path }) =>
      /\/v2\.1\/?$/.test(path) ? text.replace('"version":"2.104"', `"version":"${max}"`) : text,
  });
  writeFileSync(join(cloud.folder, 'clouds.yaml'), cloud.cloud.cloudsYaml().replaceAll(cloud.cloud.url, proxy));
  const args = ['run', '--os-cloud', 'novaspec', '--rule', 'list.success', '--microversions', microversions];
  const outcome = await novaspec([...args, '--out', 'out'], cloud.folder, cloud.env);
  expect(await cloud.leftovers()).toEqual([]);
  return { ...outcome, report: reportIn(join(cloud.folder, 'out')) };
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}
