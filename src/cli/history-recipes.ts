import type { Contract } from '../contract/contract.ts';
import { fill } from '../plan/placeholders.ts';
import type { Recipes } from '../report/model.ts';
import type { Choices } from '../stage/choices.ts';
import type { CloudApi } from '../stage/cloud-api.ts';
import { serverBody, volumeBody } from '../stage/creation.ts';
import { multiattachType } from '../stage/features.ts';

/** What servers and volumes of histories are made of; creates nothing. Null where there is no image or no flavor. */
export async function recipesOf(api: CloudApi, choices: Choices, contract: Contract): Promise<Recipes | null> {
  const { image, flavor } = choices;
  if (image === null || flavor === null) return null;
  const { world, volumes: kinds, distinct, kept } = contract.data.histories;
  const { server, volume, answers, limits, watch } = api.data;
  const { header, value } = contract.documentAt(api.microversion)['x-novaspec'].negotiation;
  const open = { ...choices, image: { ...image, id: '{{image}}' }, flavor: { ...flavor, id: '{{flavor}}' } };
  const shared = await multiattachType(api);
  const isOffered = (kind: string) => kinds[kind]?.kind === undefined || shared !== null;
  const bodyOf = (kind: string) =>
    volumeBody(api, open, volume.create, {}, kinds[kind]?.kind === undefined ? choices.volumeType : shared);
  return {
    image: image.id,
    flavor: flavor.id,
    server: serverBody(api, open, server.create, {}),
    volumes: Object.fromEntries(
      Object.keys(kinds)
        .filter(isOffered)
        .map(kind => [kind, bodyOf(kind)]),
    ),
    given: world.volumes.filter(isOffered),
    servers: world.servers,
    header: `${header}: ${fill(value, { microversion: api.microversion })}`,
    ready: { server: server.ready, volume: volume.available },
    gone: answers.gone,
    actions: {
      forceDelete: server.force_delete,
      server: server.when_delete_refused,
      volume: volume.when_delete_refused,
    },
    limits: { build: limits.server_build, rest: limits.attach, linger: watch.linger / 1000 },
    distinct,
    kept,
  };
}
