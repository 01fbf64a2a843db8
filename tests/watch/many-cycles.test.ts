import { expect, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { everything } from '../../src/plan/capabilities.ts';
import { fill } from '../../src/plan/placeholders.ts';
import { makePlan } from '../../src/plan/plan.ts';
import type { CloudApi } from '../../src/stage/cloud-api.ts';
import { Rate } from '../../src/target/rate.ts';
import { judgeWatch } from '../../src/watch/judge-watch.ts';
import type { PlayedStep } from '../../src/watch/played.ts';
import { type Watch, Watcher } from '../../src/watch/watcher.ts';
import { openBench } from '../stage/bench.ts';

// NOVASPEC_PROOF=all: as many as docs/verified.md speaks of.
const cycles = process.env.NOVASPEC_PROOF === 'all' ? 200 : 40;
const volumesEach = 20;
const contract = loadContract();
const { courses } = contract.data.async;

test.each(['2.60', '2.104'])(
  `${cycles} attaches and detaches watched at the same moment raise no alarm at %s`,
  async microversion => {
    const selection = { microversions: microversion, rules: [], cases: [], suites: ['async'], levels: [], seed: 1 };
    const cases = makePlan(contract, everything(contract), selection).cases.filter(
      ({ watch }) => watch?.scenario === 'plain',
    );
    expect(cases.length).toBeGreaterThan(20);
    const bench = await openBench({ delay: 'quick' });
    try {
      const { api, builder } = bench;
      const servers = await Promise.all(Array.from({ length: cycles / volumesEach }, () => builder.server('member')));
      const volumes = await Promise.all(Array.from({ length: cycles }, () => builder.volume('member')));
      const watcher = new Watcher(new Rate(Number.POSITIVE_INFINITY));
      const played = await Promise.all(
        volumes.map((volumeId, index) =>
          cycle(api, watcher, servers[index % servers.length] ?? '', volumeId, microversion),
        ),
      );
      const alarms = played.flatMap(steps =>
        cases.flatMap(
          one => judgeWatch(one, steps)?.deviations.map(({ received }) => `${one.id}: ${received}`) ?? one.id,
        ),
      );
      expect(alarms).toEqual([]);
    } finally {
      await bench.close();
    }
  },
  120_000,
);

async function cycle(
  api: CloudApi,
  watcher: Watcher,
  serverId: string,
  volumeId: string,
  microversion: string,
): Promise<PlayedStep[]> {
  const path = `/servers/${serverId}/os-volume_attachments`;
  const watchOf = (name: string): Watch => {
    const course = courses[name];
    if (course === undefined) throw new Error(`no course ${name}`);
    const subject = { serverId, volumeId, microversion };
    return { name, course: fill(course, { free: 'available' }), subject, hurry: false };
  };
  const steps: PlayedStep[] = [];
  for (const [name, method, target, body] of [
    ['attach', 'POST', path, { volumeAttachment: { volumeId } }],
    ['detach', 'DELETE', `${path}/${volumeId}`, undefined],
  ] as const) {
    const watches = [watchOf(name)];
    const send = () => api.ask('member', 'compute', method, target, body, microversion);
    steps.push({ watches, ...(await watcher.watch(api, watches, send)) });
  }
  return steps;
}
