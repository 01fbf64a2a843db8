import { expect, onTestFinished, test } from 'vitest';
import { loadContract } from '../../src/contract/load.ts';
import { playBurst } from '../../src/history/burst.ts';
import { Experience } from '../../src/history/experience.ts';
import { Scene } from '../../src/history/scene.ts';
import { Model } from '../../src/model/model.ts';
import { everything } from '../../src/plan/capabilities.ts';
import type { CloudApi } from '../../src/stage/cloud-api.ts';
import { schemasOf } from '../../suites/context.ts';
import { burstCommands } from '../../suites/perform-history.ts';
import { openBench } from '../stage/bench.ts';

/** The same cloud, where a server's attach reaches it only once the detach that was sent with it is over. */
function slowAttach(api: CloudApi, serverId: string, isDetached: () => Promise<boolean>): CloudApi {
  const send: CloudApi['send'] = async (persona, service, request) => {
    if (request.method === 'POST' && request.path.includes(serverId)) await api.wait(isDetached, 10);
    return api.send(persona, service, request);
  };
  return Object.assign(Object.create(api) as CloudApi, { send });
}

test('an attach that comes after the end of a detach at the same moment begins another attachment', async () => {
  const bench = await openBench({ delay: 'none' });
  onTestFinished(() => bench.close());
  const { api, builder } = bench;
  const contract = loadContract();
  // Where the answer to an attach says that it is listed already.
  const microversion = contract.oldest;
  const model = new Model(contract, { capabilities: everything(contract), microversions: [microversion], values: {} });
  const servers = [await builder.server('member'), await builder.server('member')];
  const volumes = await Promise.all(model.start().volumes.map(() => builder.volume('member')));
  const [first = ''] = servers;
  const listed = async () => {
    const { response } = await api.ask('member', 'compute', 'GET', `/servers/${first}/os-volume_attachments`);
    return (response.json as { volumeAttachments: { attachment_id: string }[] }).volumeAttachments;
  };
  const { given, calls } = burstCommands(contract, 'attach-detach', microversion);
  let before: unknown;
  const isDetached = async () => {
    const rows = await listed();
    // The attach that all begins with is not held up.
    if (rows.length === 0) return true;
    before ??= rows[0]?.attachment_id;
    return undefined as unknown as boolean;
  };
  const context = {
    model,
    api: slowAttach(api, first, isDetached),
    schemas: schemasOf(contract),
    experience: new Experience(),
    judged: ['required', 'advisory'] as const,
    values: {},
    nextDevice: () => '/dev/vdz',
  };
  const place = { servers, volumes, addVolume: () => Promise.resolve(), close: () => Promise.resolve() };
  const scene = new Scene(context, place);
  const played = await scene.judged(() => playBurst(scene, given, calls));
  expect(played.commands.map(({ received }) => received.split(' ')[0])).toContain('400');
  const [now] = await listed();
  expect(before).toBeDefined();
  expect(now?.attachment_id).not.toBe(before);
  expect(played.failure).toBeNull();
});
